"""The course of the plant: month ends and the days of a week are counted once, from history, by site."""

from datetime import date, timedelta

import pytest
from django.db.models import Count
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Zone
from registers.history import seals
from reports import course
from reports.models import PlantPoint
from reports.tasks import keep_points

NOW = timezone.now()


def test_the_days_that_are_kept() -> None:
    assert course.month_ends(date(2026, 3, 15))[::11] == [date(2025, 3, 31), date(2026, 2, 28)]
    kept = course.days_kept(date(2026, 3, 3))
    assert kept[:7] == [date(2026, 3, 2), date(2026, 3, 1), *(date(2026, 2, day) for day in (28, 27, 26, 25, 24))]
    assert len(kept) == 7 + 12 - 1


@pytest.mark.django_db(transaction=True)
def test_each_day_is_counted_once_as_it_stood(north: Site, south: Site, pumping: Zone, plc: Asset, mara: User) -> None:
    Site.objects.filter(pk=north.pk).update(created_at=NOW - timedelta(days=40), time_zone="UTC")
    Asset.objects.create(site=south, name="elsewhere", kind="PLC")
    seals.seal()
    Asset.objects.create(site=north, name="later", kind="PLC")
    kept = course.keep(now=NOW)
    days = list(PlantPoint.objects.order_by("on").values_list("site", "on"))
    assert {site for site, _day in days} == {north.pk}
    assert kept == len(days) >= 8
    assert course.keep(now=NOW) == 0
    assert PlantPoint.objects.get(site=north, on=days[0][1]).assets == 0  # nothing had been recorded that day
    assert course.keep(now=NOW + timedelta(days=1)) == 0  # the day that would be over then is not sealed
    PlantPoint.objects.filter(site=north, on=days[0][1]).delete()
    keep_points()
    assert PlantPoint.objects.filter(site=north, on=days[0][1]).exists()


@pytest.mark.django_db(transaction=True)
def test_a_day_is_counted_for_every_site_before_the_next(north: Site, south: Site) -> None:
    for site, zone in ((north, "UTC"), (south, "Europe/London")):
        Site.objects.filter(pk=site.pk).update(created_at=NOW - timedelta(days=90), time_zone=zone)
    seals.seal()
    assert course.keep(now=NOW, most=3) == 4
    counted = PlantPoint.objects.order_by("on").values("on").annotate(sites=Count("site"))
    assert [one["sites"] for one in counted] == [2, 2]


@pytest.mark.django_db(transaction=True)
def test_a_day_that_is_over_holds_what_stood_then(north: Site, south: Site, pumping: Zone, plc: Asset) -> None:
    Asset.objects.create(site=south, name="elsewhere", kind="PLC")
    tomorrow = timezone.now() + timedelta(days=1)
    seals.seal()
    Seal = seals.Seal
    Seal.objects.update(settled_at=tomorrow)
    assert course.keep(now=tomorrow) == 1
    assert dict(PlantPoint.objects.values_list("site", "assets")) == {north.pk: 1, south.pk: 1}
    together = PlantPoint.together([north.pk, south.pk], [PlantPoint.objects.values_list("on", flat=True)[0]])
    assert [found["assets"] for found in together.values()] == [2]
