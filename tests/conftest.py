"""The plant that most tests stand on: two sites, and the people who may and may not."""

import gc
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.models import Organisation, Site, User
from accounts.tokens import issue
from assets.models import Asset, Zone
from programme.models import Judgement, Requirement
from registers.history.links import watch_links
from registers.history.origin import because
from registers.history.past import make_views
from stack import snapshots
from tests.catalogues import keep, load
from tests.emptying import empty
from tests.people import PLANTS_AND_PEOPLE, company

LONG = ("stack/test_run.py", "demo/test_loading.py")
SNAPSHOT = Path(os.environ[snapshots.VARIABLE]) if snapshots.VARIABLE in os.environ else None


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes after its argument: packed bytes may hold the time, and workers must agree on the names."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long for few tests: begun last, they would keep one process waiting for the other."""
    items.sort(key=lambda item: not item.nodeid.partition("::")[0].endswith(LONG))


def pytest_collection_finish() -> None:
    """Take what stands by now, and stays to the end, out of what the garbage collector walks over again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Keep the database that the snapshot made; it goes with its server."""
    return SNAPSHOT is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Start from the tables that the migrations made in an earlier run, if there are any."""
    if SNAPSHOT and SNAPSHOT.exists():
        told = connection.settings_dict
        snapshots.put(SNAPSHOT, told["TEST"]["NAME"] or f"test_{told['NAME']}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Once the test database stands: make the views of the past, watch the many-to-many tables, keep the catalogues, say how it is emptied."""
    with django_db_blocker.unblock():
        if SNAPSHOT and not SNAPSHOT.exists():
            snapshots.take(connection.settings_dict["NAME"], SNAPSHOT)
        make_views()
        watch_links()
        keep()
        empty()
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> None:
    """Let each browser take the list of static files that the first one found: to go through them is most of what a browser costs."""
    find, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def find_once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = find_once


@pytest.fixture(autouse=True)
def nothing_kept_from_before() -> None:
    """Forget what an earlier test left in the cache: its sessions, counts and tasks that wait are of another plant."""
    cache.clear()


@pytest.fixture(autouse=True)
def seals_of_this_test_alone(settings: Any, tmp_path: Path) -> None:
    """Keep the seals' file apart: the next test empties the tables."""
    settings.SEALS_DIR = tmp_path.with_name(f"{tmp_path.name}-seals")


@pytest.fixture
def organisation(db: None) -> Organisation:
    """The company; marked as a demo so that no second factor is demanded."""
    return company()


north, south, admin, mara, petra, nils, emil, ada, sven = map(pytest.fixture, PLANTS_AND_PEOPLE)


@pytest.fixture
def pumping(north: Site) -> Zone:
    """A zone of NORTH."""
    return Zone.objects.create(site=north, name="N-PS1 Pumping station 1", level=1, sl_t=[2] * 7)


@pytest.fixture
def plc(pumping: Zone) -> Asset:
    """A controller in the pumping station."""
    return Asset.objects.create(
        site=pumping.site, zone=pumping, name="N-PS1-PLC01", kind="PLC", vendor="Siemens", product="CPU 1516-3 PN/DP",
        model_number="6ES7516-3AN02-0AB0", version="V2.9.4",
    )  # fmt: skip


@pytest.fixture
def telemetry(south: Site) -> Zone:
    """A zone of SOUTH."""
    return Zone.objects.create(site=south, name="S-TEL Telemetry", level=1)


@pytest.fixture
def rtu(telemetry: Zone) -> Asset:
    """An asset that NORTH must not learn of."""
    return Asset.objects.create(
        site=telemetry.site, zone=telemetry, name="S-TEL-RTU07", kind="CONTROL_HARDWARE", vendor="WAGO"
    )


@pytest.fixture
def judgement(north: Site) -> Judgement:
    """NORTH's judgement of one requirement."""
    load()
    requirement = Requirement.objects.get(catalogue__edition="IEC 62443-2-1:2024", code="NET 1.3")
    return Judgement.objects.create(site=north, requirement=requirement)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which the given person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        show_factor(client, user)
        return client

    return sign_in


def show_factor(client: Client, user: User, *, ago: timedelta = timedelta()) -> None:
    """Let the session say that the person proved their password, now or a while ago."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": (timezone.now() - ago).timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


class Rest(Client):
    """A program that speaks REST with a person's token."""

    def __init__(self, user: User, scopes: list[str] | None = None) -> None:
        now = timezone.now()
        _token, text = issue(user, "test", scopes or ["read", "write"], expires_at=now + timedelta(days=1), now=now)
        super().__init__(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """Send JSON and return the response."""
        call = getattr(self, method)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (
            call(f"/api/v1/{path}", data=data, content_type="application/json", headers=named)
            if data is not None
            else call(f"/api/v1/{path}", headers=named)
        )


@pytest.fixture
def rest() -> Callable[..., Rest]:
    """Return a program with the given person's token."""
    return Rest


@pytest.fixture
def acting() -> Callable[..., Any]:
    """Open a transaction in which a person acts."""
    return because


@pytest.fixture
def sealed(transactional_db: None) -> None:
    """Leave a database in which seals can be made; the connection is its only writer."""
    assert connection.vendor == "postgresql"
