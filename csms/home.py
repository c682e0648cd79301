"""The overview: what is wrong, what is due, what has changed; every figure leads to the list that it counts."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.registers import SITES
from assets.models import Zone
from assets.registers import ASSETS
from assets.registers import REGISTERS as PLANT
from assets.summary import complete
from csms.catalog import SUMMARIES
from csms.work import awake, today, waiting_for
from patching import summary as patching
from patching.registers import MATCHES
from registers.figures import Figure
from registers.history.timeline import recent

LIVING = "&lifecycle=PLANNED&lifecycle=IN_USE&lifecycle=SPARE"
BUSIEST = 6
ZONES = next(register for register in PLANT if register.name == "zones")
CONDUITS = next(register for register in PLANT if register.name == "conduits")


def inventory(user: Any, on: date, site: Any) -> dict[str, Any]:
    """Return how complete the inventory is, overall and by Purdue level."""
    found = ASSETS.queryset(user).exclude(lifecycle="RETIRED")
    found = found.filter(site=site) if site else found
    stale = Q(verified_on=None) | Q(verified_on__lt=on - timedelta(days=365))
    counts: dict[str, Count] = {
        "all": Count("pk"), "complete": Count("pk", filter=complete()), "unclassified": Count("pk", filter=Q(criticality="")),
        "homeless": Count("pk", filter=Q(zone=None)), "stale": Count("pk", filter=stale),
        "unsupported": Count("pk", filter=Q(supported_until__lt=on)),
    }  # fmt: skip
    counted: Any = found.values("zone__level").annotate(**counts).order_by("-zone__level")
    rows: list[dict[str, Any]] = list(counted)
    total = {name: sum(row[name] for row in rows) for name in counts}
    levels = [
        {"level": row["zone__level"], "of": row["all"], "complete": row["complete"]}
        for row in rows
        if row["zone__level"] is not None
    ]
    base, at = reverse("assets:assets-list"), f"&site={site.pk}" if site else ""
    figures = [
        Figure("unclassified", gettext("criticality not assessed"), total["unclassified"], f"{base}?criticality=&kind={LIVING}{at}", gettext("assets with an open question of the criticality questionnaire")),
        Figure("homeless", gettext("without zone"), total["homeless"], f"{base}?zone__isnull=true{LIVING}{at}", gettext("assets that are in no zone")),
        Figure("stale", gettext("not verified for a year"), total["stale"], f"{base}?check=asset-not-verified{at}", gettext("assets last verified over 12 months ago, or never")),
        Figure("unsupported", gettext("support ended"), total["unsupported"], f"{base}?supported_until__lte={on - timedelta(days=1)}{LIVING}{at}", gettext("assets whose vendor support has ended")),
    ]  # fmt: skip
    return {
        "total": total["all"],
        "complete": total["complete"],
        "levels": levels,
        "figures": figures,
        "url": f"{base}?{at[1:]}",
    }


def zones(user: Any, site: Any) -> dict[str, Any]:
    """Return how far zones and conduits are drawn."""
    mine, ways = ZONES.queryset(user), CONDUITS.queryset(user)
    if site:
        mine, ways = mine.filter(site=site), ways.filter(site=site)
    counted = mine.aggregate(
        all=Count("pk"),
        targeted=Count("pk", filter=Q(sl_t__isnull=False)),
        outside=Count("pk", filter=Q(external=True)),
    )
    guarded = ways.aggregate(all=Count("pk"), guarded=Count("pk", filter=Q(boundary_device__isnull=False)))
    return {
        "counted": counted, "guarded": guarded, "busiest": _busiest(user, site), "at": f"?site={site.pk}" if site else "",
    }  # fmt: skip


def _busiest(user: Any, site: Any) -> list[Any]:
    """Return the zones with most open matches; counted by match, since a plant may hold half a million."""
    found = MATCHES.queryset(user).filter(patching.OPEN, asset__zone__isnull=False).order_by()
    found = found.filter(site=site) if site else found
    most = found.values("asset__zone").annotate(open=Count("pk")).order_by("-open", "asset__zone")[:BUSIEST]
    counted = (
        found.filter(asset__zone__in=[row["asset__zone"] for row in most] or [0])
        .values("asset__zone", "asset__zone__name", "asset__zone__sl_t", "site__code")
        .annotate(open=Count("pk"), assets=Count("asset", distinct=True))
        .order_by("-open", "asset__zone__name")
    )
    return [
        {"zone": Zone(pk=row["asset__zone"], name=row["asset__zone__name"], sl_t=row["asset__zone__sl_t"]), **row}
        for row in counted
    ]


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component of the look on one page, for those who build pages."""
    return render(request, "csms/styleguide.html", {"figures": [44, 46, 47, 51, 50, 53, 55, 59]})


def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the overview of all sites, or of the one in the address."""
    site = next((s for s in SITES.queryset(request.user) if str(s.pk) == request.GET.get("site")), None)
    on = today(site)
    waiting = awake(waiting_for(request.user, on))
    extra = {app.__name__.split(".")[0]: app.tile(request.user, on, site) for app in SUMMARIES if hasattr(app, "tile")}
    context = {
        "on": on, "waiting": waiting[:7], "waiting_count": len(waiting), "inventory": inventory(request.user, on, site),
        "patching": patching.figures(request.user, on, site), "sources": patching.sources(request.user), "zones": zones(request.user, site),
        "changes": recent(request.user, ASSETS, since=timezone.now() - timedelta(days=7), limit=7), "tiles": extra,
    }  # fmt: skip
    return render(request, "csms/home.html", context)
