"""The company, its plants and people stand once for each file here: what a test does beside them is rolled back after it."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Organisation
from tests.emptying import empty
from tests.people import PLANTS_AND_PEOPLE, company


@pytest.fixture(scope="module")
def organisation(django_db_setup: None, django_db_blocker: Any) -> Iterator[Organisation]:
    """The company, committed: a transaction that stayed open would keep the other process from sealing."""
    with django_db_blocker.unblock():
        try:
            yield company()
        finally:
            empty()


north, south, admin, mara, petra, nils, emil, ada, sven = map(pytest.fixture(scope="module"), PLANTS_AND_PEOPLE)
