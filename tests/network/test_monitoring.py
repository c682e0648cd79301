"""The drawing by monitoring: what sensors and scans last saw of each zone and conduit, on the page and in files (N2)."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from accounts.models import Site, User
from assets.drawing import DrawnConduit, DrawnZone, Key, draw
from assets.models import Asset, Conduit, DiscoveredDevice, DiscoveryScan, Zone
from network.models import ObservedFlow
from network.monitoring import LastSeen
from network.rules.monitoring import LATELY, Watch, watch
from reports import drawing

NOW = timezone.now().replace(hour=12)  # the same day at the site as in UTC, in summer and in winter
TODAY = NOW.date()
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.none() | DAYS, DAYS, st.integers(0, 400))
def test_what_was_never_seen_stays_so_and_what_was_seen_falls_silent(last: date | None, on: date, more: int) -> None:
    before, after = watch(last, on), watch(last, on + timedelta(days=more))
    assert (before == Watch.NEVER) == (after == Watch.NEVER) == (last is None)
    assert (before, after) != (Watch.SILENT, Watch.SEEN)


@pytest.mark.parametrize(("days", "expected"), [(0, Watch.SEEN), (30, Watch.SEEN), (31, Watch.SILENT)])
def test_a_month_is_lately(days: int, expected: Watch) -> None:
    assert watch(date(2026, 3, 31) - timedelta(days=days), date(2026, 3, 31)) == expected


@pytest.fixture
def plant(north: Site) -> dict[str, Zone]:
    """A zone that was just seen, one that fell silent, one that no one ever saw, and the office outside."""
    zones = {name: Zone.objects.create(site=north, name=name, level=2) for name in ("Live", "Quiet", "Dark")}
    zones["Office"] = Zone.objects.create(site=north, name="Office", level=4, external=True)
    Conduit.objects.create(site=north, name="Watched", zone_a=zones["Office"], zone_b=zones["Live"])
    Conduit.objects.create(site=north, name="Unwatched", zone_a=zones["Live"], zone_b=zones["Dark"])
    flow(zones["Live"], zones["Office"], days=3)
    flow(zones["Quiet"], zones["Live"], days=LATELY.days + 10)
    return zones


def flow(source: Zone, destination: Zone, *, days: int | None, answered: int = 1, port: int = 443) -> ObservedFlow:
    """Make an observed flow that was last seen some days ago."""
    return ObservedFlow.objects.create(
        site=source.site, source_zone=source, destination_zone=destination, protocol=6, port=port, connections=2,
        answered=answered, last_seen_at=None if days is None else NOW - timedelta(days=days),
    )  # fmt: skip


def scan(asset: Asset, *, days: int, verdict: str = "SAME") -> None:
    """Let a scan tell of an asset."""
    made = DiscoveryScan.objects.create(
        site=asset.site, name=f"{verdict}{days}", sha256=f"{verdict}{days}", seen_on=TODAY - timedelta(days=days)
    )
    DiscoveredDevice.objects.create(site=asset.site, scan=made, title=asset.name, asset=asset, verdict=verdict)


@pytest.mark.django_db
class TestSeen:
    def test_by_sensors_on_both_ends_the_latest_counts(self, plant: dict[str, Zone], nils: User) -> None:
        flow(plant["Quiet"], plant["Live"], days=90, port=502)
        seen = LastSeen(nils, plant["Live"].site)
        days = {zone.name: (TODAY - seen.zones[zone.pk]).days for zone in plant.values() if zone.pk in seen.zones}
        assert days == {"Live": 3, "Office": 3, "Quiet": 40}
        assert (TODAY - seen.pairs[frozenset((plant["Live"].pk, plant["Quiet"].pk))]).days == 40

    def test_what_never_answers_or_has_no_time_is_not_seen(self, plant: dict[str, Zone], nils: User) -> None:
        flow(plant["Live"], plant["Dark"], days=1, answered=0)
        flow(plant["Dark"], plant["Live"], days=None)
        assert plant["Dark"].pk not in LastSeen(nils, plant["Dark"].site).zones

    def test_by_scans_unless_they_miss_it(self, plant: dict[str, Zone], nils: User) -> None:
        asset = Asset.objects.create(site=plant["Dark"].site, zone=plant["Dark"], name="PLC")
        scan(asset, days=2, verdict="MISSING")
        assert plant["Dark"].pk not in LastSeen(nils, asset.site).zones
        scan(asset, days=8)
        assert LastSeen(nils, asset.site).zones[plant["Dark"].pk] == TODAY - timedelta(days=8)

    def test_another_site_tells_nothing(self, plant: dict[str, Zone], sven: User) -> None:
        seen = LastSeen(sven, plant["Live"].site)
        assert (seen.zones, seen.pairs) == ({}, {})


@pytest.mark.django_db
class TestDrawn:
    def test_each_zone_says_it_in_colour_and_words_what_lies_outside_does_not(
        self, plant: dict[str, Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        page = signed_in(nils).get("/network/drawing/?colour=monitoring").content.decode()
        looks = {
            one: re.search(rf'<title>{one}</title><rect class="([^"]*)"', page)[1]  # type: ignore[index]
            for one in plant
        }
        assert looks == {"Live": "zc ok", "Quiet": "zc t1", "Dark": "zc t2", "Office": "zc"}
        assert f"seen {TODAY - timedelta(days=3)}" in page
        assert f"silent since {TODAY - timedelta(days=40)}" in page
        assert page.count("never seen") == 2  # the zone, and the legend
        assert "seen in the last 30 days" in page
        assert page.count('class="cd quiet"') == 2  # the conduit, and the legend

    def test_the_files_are_coloured_as_the_page(
        self, plant: dict[str, Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser, asked = signed_in(nils), f"site={plant['Live'].site_id}&colour=monitoring"
        page = browser.get(f"/network/drawing/?{asked}").content.decode()
        svg = browser.get(f"/reports/drawing/svg/?{asked}").content.decode()
        assert re.sub("<style>.*</style>", "", svg, flags=re.DOTALL) in page
        assert "var(" not in svg
        pdf = browser.get(f"/reports/drawing/pdf/?{asked}")
        (sheet,) = PdfReader(BytesIO(pdf.content)).pages
        assert "never seen" in sheet.extract_text()
        assert 'filename="zones-NORTH-monitoring-' in pdf["Content-Disposition"]

    def test_a_legend_stands_with_every_colour_and_none_without(
        self, plant: dict[str, Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        told = {one: browser.get(f"/network/drawing/?colour={one}").content.decode() for one in ("gap", "matches", "")}
        assert "2 levels short" in told["gap"]
        assert "20 open or more" in told["matches"]
        assert 'class="key"' not in told[""]


@pytest.mark.django_db
class TestPicture:
    def test_it_has_two_dots_for_each_pixel_and_the_colours(
        self, plant: dict[str, Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        asked = f"site={plant['Live'].site_id}&colour=monitoring"
        svg = signed_in(nils).get(f"/reports/drawing/svg/?{asked}").content.decode()
        answer = signed_in(nils).get(f"/reports/drawing/png/?{asked}")
        assert answer["Content-Type"] == "image/png"
        picture = Image.open(BytesIO(answer.content)).convert("RGB")
        width, height = (float(ElementTree.fromstring(svg).get(side, "0")) for side in ("width", "height"))
        assert abs(picture.width - 2 * (width + 25)) <= 2
        assert abs(picture.height - 2 * (height + 25)) <= 2
        colours = {colour for _count, colour in picture.getcolors(1 << 24) or []}
        assert {(0xDF, 0xF0, 0xEF), (0xFB, 0xEF, 0xD2), (0xFB, 0xE6, 0xDC)} <= colours

    def test_a_very_large_one_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(drawing, "MOST_PIXELS", 40_000)
        sheet = drawing.as_pdf(draw([DrawnZone(id="a", name="A", level=1)], [], title="A"), title="A", language="en")
        picture = Image.open(BytesIO(drawing.as_png(sheet)))
        assert picture.width * picture.height <= 41_000

    def test_who_may_not_see_the_site_gets_none_of_them(
        self, plant: dict[str, Zone], sven: User, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        for kind in drawing.TYPES:
            address = f"/reports/drawing/{kind}/?site={plant['Live'].site_id}"
            assert signed_in(sven).get(address).status_code == 404
            assert signed_in(nils).get(address).status_code == 200
        assert signed_in(nils).get("/reports/drawing/gif/").status_code == 404


def test_the_legend_wraps_within_the_drawing_and_covers_no_card() -> None:
    key = Key(title="N", cards=tuple(("t1", f"some words {n}") for n in range(9)), lines=(("quiet", "a line"),))
    zones = [DrawnZone(id="a", name="A", level=1), DrawnZone(id="b", name="B", level=2)]
    plain, told = (
        ElementTree.fromstring(
            draw(zones, [DrawnConduit(id="c", name="C", zone_a="a", zone_b="b")], title="N", key=one)
        )
        for one in (None, key)
    )
    assert float(told.get("height", 0)) > float(plain.get("height", 0))
    for one in told.iter("{http://www.w3.org/2000/svg}rect"):
        if "kc" in one.get("class", ""):
            assert float(one.get("y", 0)) > float(plain.get("height", 0))
            assert float(one.get("x", 0)) < float(told.get("width", 0))
