"""Follows the answers to the system requirements: SL-A of zones and conduits moves with them (N6)."""

from collections.abc import Sequence
from typing import Any

from assets.models import Conduit, Zone
from network.models import SrAnswer
from network.models.answers import PLACES, settle
from registers.history.changes import Changes


def follow() -> int:
    """Settle the places whose answers changed since the last look; return how many levels moved."""
    changes = Changes("levels")
    places: Sequence[Any]
    if changes.first:
        places = [
            place
            for model, field in PLACES
            for place in model._default_manager.filter(sr_answers__isnull=False).distinct()
        ]
    else:
        touched = changes.texts(SrAnswer, "zone_id", "conduit_id")
        zones, conduits = ({pair[n] for pair in touched if pair[n]} for n in (0, 1))
        places = [*Zone.objects.filter(pk__in=zones), *Conduit.objects.filter(pk__in=conduits)]
    moved = settle(places)
    changes.done()
    return moved
