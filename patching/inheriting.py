"""Where two records of one device become one, what a person decided of the match that goes stands on the one that stays (A7, V2)."""

from assets.merging import Word
from assets.models import Asset
from patching.models import Match

DECIDED = ("status", "verdict", "decided_by", "decided_at", "decision_reason", "justification", "facts")


def inherit(gone: Match, asset: Asset) -> Word:
    """Bring a person's word to the match that the asset has of the same advisory, unless that has one of its own.

    It comes with the facts that it was given on: the matcher lets it stand while they are those of the asset that stays.
    """
    if gone.status == Match.Status.OPEN:
        return Word.NONE
    kept = Match.objects.select_for_update(of=("self",)).get(asset=asset, advisory=gone.advisory_id)
    if kept.status != Match.Status.OPEN:
        return Word.BOTH
    for name in DECIDED:
        setattr(kept, name, getattr(gone, name))
    kept.due_on = None if kept.status == Match.Status.REJECTED else kept.due_on or gone.due_on
    kept.reopened_because = ""
    kept.save()
    return Word.MOVED
