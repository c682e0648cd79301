"""The page of an inventory's quality: completeness, last verified, probable duplicates side by side."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from accounts.chosen import site_of
from assets import quality
from assets.models import Asset
from assets.registers import ASSETS
from assets.rules.quality import SIGNS
from registers.door import may
from registers.history.past import day_at, moment
from registers.wording import capital

SIDE_BY_SIDE = (
    "kind", "vendor", "product", "model_number", "serial_number", "version", "ip_address", "mac_address", "zone",
    "location", "owner", "verified_on",
)  # fmt: skip
RUNNING = "&lifecycle=IN_USE&lifecycle=SPARE"
SHOWN = 20


def side_by_side(assets: list[Any]) -> list[tuple[str, list[str], bool]]:
    """Return a row for each field in which any of the assets says something: label, words of each, whether they differ."""
    rows = []
    for name in SIDE_BY_SIDE:
        field: Any = Asset._meta.get_field(name)
        words = [
            str(getattr(one, f"get_{name}_display")() if field.choices else getattr(one, name) or "") for one in assets
        ]
        if any(words):
            rows.append((capital(field.verbose_name), words, len(set(words)) > 1))
    return rows


def page(request: HttpRequest) -> HttpResponse:
    """Show the inventory's quality at one site: the one in the address, or the first that this person may see."""
    user: Any = request.user
    if not ASSETS.may_anywhere(user, "view"):
        raise PermissionDenied
    site, sites = site_of(user, request.GET.get("site"))
    found = quality.of(ASSETS.queryset(user).filter(site=site), on=day_at(site))
    groups = found.twins[:SHOWN]
    wanted = [pk for group in groups for pk in group.ids]
    known = {one.pk: one for one in ASSETS.queryset(user).filter(pk__in=wanted)}
    fields: Any = Asset._meta.get_field
    kinds = dict(Asset.Kind.choices)
    return render(request, "assets/quality.html", {
        "site": site, "sites": sites, "may_settle": moment() is None and may(user, "merge", Asset(site=site)), "quality": found, "query": f"site={site.pk}{RUNNING}",
        "fields": [capital(fields(name).verbose_name) for name in quality.EMPTY],
        "kinds": [(kind, kinds[kind], count, shares) for kind, count, shares in found.kinds],
        "twins": [
            (", ".join(gettext(SIGNS[sign]) for sign in group.signs), assets, side_by_side(assets))
            for group in groups
            if len(assets := [known[pk] for pk in group.ids if pk in known]) > 1
        ],
    })  # fmt: skip
