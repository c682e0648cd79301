"""The overview: what is wrong, what is due, what has changed; every figure leads to the list that it counts."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.chosen import site_asked
from assets.registers import ASSETS
from assets.summary import LIVING, stock
from csms.catalog import SUMMARIES
from csms.work import awake, waiting_for
from patching import summary as patching
from registers.figures import Figure
from registers.history.past import day_at, moment
from registers.history.timeline import recent


def inventory(user: Any, on: date, site: Any) -> dict[str, Any]:
    """Return how complete the inventory is, overall and by Purdue level."""
    by_level: dict[Any, Counter[str]] = defaultdict(Counter)
    for rows in stock(user, on, site).values():
        for row in rows:
            by_level[row["zone__level"]].update({name: row[name] for name in row if name != "zone__level"})
    total = sum(by_level.values(), Counter())
    levels = [
        {"level": level, "of": found["all"], "complete": found["complete"], "percent": _percent(found)}
        for level, found in sorted(
            ((level, found) for level, found in by_level.items() if level is not None), reverse=True
        )
    ]
    base, at = reverse("assets:assets-list"), f"&site={site.pk}" if site else ""
    figures = [
        Figure("unclassified", gettext("criticality not assessed"), total["unclassified"], f"{base}?lacks=criticality{LIVING}{at}", gettext("assets with an open question of the criticality questionnaire")),
        Figure("homeless", gettext("without zone"), total["homeless"], f"{base}?zone__isnull=true{LIVING}{at}", gettext("assets that are in no zone")),
        Figure("stale", gettext("not verified for a year"), total["stale"], f"{base}?check=asset-not-verified{at}", gettext("assets last verified over 12 months ago, or never")),
        Figure("unsupported", gettext("support ended"), total["unsupported"], f"{base}?supported_until__lte={on - timedelta(days=1)}{LIVING}{at}", gettext("assets whose vendor support has ended")),
    ]  # fmt: skip
    return {
        "total": total["all"], "complete": total["complete"], "percent": _percent(total), "levels": levels, "figures": figures,
        "url": f"{base}?{LIVING[1:]}{at}", "quality": f"/assets/quality/?{at[1:]}",
    }  # fmt: skip


def _percent(found: Counter[str]) -> int:
    return found["complete"] * 100 // max(1, found["all"])


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component of the look on one page, for those who build pages."""
    return render(request, "csms/styleguide.html", {"figures": [44, 46, 47, 51, 50, 53, 55, 59]})


def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the overview of all sites, or of the one in the address."""
    site, _sites = site_asked(request.user, request.GET.get("site"))
    on = day_at(site)
    waiting = [one for one in awake(waiting_for(request.user, on)) if site is None or one.site == site]
    extra = {app.__name__.split(".")[0]: app.tile(request.user, on, site) for app in SUMMARIES if hasattr(app, "tile")}
    context = {
        "on": on, "waiting": waiting[:7], "waiting_count": len(waiting), "inventory": inventory(request.user, on, site),
        "patching": patching.figures(request.user, on, site), "sources": patching.sources(request.user),
        "changes": recent(request.user, ASSETS, since=(moment() or timezone.now()) - timedelta(days=7), limit=7, site=site), "tiles": extra,
    }  # fmt: skip
    return render(request, "csms/home.html", context)
