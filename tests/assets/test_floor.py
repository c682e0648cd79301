"""A round through the plant: what is seen of each asset, and what becomes of what differs (A7)."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import Site, User
from assets import floor
from assets.models import Asset, Sighting, WalkDown, Zone
from registers.history.timeline import entries
from registers.workflow import NotPossible

TODAY = date.today()


@pytest.fixture
def round_of(pumping: Zone, plc: Asset) -> WalkDown:
    """A round through the pumping station, with two assets to see and three that are not of it."""
    Asset.objects.create(site=pumping.site, zone=pumping, name="N-PS1-HMI01", lifecycle="SPARE", location="Cabinet 2")
    Asset.objects.create(site=pumping.site, zone=pumping, name="N-PS1-OLD", lifecycle="RETIRED")
    Asset.objects.create(site=pumping.site, name="N-LOOSE")
    return WalkDown.objects.create(site=pumping.site, title="Autumn round", zone=pumping)


@pytest.mark.django_db
class TestRound:
    def test_it_expects_what_is_in_use_or_in_store_in_its_zone_and_place(self, round_of: WalkDown) -> None:
        assert [one.name for one in floor.expected(round_of)] == ["N-PS1-PLC01", "N-PS1-HMI01"]
        round_of.place = "cabinet"
        assert [one.name for one in floor.expected(round_of)] == ["N-PS1-HMI01"]

    def test_as_recorded_counts_as_verified_today(self, round_of: WalkDown, plc: Asset, emil: User) -> None:
        floor.see(round_of, by=emil, asset=str(plc.pk), result="FOUND", version="ignored")
        plc.refresh_from_db()
        seen = Sighting.objects.get()
        assert (plc.verified_on, plc.version, seen.status, seen.seen, seen.seen_by) == (
            TODAY,
            "V2.9.4",
            "SETTLED",
            {},
            emil,
        )
        assert [one.name for one in floor.unseen(round_of)] == ["N-PS1-HMI01"]

    def test_what_differs_waits_and_is_taken_over(self, round_of: WalkDown, plc: Asset, emil: User) -> None:
        floor.see(round_of, by=emil, asset=plc.name, result="DIFFERENT", version="V3.1.0", product=plc.product)
        seen = Sighting.objects.get()
        plc.refresh_from_db()
        assert (seen.status, seen.seen, plc.version, plc.verified_on) == ("OPEN", {"version": "V3.1.0"}, "V2.9.4", None)
        floor.take_over(seen, by=emil)
        plc.refresh_from_db()
        assert (plc.version, plc.verified_on, Sighting.objects.get().status) == ("V3.1.0", TODAY, "SETTLED")

    def test_different_says_in_what(self, round_of: WalkDown, plc: Asset, emil: User) -> None:
        with pytest.raises(ValidationError, match="Say what is different"):
            floor.see(round_of, by=emil, asset=plc.name, result="DIFFERENT", version=plc.version)

    def test_a_second_look_replaces_the_first(self, round_of: WalkDown, plc: Asset, emil: User) -> None:
        floor.see(round_of, by=emil, asset=plc.name, result="MISSING")
        floor.see(round_of, by=emil, asset=plc.name, result="FOUND")
        assert [(one.result, one.status) for one in Sighting.objects.all()] == [("FOUND", "SETTLED")]

    def test_what_no_record_tells_of_is_added(self, round_of: WalkDown, emil: User) -> None:
        with pytest.raises(ValidationError, match="what stands on the device"):
            floor.see(round_of, by=emil, asset="", result="UNKNOWN")
        floor.see(round_of, by=emil, asset="", result="UNKNOWN", name="Modem", product="MX-1", note="behind cabinet 2")
        seen = floor.enlist(Sighting.objects.get(), by=emil)
        made = Asset.objects.get(name="Modem")
        assert (made.zone, made.product, made.verified_on, made.note) == (
            round_of.zone,
            "MX-1",
            TODAY,
            "behind cabinet 2",
        )
        assert (seen.asset, seen.status) == (made, "SETTLED")

    def test_a_step_that_does_not_fit_is_refused(self, round_of: WalkDown, plc: Asset, emil: User) -> None:
        floor.see(round_of, by=emil, asset=plc.name, result="MISSING")
        seen = Sighting.objects.get()
        with pytest.raises(NotPossible, match="no value to take over"):
            floor.take_over(seen, by=emil)
        with pytest.raises(NotPossible, match="in the inventory already"):
            floor.enlist(seen, by=emil)
        assert floor.leave(seen, by=emil, because_of="Lent to SOUTH").reason == "Lent to SOUTH"

    def test_closed_it_keeps_how_many_nobody_saw(self, round_of: WalkDown, plc: Asset, emil: User) -> None:
        floor.see(round_of, by=emil, asset=plc.name, result="FOUND")
        closed = floor.close(round_of, by=emil)
        assert (closed.status, closed.closed_on, closed.not_seen) == ("CLOSED", TODAY, 1)
        with pytest.raises(NotPossible):
            floor.see(closed, by=emil, asset=plc.name, result="FOUND")

    def test_an_asset_of_another_site_is_not_there(self, round_of: WalkDown, rtu: Asset, emil: User) -> None:
        for named in (str(rtu.pk), rtu.name):
            with pytest.raises(ValidationError, match="There is no asset"):
                floor.see(round_of, by=emil, asset=named, result="FOUND")

    def test_an_auditor_verifies_nothing(self, round_of: WalkDown, plc: Asset, ada: User) -> None:
        with pytest.raises(PermissionDenied):
            floor.see(round_of, by=ada, asset=plc.name, result="FOUND")
        assert not Sighting.objects.exists()


@pytest.mark.django_db
class TestPage:
    def test_one_after_the_other_is_answered(
        self, round_of: WalkDown, plc: Asset, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        client, address = signed_in(emil), f"/assets/walk-downs/{round_of.pk}/walk/"
        assert b"N-PS1-PLC01" in client.get(address).content
        answered = client.post(address, {"asset": plc.pk, "title": plc.name, "result": "FOUND"}, follow=True)
        assert b"1 / 2" in answered.content
        assert answered.context["asset"].name == "N-PS1-HMI01"
        wrong = client.post(
            address, {"asset": answered.context["asset"].pk, "result": "DIFFERENT", "ip_address": "10.0.0.256"}
        )
        assert wrong.status_code == 422
        assert b"10.0.0.256" in wrong.content

    def test_the_label_of_an_asset_leads_to_its_question(
        self, round_of: WalkDown, plc: Asset, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        address = f"/assets/walk-downs/{round_of.pk}/walk/?asset={plc.pk}"
        assert address.encode() in signed_in(emil).get(plc.get_absolute_url()).content
        assert signed_in(emil).get(address).context["asset"] == plc

    def test_the_wrong_people(
        self, round_of: WalkDown, rtu: Asset, emil: User, ada: User, sven: User, signed_in: Callable[[User], Client]
    ) -> None:
        address = f"/assets/walk-downs/{round_of.pk}/walk/"
        assert signed_in(ada).get(address).status_code == 403
        assert signed_in(sven).get(address).status_code == 404
        assert signed_in(emil).get(f"{address}?asset={rtu.pk}").status_code == 404

    def test_rest_takes_the_same_steps(
        self, round_of: WalkDown, plc: Asset, emil: User, rest: Callable[..., Any]
    ) -> None:
        program = rest(emil)
        told = program.send(
            "post", f"walk-downs/{round_of.pk}/see/", {"asset": plc.name, "result": "DIFFERENT", "version": "V4"}
        )
        assert told.status_code == 200, told.content
        (seen,) = program.send("get", f"sightings/?walkdown={round_of.pk}").json()["results"]
        assert program.send("post", f"sightings/{seen['id']}/take_over/", {}).status_code == 200
        assert program.send("get", f"assets/{plc.pk}/").json()["version"] == "V4"


@pytest.mark.django_db
def test_a_round_of_another_place_asks_nothing_on_the_page(
    north: Site, plc: Asset, emil: User, signed_in: Callable[[User], Client]
) -> None:
    WalkDown.objects.create(site=north, title="Elsewhere", place="Cabinet 9")
    assert b"Record what you see" not in signed_in(emil).get(plc.get_absolute_url()).content


@pytest.mark.django_db
def test_enter_in_a_corrected_field_does_not_say_as_recorded(
    round_of: WalkDown, emil: User, signed_in: Callable[[User], Client]
) -> None:
    """A browser sends the first button of a form with the enter key: that must keep what was typed."""
    page = signed_in(emil).get(f"{round_of.get_absolute_url()}walk/").content.decode()
    form = page.split('name="asset"')[1].split("</form>")[0]
    assert re.findall('<button[^>]* value="([A-Z]+)"', form)[0] == "DIFFERENT"


@pytest.mark.django_db
class TestOneLook:
    """An asset is verified today with one click on its page, without a round."""

    def test_who_may_change_the_asset_verifies_it(
        self, plc: Asset, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(emil)
        button = f'{plc.get_absolute_url()}verify/"'
        assert button in browser.get(plc.get_absolute_url()).content.decode()
        assert browser.post(f"{plc.get_absolute_url()}verify/").status_code == 302
        plc.refresh_from_db()
        assert plc.verified_on == TODAY
        assert button not in browser.get(plc.get_absolute_url()).content.decode()

    def test_over_rest_and_in_history(self, plc: Asset, emil: User, rest: Callable[..., Any]) -> None:
        assert rest(emil).send("post", f"assets/{plc.pk}/verify/", {}).json()["verified_on"] == TODAY.isoformat()
        told = entries(plc)[0]
        assert (told.step, told.actor) == ("Mark as verified", "Emil Sand")

    def test_nobody_else(
        self,
        plc: Asset,
        ada: User,
        petra: User,
        sven: User,
        signed_in: Callable[[User], Client],
        rest: Callable[..., Any],
    ) -> None:
        for person, status in ((ada, 403), (petra, 403), (sven, 404)):
            assert rest(person).send("post", f"assets/{plc.pk}/verify/", {}).status_code == status
        assert "verify/" not in signed_in(ada).get(plc.get_absolute_url()).content.decode()
        plc.refresh_from_db()
        assert plc.verified_on is None

    def test_not_what_is_retired(self, plc: Asset, emil: User, rest: Callable[..., Any]) -> None:
        Asset.objects.filter(pk=plc.pk).update(lifecycle="RETIRED")
        assert rest(emil).send("post", f"assets/{plc.pk}/verify/", {}).status_code == 409
