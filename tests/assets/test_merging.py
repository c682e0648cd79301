"""Two records of one device become one, or are told apart (A7)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import Site, User
from assets import merging, quality
from assets.models import Asset, AssetDistinction, Backup, Interface, Zone
from programme.models import Comment

TODAY = "2026-11-23"


@pytest.fixture
def double(plc: Asset, pumping: Zone) -> Asset:
    """A second record of the controller, with what was recorded there by mistake."""
    made = Asset.objects.create(
        site=pumping.site,
        zone=pumping,
        name="N_PS1_PLC1",
        kind="PLC",
        vendor="Siemens",
        serial_number="SC-1",
        owner="Emil",
    )
    Interface.objects.create(site=made.site, asset=made, name="X1")
    Interface.objects.create(site=made.site, asset=made, name="X2")
    Interface.objects.create(site=plc.site, asset=plc, name="X1", ip_address="10.0.0.7")
    Backup.objects.create(site=made.site, asset=made, taken_on=TODAY, content="Program")
    return made


@pytest.mark.django_db
class TestMerge:
    def test_all_that_hangs_on_it_moves_and_the_record_goes(self, plc: Asset, double: Asset, nils: User) -> None:
        kept = merging.merge(
            plc, by=nils, other=str(double.pk), take=["serial_number", "owner"], because_of="One device"
        )
        assert (kept.serial_number, kept.owner, kept.name) == ("SC-1", "Emil", "N-PS1-PLC01")
        assert not Asset.objects.filter(pk=double.pk).exists()
        assert list(plc.backups.values_list("content", flat=True)) == ["Program"]
        assert sorted(plc.interfaces.values_list("name", "ip_address")) == [("X1", "10.0.0.7"), ("X2", None)]
        assert kept.note == "N_PS1_PLC1 was merged into this record: One device Left behind: 1 interface."

    def test_its_name_can_be_taken(self, plc: Asset, double: Asset, nils: User) -> None:
        assert merging.merge(plc, by=nils, other=str(double.pk), take=["name"], because_of="x").name == "N_PS1_PLC1"

    def test_the_preview_changes_nothing(self, plc: Asset, double: Asset) -> None:
        found = merging.preview(double, plc)
        assert (merging.in_words(found.moved), merging.in_words(found.left)) == ("1 backup, 1 interface", "1 interface")
        assert double.interfaces.count() == 2

    def test_what_people_wrote_moves_too(self, plc: Asset, double: Asset, nils: User) -> None:
        kind = ContentType.objects.get_for_model(Asset)
        Comment.objects.create(
            site=double.site, content_type=kind, object_id=double.pk, text="Door sticks", author=nils
        )
        merging.merge(plc, by=nils, other=str(double.pk), take=[], because_of="x")
        assert Comment.objects.get().object_id == plc.pk

    @pytest.mark.parametrize("other", ["", "0", "abc", "999999999"])
    def test_nothing_is_merged_with_nothing(self, other: str, plc: Asset, nils: User) -> None:
        with pytest.raises(ValidationError, match="no such other asset"):
            merging.merge(plc, by=nils, other=other, take=[], because_of="x")

    def test_not_with_itself_or_another_site(self, plc: Asset, rtu: Asset, mara: User) -> None:
        for other in (plc, rtu):
            with pytest.raises(ValidationError, match="no such other asset"):
                merging.merge(plc, by=mara, other=str(other.pk), take=[], because_of="x")

    def test_an_engineer_does_not_merge(self, plc: Asset, double: Asset, emil: User) -> None:
        with pytest.raises(PermissionDenied):
            merging.merge(plc, by=emil, other=str(double.pk), take=[], because_of="x")


@pytest.mark.django_db
class TestPages:
    def test_side_by_side_and_merged(
        self, plc: Asset, double: Asset, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        client, address = signed_in(nils), f"/assets/assets/{plc.pk}/merge/?other={double.pk}"
        assert address.encode() in client.get(f"/assets/quality/?site={plc.site_id}").content
        shown = client.get(address).content.decode()
        assert "Moves to N-PS1-PLC01: 1 backup, 1 interface." in shown
        assert client.post(address, {"other": double.pk, "take": "serial_number"}).status_code == 422
        assert (
            client.post(address, {"other": double.pk, "take": "serial_number", "because_of": "One device"}).status_code
            == 302
        )
        plc.refresh_from_db()
        assert (plc.serial_number, plc.owner) == ("SC-1", "")

    def test_told_apart_they_are_no_doubles(
        self, plc: Asset, double: Asset, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        client, all_here = signed_in(nils), Asset.objects.filter(site=plc.site)
        assert len(quality.of(all_here, on=plc.created_at.date()).twins) == 1
        client.post("/assets/quality/apart/", {"asset": [plc.pk, double.pk], "reason": " "})
        assert not AssetDistinction.objects.exists()
        assert (
            client.post("/assets/quality/apart/", {"asset": [double.pk, plc.pk], "reason": "Two pumps"}).status_code
            == 302
        )
        assert quality.of(all_here, on=plc.created_at.date()).twins == ()

    def test_the_wrong_people(
        self,
        plc: Asset,
        double: Asset,
        rtu: Asset,
        emil: User,
        sven: User,
        nils: User,
        signed_in: Callable[[User], Client],
    ) -> None:
        address = f"/assets/assets/{plc.pk}/merge/?other={double.pk}"
        assert [signed_in(one).get(address).status_code for one in (emil, sven)] == [403, 404]
        assert signed_in(nils).get(f"/assets/assets/{plc.pk}/merge/?other={rtu.pk}").status_code == 404
        assert signed_in(nils).get(f"{address}&as_of=2026-01-01").status_code in {403, 404, 409}
        assert b"Not the same" not in signed_in(emil).get(f"/assets/quality/?site={plc.site_id}").content

    def test_rest(self, plc: Asset, double: Asset, nils: User, rest: Callable[..., Any]) -> None:
        body = {"other": str(double.pk), "take": ["owner"], "because_of": "One device"}
        told = rest(nils).send("post", f"assets/{plc.pk}/merge/", body)
        assert (told.status_code, told.json()["owner"]) == (200, "Emil")
        refused = rest(nils).send("post", f"assets/{plc.pk}/merge/", body | {"take": ["site"]})
        assert refused.status_code == 400


@pytest.mark.django_db
def test_a_pair_has_one_order(north: Site, plc: Asset, double: Asset, nils: User, rest: Callable[..., Any]) -> None:
    body = {"site": str(north.pk), "asset": str(double.pk), "other": str(plc.pk), "reason": "Two pumps"}
    assert rest(nils).send("post", "asset-distinctions/", body).json()["asset"] == str(plc.pk)
    assert rest(nils).send("post", "asset-distinctions/", body).status_code == 400
