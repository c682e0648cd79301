"""What the portal proposed for the assets of one site tells another site nothing; what a person wrote down is for everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from patching import remedies
from patching.models import Advisory, Match, Patch, PatchDeployment, VendorQualification
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


def test_one_that_two_sites_need_tells_neither_what_it_mends_at_the_other(
    proposed: Patch, north: Site, south: Site, sven: User, emil: User, mara: User, signed_in: Callable[[User], Client],
    rest: Callable[..., Any],
) -> None:  # fmt: skip
    """NORTH's pump has a second weakness that this release mends; the pump of SOUTH has only the first."""
    hers = Advisory.objects.get()
    theirs = Advisory.objects.create(
        publisher="Quellwerk", tracking_id="QW-77", title="Only with the remote panel", initial_release_on=timezone.now(), current_release_on=timezone.now()
    )  # fmt: skip
    at_north = PatchDeployment.objects.get()
    Match.objects.create(
        site=north, asset=at_north.asset, advisory=theirs, verdict="AFFECTED", found_on=timezone.now().date()
    )
    at_north.remedies.add(theirs)
    here = Asset.objects.get(pk=pump(south, "S-P1").pk)
    Match.objects.create(site=south, asset=here, advisory=hers, verdict="AFFECTED", found_on=timezone.now().date())
    at_south = PatchDeployment.objects.create(site=south, asset=here, patch=proposed)
    at_south.remedies.add(hers)

    program, client = rest(sven), signed_in(sven)
    patch = program.send("get", f"patches/{proposed.pk}/").json()
    assert (patch["advisories"], patch["title"], patch["reference"]) == ([], "", "")
    assert program.send("get", f"patches/?advisories={theirs.pk}").json()["count"] == 0
    assert program.send("get", f"patch-deployments/{at_south.pk}/").json()["remedies"] == [str(hers.pk)]
    for address in (proposed.get_absolute_url(), f"{proposed.get_absolute_url()}history/", at_south.get_absolute_url()):
        answer = client.get(address)
        assert answer.status_code == 200
        assert b"QW-77" not in answer.content
    assert b"Flowmaster" not in client.get(theirs.get_absolute_url()).content
    assert b"QW-77" in signed_in(emil).get(at_north.get_absolute_url()).content
    assert b"N-P1" in signed_in(mara).get(theirs.get_absolute_url()).content


def test_what_a_person_wrote_down_is_for_everybody(mara: User, sven: User, rest: Callable[..., Any]) -> None:
    given = {"vendor": "Siemens", "product": "CPU 1516", "version": "V3.1.2"}
    assert rest(mara).send("post", "patches/", given).status_code == 201
    assert rest(sven).send("get", "patches/").json()["count"] == 1
    assert may(sven, "view", Patch.objects.get())


def test_those_of_all_sites_see_it_when_the_asset_is_gone(proposed: Patch, mara: User, emil: User) -> None:
    proposed.deployments.all().delete()
    assert list(visible(Patch.objects.all(), mara)) == [proposed]
    assert not visible(Patch.objects.all(), emil).exists()
