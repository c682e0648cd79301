"""The trend of risks is read from their history: each month end as it was, a closed or deleted risk no longer (R8)."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from accounts.models import Site, User
from assets.models import Zone
from csms.demo.telling import happening
from risk.course import course, month_ends
from risk.models import Risk, RiskMethodology

ON = date(2026, 6, 15)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def test_the_days_are_month_ends_and_the_day_itself() -> None:
    days = month_ends(ON)
    assert (days[0], days[-2], days[-1], len(days)) == (date(2025, 6, 30), date(2026, 5, 31), ON, 13)


@pytest.fixture
def told(method: RiskMethodology, pumping: Zone) -> Site:
    """Two risks in March, one of them worse in May and one closed in June; a third came and went."""
    site = pumping.site
    with happening(at(2026, 3, 10)):
        low = Risk.objects.create(site=site, title="Low", zone=pumping, likelihood=1, impacts={"safety": 1})
        other = Risk.objects.create(site=site, title="Other", zone=pumping, likelihood=1, impacts={"safety": 1})
    with happening(at(2026, 4, 10)):
        gone = Risk.objects.create(site=site, title="Gone", zone=pumping, likelihood=1, impacts={"safety": 1})
    with happening(at(2026, 5, 10)):
        low.likelihood, low.impacts = 5, {"safety": 5}
        low.save()
        gone.delete()
    with happening(at(2026, 6, 2)):
        Risk.objects.filter(pk=other.pk).update(status="CLOSED")
    return site


@pytest.mark.django_db
class TestCourse:
    def test_each_point_is_as_it_was(self, told: Site, south: Site) -> None:
        found = course([told], on=ON, levels=4)
        assert [(point.on.month, point.open, point.above) for point in found] == [
            (3, 2, 0),
            (4, 3, 0),
            (5, 2, 1),
            (6, 1, 1),
        ]
        assert [sum(point.levels) for point in found] == [2, 3, 2, 1]
        assert found[0].levels[0] == 2
        assert found[-1].levels[-1] == 1
        assert course([south], on=ON, levels=4) == []

    def test_it_costs_one_query(self, told: Site, django_assert_num_queries: Callable[..., object]) -> None:
        with django_assert_num_queries(1):
            course([told], on=ON, levels=4)

    def test_the_heat_map_draws_it(
        self, told: Site, nils: User, sven: User, signed_in: Callable[[User], Client]
    ) -> None:
        page = signed_in(nils).get(f"/risk/heat-map/?site={told.pk}")
        assert page.context["course"][-1].open == 1
        assert b"Over the last year" in page.content
        assert b"Over the last year" not in signed_in(sven).get("/risk/heat-map/").content
