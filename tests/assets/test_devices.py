"""Media are handed out checked; baselines are answered for each asset; a retired asset says how its data went (A5, A8, A9)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Site, User
from assets.lending import check, issue, report_lost, retire, retire_medium, return_to_use, take_back
from assets.models import (
    Asset,
    BaselineAnswer,
    BaselineItem,
    HardeningBaseline,
    MalwareCheck,
    RemovableMedium,
    SanitisationRecord,
    Zone,
)
from registers.workflow import NotPossible

TODAY = date.today()
LATER = TODAY + timedelta(days=7)


@pytest.fixture
def stick(north: Site) -> RemovableMedium:
    """A stick in the store."""
    return RemovableMedium.objects.create(site=north, name="N-USB-01")


@pytest.mark.django_db
class TestMedia:
    def test_it_is_handed_out_only_with_a_clean_check(self, stick: RemovableMedium, emil: User) -> None:
        with pytest.raises(NotPossible, match="last malware check is none"):
            issue(stick, by=emil, holder="Contractor", return_by=LATER)
        check(stick, by=emil, tool="Scan station", result="FOUND")
        with pytest.raises(NotPossible, match="found malware"):
            issue(stick, by=emil, holder="Contractor", return_by=LATER)
        check(stick, by=emil, tool="Scan station", result="CLEAN")
        with pytest.raises(NotPossible, match="has passed"):
            issue(stick, by=emil, holder="Contractor", return_by=TODAY - timedelta(days=1))
        lent = issue(stick, by=emil, holder="Contractor", return_by=LATER)
        assert (lent.status, lent.holder, lent.return_by, MalwareCheck.objects.count()) == (
            "ISSUED",
            "Contractor",
            LATER,
            2,
        )

    def test_an_old_check_is_none(self, stick: RemovableMedium, emil: User) -> None:
        MalwareCheck.objects.create(
            site=stick.site, medium=stick, checked_on=TODAY - timedelta(days=31), tool="x", result="CLEAN"
        )
        with pytest.raises(NotPossible, match="may be 30 days old"):
            issue(stick, by=emil, holder="Contractor", return_by=LATER)

    def test_it_comes_back_is_lost_and_retired(self, stick: RemovableMedium, emil: User) -> None:
        check(stick, by=emil, tool="Scan station", result="CLEAN")
        issue(stick, by=emil, holder="Contractor", return_by=LATER)
        report_lost(stick, by=emil, because_of="Left in the van.")
        assert take_back(stick, by=emil).holder == ""
        with pytest.raises(NotPossible, match="Check it first"):
            issue(stick, by=emil, holder="Contractor", return_by=LATER)
        assert (
            retire_medium(stick, by=emil, because_of="Worn out.").note == "Lost: Left in the van.\nRetired: Worn out."
        )

    def test_a_check_by_rest_shows_on_the_medium(
        self, stick: RemovableMedium, emil: User, rest: Callable[..., Any]
    ) -> None:
        body = {
            "site": str(stick.site_id),
            "medium": str(stick.pk),
            "checked_on": str(TODAY),
            "tool": "Kiosk",
            "result": "CLEAN",
        }
        assert rest(emil).send("post", "malware-checks/", body).status_code == 201
        told = rest(emil).send("get", f"removable-media/{stick.pk}/").json()
        assert (told["checked_on"], told["result"]) == (str(TODAY), "CLEAN")

    def test_zones_of_another_site_are_no_choice(
        self, stick: RemovableMedium, telemetry: Zone, emil: User, rest: Callable[..., Any]
    ) -> None:
        assert (
            rest(emil).send("patch", f"removable-media/{stick.pk}/", {"zones": [str(telemetry.pk)]}).status_code == 400
        )

    def test_an_auditor_hands_nothing_out(self, stick: RemovableMedium, ada: User) -> None:
        with pytest.raises(PermissionDenied):
            check(stick, by=ada, tool="x", result="CLEAN")


@pytest.mark.django_db
class TestBaselines:
    @pytest.fixture
    def items(self, plc: Asset) -> list[BaselineItem]:
        baseline = HardeningBaseline.objects.create(title="S7-1500", kind="PLC", vendor="siemens", product="CPU 15")
        HardeningBaseline.objects.create(title="Other vendor", kind="PLC", vendor="ABB")
        return [
            BaselineItem.objects.create(baseline=baseline, code=f"{n}", title=title)
            for n, title in enumerate(["Web server off", "Access level set"], 1)
        ]

    def page(self, asset: Asset) -> str:
        return f"/assets/hardening/?asset={asset.pk}"

    def test_answers_are_kept_and_stand_on_the_asset(
        self, plc: Asset, items: list[BaselineItem], emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(emil)
        assert "Other vendor" not in browser.get(self.page(plc)).content.decode()
        one, other = items
        told = {
            f"i{one.pk}-answer": "MET",
            f"i{other.pk}-answer": "DEVIATES",
            f"i{other.pk}-reason": "Service needs it.",
            f"i{other.pk}-due_on": str(LATER),
        }
        assert browser.post(self.page(plc), told).status_code == 302
        assert set(BaselineAnswer.objects.values_list("answer", "reason", "due_on")) == {
            ("MET", "", None),
            ("DEVIATES", "Service needs it.", LATER),
        }
        shown = browser.get(f"/assets/assets/{plc.pk}/").content.decode()
        assert "1 of 2" in shown
        assert "Service needs it." in shown

    def test_a_deviation_wants_its_reason_and_keeps_nothing_without(
        self, plc: Asset, items: list[BaselineItem], emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        told = {f"i{items[0].pk}-answer": "MET", f"i{items[1].pk}-answer": "DEVIATES"}
        page = signed_in(emil).post(self.page(plc), told)
        assert page.status_code == 422
        assert "Say why it deviates." in page.content.decode()
        assert not BaselineAnswer.objects.exists()

    def test_others_change_or_find_nothing(
        self, plc: Asset, items: list[BaselineItem], ada: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        told = {f"i{items[0].pk}-answer": "MET"}
        assert signed_in(ada).post(self.page(plc), told).status_code == 403
        assert signed_in(sven).post(self.page(plc), told).status_code == 404
        assert not BaselineAnswer.objects.exists()


@pytest.mark.django_db
class TestRetiring:
    def test_it_leaves_with_its_record_and_can_come_back(
        self, plc: Asset, emil: User, rest: Callable[..., Any]
    ) -> None:
        answer = rest(emil).send(
            "post", f"assets/{plc.pk}/retire/", {"method": "DESTROY", "done_by": "Scrap dealer", "certificate": "C-7"}
        )
        assert answer.status_code == 200, answer.content
        plc.refresh_from_db()
        record = SanitisationRecord.objects.get()
        assert (plc.lifecycle, record.method, record.certificate) == ("RETIRED", "DESTROY", "C-7")
        with pytest.raises(NotPossible):
            retire(plc, by=emil, method="DESTROY", done_by="x")
        assert return_to_use(plc, by=emil, because_of="The new one failed.").lifecycle == "IN_USE"

    def test_no_data_wants_its_reason(self, plc: Asset, emil: User) -> None:
        with pytest.raises(ValidationError, match="held no data"):
            retire(plc, by=emil, method="NONE", done_by="Emil")
        assert not SanitisationRecord.objects.exists()

    def test_a_spare_and_what_it_replaces_show_each_other(
        self, plc: Asset, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        spare = Asset.objects.create(
            site=plc.site, name="SPARE-1", vendor="SIEMENS", product=plc.product, lifecycle="SPARE"
        )
        browser = signed_in(emil)
        assert "SPARE-1" in browser.get(f"/assets/assets/{plc.pk}/").content.decode()
        assert "Can replace" in browser.get(f"/assets/assets/{spare.pk}/").content.decode()


@pytest.mark.django_db
def test_zones_of_another_site_are_refused_to_who_sees_both(
    stick: RemovableMedium, telemetry: Zone, pumping: Zone, mara: User, rest: Callable[..., Any]
) -> None:
    program = rest(mara)
    answer = program.send("patch", f"removable-media/{stick.pk}/", {"zones": [str(telemetry.pk)]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/zones")
    assert program.send("patch", f"removable-media/{stick.pk}/", {"zones": [str(pumping.pk)]}).status_code == 200
