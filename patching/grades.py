"""What people call the grades that a priority follows from; rules and records know their codes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from registers.wording import capital

ATTACKS = {"NONE": _("no exploitation known"), "PUBLIC": _("exploit public or likely"), "ACTIVE": _("exploited now")}
PLACES = {"SMALL": _("Hardly exposed"), "CONTROLLED": _("Exposed behind a boundary"), "OPEN": _("Openly exposed")}
LEVELS = dict(Asset.Criticality.choices)


def attack_words(code: str) -> str:
    """Return what is known of attacks, as the beginning of a sentence."""
    return str(capital(str(ATTACKS[code])))


def words_of(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return in words what the priority of one match follows from; nothing for what is not known."""
    attack, place, level = (inputs.get(name) or "" for name in ("exploitation", "exposure", "criticality"))
    return {
        "exploitation": attack_words(attack) if attack in ATTACKS else "",
        "exposure": str(PLACES.get(place, "")),
        "criticality": str(LEVELS.get(level, "")),
    }
