"""Takes in what a source hands on: documents by their content hash, KEV and EPSS whole; twice is once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from django.db import DataError, IntegrityError, transaction

from patching.feeds import epss, kev
from patching.feeds.deliveries import Delivery, Failed, Fetched, ListingRead, SignatureState, Unchanged
from patching.models import Advisory, AdvisorySource, AdvisoryState, Exploited, Prediction, SeenAddress
from patching.rules.advisories import advisory as named_products
from patching.rules.csaf import read
from patching.rules.facts import AdvisoryFacts, order_of
from patching.rules.nodes import Malformed
from patching.rules.versions import PARSER_VERSION
from registers import clock
from registers.history.origin import because

BATCH, BATCH_SECONDS = 200, 5.0
MOST_PROBLEMS = 50
Taken = Fetched | Unchanged | ListingRead | kev.Catalogue | epss.Scores
Piece = Delivery | kev.Catalogue | epss.Scores
# What strangers write may hold what nobody thought of: it stops itself only, never what comes after it.
UNFORESEEN = (DataError, IntegrityError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
log = structlog.get_logger(__name__)


@dataclass
class Counts:
    """What one poll brought."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    wait: int = 0
    scores: bool = False

    @property
    def came(self) -> int:
        """How many pieces were looked at so far."""
        return self.new + self.changed + self.unchanged + self.refused

    def refuse(self, place: str, reason: str) -> None:
        """Count a piece that was not taken, and keep the first reasons."""
        self.refused += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append({"place": place[:300], "reason": reason[:500]})


def take(pieces: Iterable[Piece], source: AdvisorySource, counts: Counts, *, by: Any) -> Iterator[Counts]:
    """Store the pieces in batches, each in one transaction, and yield the counts after each batch."""
    for batch in _batches(iter(pieces)):
        with because(by=by, step="patching.advisory.poll", reason=source.name):
            for piece in batch:
                _take_one(piece, source, counts)
        yield counts


