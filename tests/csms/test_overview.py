"""The overview: every figure is that of its list, follows what is written at once, and is that of one's own sites (X16)."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Zone
from network.models import SrAnswer
from network.models.answers import EDITION
from patching.models import Advisory, MaintenanceWindow, Match, Patch, PatchDeployment
from programme.models import Decision, Requirement
from registers.history import seals
from registers.history.past import day_at
from reports.models import PlantPoint
from risk.models import Risk, Treatment
from risk.reference import load as load_risks
from tests.catalogues import load

SignIn = Callable[[User], Any]
NUMBERS = count(1)


def today() -> date:
    """Asked each time: a run may go over midnight."""
    return timezone.now().date()


def fill(site: Site, zone: Zone) -> None:
    """Give a site one more of all that the overview counts."""
    number = next(NUMBERS)
    asset = Asset.objects.create(site=site, zone=zone, name=f"A {number}", kind="PLC", vendor="Siemens", product="CPU")
    advisory = Advisory.objects.create(
        publisher="Siemens", tracking_id=f"SSA-{number:06}", title="T", initial_release_on=timezone.now(), current_release_on=timezone.now()
    )  # fmt: skip
    Match.objects.create(
        site=site, asset=asset, advisory=advisory, verdict="AFFECTED", found_on=today(), due_on=today()
    )
    Zone.objects.create(site=site, name=f"Z {number}", level=2, sl_t=[3] * 7)
    risk = Risk.objects.create(
        site=site, title=f"R {number}", zone=zone, likelihood=number % 5 + 1, impacts={"safety": 4}
    )
    Treatment.objects.create(site=site, risk=risk, title="Wall", due_on=today() - timedelta(days=1), status="RUNNING")
    given: list[dict[str, Any]] = [
        {"status": "INSTALLED"}, {"status": "VERIFIED"}, {"status": "AVAILABLE"}, {"status": "IN_TEST"}, {"status": "NOT_APPLICABLE"},
        {"status": "TESTED", "due_on": today() - timedelta(days=1)}, {"status": "DEFERRED", "countermeasure": "x", "deferred_until": day_at(site)},
    ]  # fmt: skip
    for version, one in enumerate(given):
        patch = Patch.objects.create(vendor="Siemens", product="CPU", version=f"{number}.{version}")
        PatchDeployment.objects.create(site=site, asset=asset, patch=patch, **one)


def tiles(browser: Any, query: str = "") -> Any:
    """Return what the tiles of the overview tell."""
    answer = browser.get(f"/{query}")
    assert answer.status_code == 200
    return answer.context["tiles"]


@pytest.mark.django_db
class TestFigures:
    @pytest.fixture(autouse=True)
    def plant(self, north: Site, south: Site, pumping: Zone, telemetry: Zone, mara: User) -> None:
        """Two sites of which each has some of everything."""
        load()
        load_risks()
        for _each in range(3):
            fill(north, pumping)
        fill(south, telemetry)

    def listed(self, browser: Any, url: str) -> int:
        """Return how many records the list behind a figure holds."""
        answer = browser.get(url)
        assert answer.status_code == 200, url
        return int(answer.context_data["count"])

    @pytest.mark.parametrize("one_site", [False, True])
    def test_each_is_that_of_its_list(self, mara: User, signed_in: SignIn, north: Site, one_site: bool) -> None:
        browser = signed_in(mara)
        told = tiles(browser, f"?site={north.pk}" if one_site else "")
        cells = [(cell.count, cell.url) for _likelihood, row in told["risk"]["rows"] for cell in row if cell.count]
        figures = [told["patching"]["controlled"], *told["patching"]["parts"].values(), told["network"]["below"], told["network"]["open"],
                   told["risk"]["above"], told["risk"]["unaccepted"], *told["risk"]["figures"]]  # fmt: skip
        wanted = [*cells, *((one.value, one.url) for one in figures), (told["network"]["all"], told["network"]["url"]),
                  (told["patching"]["controlled"].of, told["patching"]["url"])]  # fmt: skip
        assert [(self.listed(browser, url), url) for _number, url in wanted] == wanted
        assert told["risk"]["above"].value > 0
        assert told["network"]["open"].value == (3 + 1 if one_site else 5)

    @pytest.mark.parametrize("one_site", [False, True])
    def test_those_of_assets_and_matches_are_too(
        self, mara: User, signed_in: SignIn, north: Site, pumping: Zone, one_site: bool
    ) -> None:
        Asset.objects.create(site=north, zone=pumping, name="Rated", kind="PLC", lifecycle="PLANNED")
        Asset.objects.create(site=north, name="Gone", kind="PLC", lifecycle="RETIRED")
        Asset.objects.create(site=north, name="Old", supported_until=today() - timedelta(days=9))
        Asset.objects.filter(name="Rated").update(criticality_override="HIGH", override_reason="Feeds the town")
        browser = signed_in(mara)
        told = browser.get(f"/?site={north.pk}" if one_site else "/").context
        figures = [one for one in (*told["inventory"]["figures"], *told["patching"]) if one.of is None]
        wanted = [(one.key, one.value) for one in figures]
        assert [(one.key, self.listed(browser, one.url)) for one in figures] == wanted
        assert {"homeless": 1, "unsupported": 1}.items() <= dict(wanted).items()
        assert 0 < dict(wanted)["unclassified"] < told["inventory"]["total"]

    def test_a_patch_is_controlled_in_place_in_time_or_with_cover(
        self, mara: User, petra: User, signed_in: SignIn, north: Site
    ) -> None:
        def parts() -> dict[str, int]:
            return {key: one.value for key, one in tiles(browser, f"?site={north.pk}")["patching"]["parts"].items()}

        browser = signed_in(mara)
        assert parts() == {"PLACED": 6, "DEFERRED": 0, "WAITING": 9, "OVERDUE": 3}
        deferred = PatchDeployment.objects.filter(site=north, status="DEFERRED").first()
        Decision.objects.create(
            title="held", kind="PATCH_DEFERRAL", status="APPROVED", site=north, about=deferred, requested_by=mara, requested_at=timezone.now()
        )  # fmt: skip
        window = MaintenanceWindow.objects.create(
            site=north, name="Night", starts_on=today(), starts_time="22:00", minutes=60
        )
        late, in_time = PatchDeployment.objects.filter(site=north, status="AVAILABLE")[:2]
        for one, days in ((late, 9), (in_time, 3)):
            PatchDeployment.objects.filter(pk=one.pk).update(
                status="SCHEDULED", window=window, starts_at=timezone.now() + timedelta(days=days), due_on=today() + timedelta(days=5)
            )  # fmt: skip
        assert parts() == {"PLACED": 7, "DEFERRED": 1, "WAITING": 7, "OVERDUE": 3}
        controlled = tiles(browser, f"?site={north.pk}")["patching"]["controlled"]
        assert (controlled.value, controlled.of, controlled.percent) == (8, 18, 44)

    def test_the_worst_zone_says_what_caps_it(self, mara: User, signed_in: SignIn, north: Site) -> None:
        zone = Zone.objects.create(site=north, name="Chlorine", level=1, sl_t=[1, 1, 1, 1, 3, 1, 1])
        codes = Requirement.objects.filter(catalogue__edition=EDITION)
        for one in codes:
            SrAnswer(
                site=north, zone=zone, requirement=one, answer="NOT_MET" if one.code == "SR 5.1 RE 1" else "MET"
            ).save()
        worst = tiles(signed_in(mara))["network"]["worst"][0]  # those that nobody assessed come after
        assert (str(worst.zone), worst.worst.fr, worst.worst.target, worst.worst.achieved, worst.worst.gap) == (
            "Chlorine",
            5,
            3,
            1,
            2,
        )
        assert (worst.caps[0], worst.more) == ("SR 5.1 RE 1", 0)

    def test_of_one_site_only_its_own_work_is_told(
        self, mara: User, signed_in: SignIn, north: Site, south: Site
    ) -> None:
        browser = signed_in(mara)
        told = {site: browser.get(f"/?site={site.pk}").context["waiting"] for site in (north, south)}
        assert all({one.site for one in found} == {site} for site, found in told.items())

    def test_others_figures_are_not_told(self, mara: User, sven: User, signed_in: SignIn, south: Site) -> None:
        everything = tiles(signed_in(mara))
        theirs = signed_in(sven).get("/")
        mine = theirs.context["tiles"]
        assert (everything["patching"]["controlled"].of, mine["patching"]["controlled"].of) == (24, 6)
        assert (everything["risk"]["count"], mine["risk"]["count"]) == (4, 1)
        assert theirs.context["inventory"]["total"] == 1
        assert [figure.value for figure in theirs.context["patching"]][:1] == [1]
        assert "NORTH" not in theirs.content.decode()
        assert "N-PS1" not in theirs.content.decode()

    def test_more_of_everything_costs_no_more_queries(
        self, mara: User, signed_in: SignIn, north: Site, pumping: Zone
    ) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                browser.get("/")
            return len(queries)

        browser = signed_in(mara)
        asked()
        before = asked()
        for _each in range(4):
            fill(north, pumping)
        assert asked() == before
        site = Site.objects.create(code="MORE", name="More")
        fill(site, Zone.objects.create(site=site, name="Hall", level=1))
        assert asked() == before


@pytest.mark.django_db(transaction=True)
def test_it_follows_what_is_written_and_shows_the_past(
    mara: User, sven: User, signed_in: SignIn, north: Site, south: Site, pumping: Zone, telemetry: Zone
) -> None:
    load()
    load_risks()
    fill(north, pumping)
    before = timezone.now()
    browser, other = signed_in(mara), signed_in(sven)
    assert (tiles(browser)["risk"]["count"], tiles(browser)["risk"]["count"]) == (1, 1)
    fill(south, telemetry)
    seals.seal()
    assert (tiles(browser)["risk"]["count"], tiles(other)["risk"]["count"]) == (2, 1)
    assert browser.get("/").context["inventory"]["total"] == 2
    Asset.objects.update(lifecycle="RETIRED")
    assert len(browser.get("/").context["changes"]) == 1
    assert browser.get("/").context["inventory"]["total"] == 0
    past = browser.get("/", {"as_of": before.isoformat()})
    assert (past.context["tiles"]["risk"]["count"], past.context["inventory"]["total"]) == (1, 1)
    assert past.context["changes"] == []


@pytest.mark.django_db
def test_the_table_shows_the_months_and_the_week_its_differences(
    mara: User, sven: User, signed_in: SignIn, north: Site, south: Site
) -> None:
    given = {"complete": 1, "open_matches": 7, "patches": 4, "controlled": 1, "risks": 5, "late": 2}
    ends = [today().replace(day=1) - timedelta(days=1)]
    ends.append(ends[0].replace(day=1) - timedelta(days=1))
    for day, above in ((ends[1], 3), (ends[0], 2), (today() - timedelta(days=7), 2)):
        PlantPoint.objects.update_or_create(site=north, on=day, defaults={"assets": 2, "above": above, **given})
        PlantPoint.objects.update_or_create(site=south, on=day, defaults={"assets": 2, "above": 1, **given})
    page = signed_in(mara).get("/")
    course = page.context["tiles"]["reports"]["course"]
    assert course.days == (ends[1], ends[0], today())
    assert {line.label: line.values for line in course.lines}["Risks above the line"] == (4, 3, 0)
    assert {line.label: line.values for line in course.lines}["Patches controlled"] == (25, 25, None)
    assert (-14, "open matches") in [row[:2] for row in course.week]
    assert f'<th scope="row" class="nw">{ends[1]}</th>' in page.content.decode()
    theirs = signed_in(sven).get("/").context["tiles"]["reports"]["course"]
    assert {line.label: line.values for line in theirs.lines}["Risks above the line"] == (1, 1, 0)


@pytest.mark.django_db
def test_an_empty_portal_teaches(admin: User, signed_in: SignIn) -> None:
    for sites in (0, 1, 2):
        if sites:
            Site.objects.create(code=f"P{sites}", name="Plant")
        page = signed_in(admin).get("/")
        words = page.content.decode()
        assert page.status_code == 200
        for sentence in (
            "No methodology is in force",
            "No zone is drawn yet",
            "No patch is planned",
            "No asset is recorded yet",
            "No source is polled",
        ):
            assert sentence in words
        assert ("There is no site yet" in words) == (not sites)


@pytest.mark.django_db(transaction=True)
def test_another_methodology_is_felt_by_the_rules_at_once(
    mara: User, signed_in: SignIn, north: Site, pumping: Zone
) -> None:
    load()
    fill(north, pumping)
    Zone.objects.filter(site=north).update(sl_t=[1] * 7, sl_a=[1] * 7, owner="Emil")
    browser = signed_in(mara)
    before = tiles(browser)["reports"]["checks"]["grave"]
    load_risks()  # puts a methodology in force, by which the zone aims lower than its risk proposes
    Risk.objects.get().save()
    assert tiles(browser)["reports"]["checks"]["grave"] > before
