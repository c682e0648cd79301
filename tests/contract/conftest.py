"""The company, its plants and people stand once for each file here: what a test does beside them is rolled back after it."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Organisation, Role, Site, User
from tests.conftest import company, person, works
from tests.emptying import empty


@pytest.fixture(scope="module")
def organisation(django_db_setup: None, django_db_blocker: Any) -> Iterator[Organisation]:
    """The company, committed: a transaction that stayed open would keep the other process from sealing."""
    with django_db_blocker.unblock():
        try:
            yield company()
        finally:
            empty()


@pytest.fixture(scope="module")
def north(organisation: Organisation) -> Site:
    """The plant that the records stand at."""
    return works("Northern")


@pytest.fixture(scope="module")
def south(organisation: Organisation) -> Site:
    """The plant of the wrong person."""
    return works("Southern")


@pytest.fixture(scope="module")
def mara(organisation: Organisation) -> User:
    """CSMS manager everywhere."""
    return person("Mara Keller", Role.MANAGER, organisation)


@pytest.fixture(scope="module")
def nils(north: Site) -> User:
    """Site security manager of NORTH."""
    return person("Nils Berg", Role.SECURITY_MANAGER, north)


@pytest.fixture(scope="module")
def emil(north: Site) -> User:
    """Engineer of NORTH."""
    return person("Emil Sand", Role.ENGINEER, north)


@pytest.fixture(scope="module")
def ada(north: Site) -> User:
    """Auditor of NORTH."""
    return person("Ada Nyberg", Role.AUDITOR, north)


@pytest.fixture(scope="module")
def sven(south: Site) -> User:
    """Engineer of SOUTH: the wrong person."""
    return person("Sven Okoye", Role.ENGINEER, south)
