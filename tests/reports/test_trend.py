"""Conformity by month: counted once from history, shown on page and in the report (U2)."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader
from weasyprint import HTML

from accounts.models import Site, User
from programme.models import Judgement, Requirement
from registers import charts
from registers.history import seals
from reports import trend
from reports.look import style_of_charts
from reports.models import ConformityPoint
from reports.requirements import months, rows_at
from tests.catalogues import load

HOME = "IEC 62443-2-1:2024"
NOW = timezone.now()


def test_the_months_that_are_over() -> None:
    found = trend.months_before(date(2026, 3, 15))
    assert (found[0], found[-1], len(found)) == (date(2025, 3, 1), date(2026, 2, 1), 12)


@pytest.mark.parametrize(
    ("counts", "judged", "computed"),
    [
        ((10, 5, 8, 4, 1), 50, 25),
        ((10, 0, 0, 0, 0), None, None),
        ((0, 0, 0, 0, 0), None, None),
        ((3, 0, 1, 2, 2), 0, 100),
    ],
)
def test_shares(counts: tuple[int, ...], judged: int | None, computed: int | None) -> None:
    names = ("applicable", "met", "judged", "measured", "computed_met")
    found = trend.shares(date(2026, 1, 1), dict(zip(names, counts, strict=True)))
    assert (found.judged, found.computed) == (judged, computed)


def test_the_chart_is_interrupted_where_nothing_is_known() -> None:
    drawn = charts.trend([("01/26", 10, None), ("02/26", None, 20), ("03/26", 30, 40)])
    assert 'aria-label="3 months; in 03/26 judged met 30 percent, computed met 40 percent"' in drawn
    assert drawn.count("<circle") == 4
    assert drawn.split('class="ln"')[1].split('"')[1].count("M") == 2
    assert charts.trend([("01/26", 10, 10)]) == ""


def test_on_paper_its_words_are_as_small_as_on_screen() -> None:
    drawn = charts.trend([("01/26", 10, 10), ("02/26", 20, 30)], style=style_of_charts())
    paper = HTML(string=drawn).write_pdf()
    told: list[float] = []
    PdfReader(BytesIO(paper)).pages[0].extract_text(
        visitor_text=lambda text, _cm, place, _font, size: told.append(abs(place[3]) * size) if text.strip() else None
    )
    assert told
    assert max(told) < 12


@pytest.mark.django_db(transaction=True)
class TestPoints:
    @pytest.fixture
    def judged(self, north: Site, mara: User) -> Judgement:
        """NORTH stands for two months; in the first nothing was judged."""
        load()
        Site.objects.filter(pk=north.pk).update(created_at=NOW - timedelta(days=62))
        requirement = Requirement.objects.get(catalogue__edition=HOME, code="NET 1.3")
        made = Judgement.objects.create(site=north, requirement=requirement, status="MET", judged_at=NOW)
        seals.seal()
        return made

    def test_each_month_is_counted_once(self, judged: Judgement, south: Site) -> None:
        Site.objects.filter(pk=south.pk).update(created_at=NOW)
        later = NOW + timedelta(days=1)
        first = trend.keep(now=later, most=1)
        rest = trend.keep(now=later, most=99)
        assert (first, rest >= 1) == (1, True)
        assert trend.keep(now=later, most=99) == 0
        assert ConformityPoint.objects.filter(site=judged.site, catalogue=HOME).count() == first + rest
        assert not ConformityPoint.objects.filter(met__gt=0).exists()

    def test_the_points_end_today(self, judged: Judgement, mara: User) -> None:
        trend.keep(now=NOW + timedelta(days=1), most=99)
        rows = rows_at(mara, judged.site, HOME, NOW)
        found = months(judged.site, HOME, NOW, rows)
        assert found[-1].judged == 100 // 87
        assert [one.judged for one in found[:-1]] == [None] * (len(found) - 1)

    def test_a_month_not_counted_yet_keeps_its_place(self, north: Site) -> None:
        counts = {"applicable": 10, "met": 5, "judged": 8, "measured": 4, "computed_met": 1}
        for month in (date(2026, 1, 1), date(2026, 4, 1)):
            ConformityPoint.objects.create(site=north, catalogue=HOME, month=month, **counts)
        found = trend.points(north, HOME, date(2026, 5, 9), [])
        assert [one.label for one in found] == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
        assert [one.judged for one in found] == [50, None, None, 50, None]

    def test_the_page_draws_them(self, judged: Judgement, ada: User, signed_in: Callable[[User], Any]) -> None:
        trend.keep(now=NOW + timedelta(days=1), most=99)
        page = signed_in(ada).get(f"/reports/conformity/?site={judged.site_id}").content.decode()
        assert "Twelve months" in page
        assert "computed met" in page


@pytest.mark.django_db
class TestParts:
    @pytest.fixture
    def old(self, north: Site, mara: User) -> Judgement:
        """A judgement of thirteen months ago."""
        load()
        requirement = Requirement.objects.get(catalogue__edition=HOME, code="NET 1.3")
        given = {"status": "PARTLY", "judged_at": NOW - timedelta(days=400), "judged_by": mara}
        return Judgement.objects.create(site=north, requirement=requirement, **given)

    def row(self, answer: Any) -> Any:
        """Return the row of the judged requirement."""
        return next(one for one in answer.json()["results"] if one["code"] == "NET 1.3")

    def test_a_judgement_past_its_cycle_is_flagged(
        self, old: Judgement, mara: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        path = "conformity/?site=NORTH"
        assert (
            self.row(rest(mara).send("get", path))["overdue"],
            self.row(rest(mara).send("get", path))["cycle_months"],
        ) == (True, 12)
        page = signed_in(mara).get(f"/reports/conformity/?site={old.site_id}&only=overdue").content.decode()
        assert ("past its cycle" in page, "NET 1.3" in page, "NET 1.4" in page) == (True, True, False)
        assert rest(mara).send("patch", f"judgements/{old.pk}/", {"cycle_months": 24}).status_code == 200
        assert self.row(rest(mara).send("get", path))["overdue"] is False

    def test_a_category_alone(self, old: Judgement, mara: User, rest: Callable[..., Any]) -> None:
        body = rest(mara).send("get", "conformity/?site=NORTH&category=Network and communications security").json()
        assert body["count"] == 15
        listed = (
            rest(mara)
            .send("get", f"requirements/?catalogue={HOME}&category=Network and communications security")
            .json()
        )
        assert listed["count"] == 15
