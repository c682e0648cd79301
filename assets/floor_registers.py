"""The registers of walk-downs, of what was seen on them, and of assets that look alike and are not."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from assets import floor
from assets.models import Asset, AssetDistinction, Sighting, WalkDown
from registers.door import may
from registers.history.past import moment
from registers.register import Register
from registers.together import Many
from registers.views import RecordDetail

STEPS = (floor.take_over, floor.enlist, floor.leave)


class RoundPage(RecordDetail):
    """A walk-down: how far it is, and what waits to be settled."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the counts, and what was not as recorded."""
        record, user = context["record"], self.request.user
        seen = SIGHTINGS.queryset(user).filter(walkdown=record)
        counts = {result: seen.filter(result=result).count() for result in Sighting.Result.values}
        differing = seen.exclude(result=Sighting.Result.FOUND).order_by("-status", "result", "pk")
        left = floor.unseen(record).count() if record.not_seen is None else record.not_seen
        return super().page(
            status, **context, counts=counts, sightings=differing[:200], left=left, open_count=differing.filter(status="OPEN").count()
        )  # fmt: skip

    def actions(self, record: Any) -> list[dict[str, Any]]:
        """Lead to the page for the tablet instead of a bare form."""
        walk = {"label": gettext("Walk"), "url": reverse("assets:walk", args=[record.pk]), "main": True}
        return [one | walk if one["url"] == self.link("see", record.pk) else one for one in super().actions(record)]


class SightingPage(RecordDetail):
    """What was seen, beside what is recorded."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the values that differ, with the record's own."""
        return super().page(status, **context, rows=differences(context["record"]))

    def actions(self, record: Any) -> list[dict[str, Any]]:
        """Offer only the steps that fit what was found."""
        fits = {"take_over": record.result == "DIFFERENT" and bool(record.seen), "enlist": record.result == "UNKNOWN"}
        unfit = {self.link(name, record.pk) for name, fit in fits.items() if not fit}
        return [one for one in super().actions(record) if one["url"] not in unfit]


def differences(sighting: Sighting) -> list[tuple[str, Any, Any]]:
    """Return label, recorded value and seen value of what differs."""
    asset = sighting.asset
    return [
        (floor.label_of(name), getattr(asset, name, "") if asset else "", value)
        for name, value in sighting.seen.items()
    ]


class WalkDownRegister(Register):
    model, name, step = WalkDown, "walk-downs", 4
    fields = ("site", "title", "zone", "place", "assets")
    shows = ("status", "closed_on", "not_seen")
    columns = ("title", "site", "zone", "place", "status", "closed_on", "not_seen")
    filters = ("site", "zone", "status", "closed_on")
    search = ("title", "place")
    order = ("-pk",)
    joins = ("site", "zone")
    transitions = (floor.see, floor.close)
    clause = "IEC 62443-2-1:2024 CM 1.1"
    detail_view = RoundPage


class SightingRegister(Register):
    model, name, step = Sighting, "sightings", 4
    shows = ("site", "walkdown", "asset", "result", "seen", "note", "seen_on", "seen_by", "status", "reason")
    columns = ("__str__", "walkdown", "status", "seen_on", "seen_by", "note", "site")
    filters = ("site", "walkdown", "asset", "result", "status", "seen_on")
    search = ("asset__name", "note")
    order = ("-pk",)
    joins = ("site", "walkdown", "asset", "seen_by")
    verbs = frozenset()
    labels = {"__str__": "Seen"}
    sections = (
        ("Seen", ("walkdown", "asset", "result", "note", "seen_on", "seen_by")), ("Settled", ("status", "reason"))
    )  # fmt: skip
    transitions = STEPS
    many = Many({step.name: step for step in STEPS}, badge="result")
    detail_view = SightingPage


class DistinctRegister(Register):
    model, name, step = AssetDistinction, "asset-distinctions", 4
    fields = ("site", "asset", "other", "reason")
    columns = ("__str__", "site", "reason")
    filters = ("site", "asset", "other")
    search = ("asset__name", "other__name", "reason")
    order = ("asset__name", "other__name")
    joins = ("site", "asset", "other")
    labels = {"__str__": "Pair"}


WALKDOWNS, SIGHTINGS, DISTINCT = WalkDownRegister(), SightingRegister(), DistinctRegister()
REGISTERS = (WALKDOWNS, SIGHTINGS, DISTINCT)


def rounds(asset: Asset, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the walk-downs that look for this asset now, and of what was seen and is not settled."""
    running = WALKDOWNS.queryset(user).filter(site=asset.site_id, status="RUNNING").order_by("pk")
    expected = [one for one in running if floor.expected(one).filter(pk=asset.pk).exists() and may(user, "see", one)]
    seen = {one.walkdown_id: one for one in SIGHTINGS.queryset(user).filter(asset=asset, walkdown__in=expected)}
    to_settle = list(SIGHTINGS.queryset(user).filter(asset=asset, status="OPEN").order_by("pk"))
    if moment() is not None or not (expected or to_settle):
        return None
    return "assets/_rounds.html", {
        "rail": True,
        "asset": asset,
        "rounds": [(one, seen.get(one.pk)) for one in expected],
        "to_settle": to_settle,
    }


PANELS: tuple[Any, ...] = ((Asset, rounds),)