def _batches(stream: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Gather up to so many pieces or seconds, so that a slow site's documents are kept and shown as they come."""
    batch: list[Piece] = []
    since = monotonic()
    for piece in stream:
        batch.append(piece)
        if len(batch) >= BATCH or monotonic() - since >= BATCH_SECONDS:
            yield batch
            batch, since = [], monotonic()
    if batch:
        yield batch


def _take_one(piece: Piece, source: AdvisorySource, counts: Counts) -> None:
    if isinstance(piece, Failed):
        counts.refuse(piece.locator, piece.reason)
        counts.wait = max(counts.wait, piece.wait)
        return
    try:
        with transaction.atomic():
            _store(piece, source, counts)
    except Malformed as wrong:
        counts.refuse(piece.locator, str(wrong))
        return
    except UNFORESEEN:
        log.exception("a piece of an advisory source cannot be stored", place=piece.locator)
        counts.refuse(piece.locator, "It cannot be stored. The log has the details.")
        return
    _remember(source, piece)


def _store(piece: Taken, source: AdvisorySource, counts: Counts) -> None:
    if isinstance(piece, kev.Catalogue):
        _take_exploited(piece, counts)
    elif isinstance(piece, epss.Scores):
        _take_predictions(piece, counts)
    elif isinstance(piece, Fetched):
        _take_document(piece, source, counts)
    elif isinstance(piece, Unchanged):
        counts.unchanged += 1


def _remember(source: AdvisorySource, piece: Taken) -> None:
    SeenAddress.objects.update_or_create(
        source=source, locator=piece.locator[:1000], defaults={"seen": dict(piece.seen)}
    )


def _take_document(piece: Fetched, source: AdvisorySource, counts: Counts) -> None:
    """Store a document whose content is new; an older state that comes back never replaces a newer one."""
    facts = read(piece.document)
    known = (
        Advisory.objects.select_for_update().filter(namespace=facts.namespace, tracking_id=facts.tracking_id).first()
    )
    if known is not None and known.states.filter(sha256=piece.sha256).exists():
        counts.unchanged += 1
        if known.sha256 == piece.sha256 and known.signature != piece.signature_state.value:
            known.signature = piece.signature_state.value
            known.save()
        return
    values = _values(facts) | {"sha256": piece.sha256, "signature": piece.signature_state.value, "source": source}
    if known is None:
        known = Advisory.objects.create(namespace=facts.namespace, tracking_id=facts.tracking_id, **values)
        counts.new += 1
    elif _is_older(facts, known, source) and not _issued_anew(piece, known, source):
        counts.refuse(piece.locator, f"{facts.tracking_id} is older than the state already here. The newer one stays.")
        return
    elif _is_unproven(piece, known, source):
        counts.refuse(
            piece.locator, f"{facts.tracking_id} came signed from another source. Only a signed state replaces it."
        )
        return
    else:
        for name, value in values.items():
            setattr(known, name, value)
        known.save()
        counts.changed += 1
    counts.touched.add(known.pk)
    AdvisoryState.objects.create(
        advisory=known, sha256=piece.sha256, version=facts.version[:40], document=piece.document, parser=PARSER_VERSION,
        products=[product.to_json() for product in named_products(facts).products],
    )  # fmt: skip


def _is_older(facts: AdvisoryFacts, known: Advisory, source: AdvisorySource) -> bool:
    """Tell whether a state looks older: publishers correct the day of a newer version backwards, or begin to count anew."""
    told, kept = order_of(facts.version), order_of(known.version)
    if told > kept:
        return False
    by_day = (
        facts.current_release < known.current_release_on <= clock.now()
    )  # a day to come was a mistake: it says nothing
    return by_day or (told < kept and known.source_id != source.pk)


def _is_unproven(piece: Fetched, known: Advisory, source: AdvisorySource) -> bool:
    """Tell whether a source would put its own word over what another proved by a signature: anybody can name any publisher."""
    proven = known.signature == SignatureState.VERIFIED and known.source_id not in {None, source.pk}
    return proven and piece.signature_state != SignatureState.VERIFIED


def _issued_anew(piece: Fetched, known: Advisory, source: AdvisorySource) -> bool:
    """Tell whether the source's own list gives a later time to this address than when it held what is known now."""
    before = SeenAddress.objects.filter(source=source, locator=piece.locator[:1000], seen__sha256=known.sha256).first()
    return before is not None and piece.seen.get("updated", "") > before.seen.get(
        "updated", piece.seen.get("updated", "")
    )


def _values(facts: AdvisoryFacts) -> dict[str, Any]:
    scores = [weakness.score for weakness in facts.vulnerabilities if weakness.score]
    worst = max(scores, key=lambda score: score.base, default=None)
    return {
        "publisher": facts.publisher[:200], "title": facts.title[:500], "version": facts.version[:40],
        "status": facts.status[:20], "severity": (worst.severity if worst else facts.severity)[:20].upper(),
        "cvss": round(worst.base, 1) if worst else None, "initial_release_on": facts.initial_release,
        "current_release_on": facts.current_release, "cves": [cve[:40] for cve in facts.cves],
    }  # fmt: skip


def _take_exploited(catalogue: kev.Catalogue, counts: Counts) -> None:
    known = {row.cve: row for row in Exploited.objects.all()}
    fresh, other = [], []
    for row in catalogue.rows:
        values = {"name": row.name[:300], "added_on": row.added_on, "due_on": row.due_on, "ransomware": row.ransomware}
        kept = known.get(row.cve)
        if kept is None:
            fresh.append(Exploited(cve=row.cve, **values))
        elif any(getattr(kept, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(kept, name, value)
            other.append(kept)
    Exploited.objects.bulk_create(fresh, batch_size=1000)
    Exploited.objects.bulk_update(other, ["name", "added_on", "due_on", "ransomware"], batch_size=1000)
    counts.new += len(fresh)
    counts.changed += len(other)
    counts.unchanged += len(catalogue.rows) - len(fresh) - len(other)
    for sentence in catalogue.broken:
        counts.refuse(catalogue.locator, sentence)


def _take_predictions(scores: epss.Scores, counts: Counts) -> None:
    if scores.scored_at > clock.now() + timedelta(days=1):
        counts.refuse(
            scores.locator, f"These scores are of {scores.scored_at:%Y-%m-%d}, a day to come. Those already here stay."
        )
        return
    newest = Prediction.objects.order_by("-scored_at").values_list("scored_at", flat=True).first()
    if newest is not None and newest > scores.scored_at:
        counts.refuse(scores.locator, "These scores are older than those already here. The newer ones stay.")
        return
    Prediction.objects.bulk_create(
        [
            Prediction(cve=row.cve, score=row.epss, percentile=row.percentile, model_version=scores.model_version,
                       scored_at=scores.scored_at)
            for row in scores.rows
        ],
        batch_size=5000, update_conflicts=True, unique_fields=["cve"],
        update_fields=["score", "percentile", "model_version", "scored_at"],
    )  # fmt: skip
    counts.scores = True
    counts.changed += len(scores.rows)
    if scores.broken:
        counts.refuse(scores.locator, f"{scores.broken} lines could not be read and are left out.")


def finished(counts: Counts, *, now: datetime) -> dict[str, Any]:
    """Return the fields of a poll that ended."""
    return {
        "finished_at": now, "new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged,
        "refused": counts.refused, "problems": counts.problems, "scores": counts.scores,
    }  # fmt: skip
