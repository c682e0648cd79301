"""What the list of assets tells of each: its open matches, and where its patches stand; and what it offers for many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote

from django.db.models import Count
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from patching.models import Match, PatchDeployment
from patching.patch_registers import DEPLOYMENTS
from patching.registers import MATCHES
from patching.rules.standing import standing
from patching.summary import OPEN_LIST
from registers import shapes
from registers.beside import Act, Beside
from registers.cells import Drawn
from registers.history.past import day_at, moment

TOLD = ("AVAILABLE", "IN_TEST", "TESTED", "APPROVED", "SCHEDULED", "INSTALLED", "DEFERRED")
DASH = format_html('<span class="dim">{}</span>', "–")


def read(assets: Sequence[Any], user: Any) -> Mapping[int, Mapping[str, Drawn]]:
    """Return both cells of each of these assets, from one query of matches and one of deployments."""
    when = moment()
    keys = [asset.pk for asset in assets]
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    found = MATCHES.queryset(user).filter(asset__in=keys, verdict__in=Match.OPEN).order_by()
    for key, verdict, count in found.values_list("asset", "verdict").annotate(n=Count("pk")):
        counts[key][verdict] = count
    patches: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    rows = DEPLOYMENTS.queryset(user).filter(asset__in=keys, status__in=TOLD).order_by()
    for key, state, due in rows.values_list("asset", "status", "due_on"):
        patches[key].append((state, due))
    past = f"&as_of={quote(when.isoformat())}" if when else ""
    return {
        asset.pk: {
            "open_matches": Drawn(_matches(asset.pk, counts[asset.pk], past), "nw"),
            "patch_state": Drawn(_state(asset, patches[asset.pk], counts[asset.pk], day_at(asset.site)), "nw"),
        }
        for asset in assets
    }


def _matches(key: int, counts: Mapping[str, int], past: str) -> SafeString:
    """Return how many matches are open as the way to their list, with the shape of the worst."""
    if not counts:
        return format_html('<span class="dim">{}</span>', 0)
    kind, shape = ("bad", "triangle") if "AFFECTED" in counts else ("ask", "diamond")
    word = gettext("{n} open").format(n=sum(counts.values()))
    address = f"{OPEN_LIST}&asset={key}{past}"
    return format_html('<a class="pl" href="{}">{}</a>', address, shapes.told(kind, shape, word))


def _state(asset: Any, patches: list[tuple[str, date | None]], counts: Mapping[str, int], on: date) -> SafeString:
    """Return where its patches stand; what is matched with no advisory is not called current."""
    if asset.lifecycle == Asset.Lifecycle.RETIRED:
        return DASH
    if not (asset.product or asset.model_number or counts or patches):
        return shapes.unknown(gettext("not matched"))
    return _told(standing(patches, counts, on=on), sum(counts.values()), get_language())


@cache
def _told(state: str, n: int, language: str | None) -> SafeString:
    below = ngettext("{n} open match", "{n} open matches", n).format(n=n)
    told = shapes.state(state, gettext("To decide") if state == "REVIEW" else "")
    return format_html('{}<div class="xs sec tab-only">{}</div>', told, below)


BESIDE = (Beside({"open_matches": _("Matches"), "patch_state": _("Patch state")}, "criticality", read),)
ACTS = (Act(_("Plan patch"), "patching:plan-patches", "start_test", PatchDeployment),)
