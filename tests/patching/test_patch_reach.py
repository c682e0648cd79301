"""What the portal proposed for the assets of one site tells another site nothing; what a person wrote down is for everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from patching import remedies
from patching.models import Patch, VendorQualification
from registers.door import may, visible
from tests.patching.test_teaching import PUMP, pump

pytestmark = pytest.mark.django_db(transaction=True)
STATED = {"vendor": "Quellwerk", "product": "Waterline", "verdict": "QUALIFIED", "stated_on": "2026-03-31"}


@pytest.fixture
def proposed(north: Site, feed: Callable[..., None]) -> Patch:
    """A release that the portal found for a pump of NORTH, with what its vendor says of it."""
    pump(north, "N-P1")
    feed(PUMP)
    remedies.follow(now=timezone.now())
    patch = Patch.objects.get()
    VendorQualification.objects.create(patch=patch, **STATED)
    return patch


def test_it_is_nowhere_for_another_site(
    proposed: Patch, sven: User, signed_in: Callable[[User], Client], rest: Callable[..., Any]
) -> None:
    program, client = rest(sven), signed_in(sven)
    for name in ("patches", "vendor-qualifications"):
        assert program.send("get", f"{name}/").json()["count"] == 0
        assert b"Flowmaster" not in client.get(f"/patching/{name}/").content
    absent = program.send("get", "patches/999999999/")
    theirs = program.send("get", f"patches/{proposed.pk}/")
    assert (theirs.status_code, theirs.json()["detail"]) == (404, absent.json()["detail"])
    assert b"Flowmaster" not in client.get("/search/?q=flowmaster").content
    assert client.get(f"/patching/patches/{proposed.pk}/history/").status_code == 404
    assert not may(sven, "view", proposed)


def test_it_is_there_for_those_of_the_site_and_of_all_sites(proposed: Patch, emil: User, ada: User, mara: User) -> None:
    for person in (emil, ada, mara):
        assert list(visible(Patch.objects.all(), person)) == [proposed]
        assert visible(VendorQualification.objects.all(), person).count() == 1
        assert may(person, "view", proposed)


def test_it_is_there_for_another_site_once_an_asset_there_needs_it(
    proposed: Patch, south: Site, sven: User, feed: Callable[..., None]
) -> None:
    assert not visible(Patch.objects.all(), sven).exists()
    pump(south, "S-P1")
    feed(PUMP)
    remedies.follow(now=timezone.now())
    assert list(visible(Patch.objects.all(), sven)) == [proposed]


def test_what_a_person_wrote_down_is_for_everybody(mara: User, sven: User, rest: Callable[..., Any]) -> None:
    given = {"vendor": "Siemens", "product": "CPU 1516", "version": "V3.1.2"}
    assert rest(mara).send("post", "patches/", given).status_code == 201
    assert rest(sven).send("get", "patches/").json()["count"] == 1
    assert may(sven, "view", Patch.objects.get())


def test_those_of_all_sites_see_it_when_the_asset_is_gone(proposed: Patch, mara: User, emil: User) -> None:
    proposed.deployments.all().delete()
    assert list(visible(Patch.objects.all(), mara)) == [proposed]
    assert not visible(Patch.objects.all(), emil).exists()
