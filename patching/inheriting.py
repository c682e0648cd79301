"""Where two records of one device become one, what a person decided of the match that goes stands on the one that stays (A7, V2)."""

from assets.merging import Word
from assets.models import Asset
from patching.models import Match

S = Match.Status
WEIGHT: dict[str, int] = {S.OPEN: 0, S.EXAMINING: 1, S.CONFIRMED: 2, S.REJECTED: 2}
DECIDED = ("status", "verdict", "decided_by", "decided_at", "decision_reason", "justification", "facts")


def inherit(gone: Match, asset: Asset) -> Word:
    """Bring a person's word to the match that the asset has of the same advisory, unless that has one of its own;
    a decision goes over the note that somebody looks into it.

    It comes with the facts that it was given on: the matcher lets it stand while they are those of the asset that stays.
    """
    if gone.status == S.OPEN:
        return Word.NONE
    kept = Match.objects.select_for_update(of=("self",)).get(asset=asset, advisory=gone.advisory_id)
    if WEIGHT[kept.status] >= WEIGHT[gone.status]:
        return Word.BOTH
    for name in DECIDED:
        setattr(kept, name, getattr(gone, name))
    kept.due_on = None if kept.status == S.REJECTED else kept.due_on or gone.due_on
    kept.reopened_because = ""
    kept.save()
    return Word.MOVED
