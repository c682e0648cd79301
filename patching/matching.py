"""Matches advisories to assets: each distinct product type is judged once, the database spreads it over the assets.

What a person decided stays until the facts for that asset change (V2). KEV, EPSS, zone and criticality give the priority.
"""

import gc
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from accounts.robots import robot
from assets.models import Asset, Conduit, Flow, Zone
from patching import spreading, urgencies
from patching.models import Advisory, AdvisoryState, Exploited, Match, Poll, PriorityTable, ProductLink, VendorAlias
from patching.rereading import read_anew
from patching.rules.advisories import Advisory as NamedAdvisory
from patching.rules.advisories import NamedProduct
from patching.rules.index import Index
from patching.rules.matching import RULES_VERSION, AssetType, Links, product_key, type_key
from patching.rules.vendors import concerned
from patching.rules.verdicts import Judgement
from patching.rules.versions import PARSER_VERSION
from registers.history.changes import Changes
from registers.history.origin import because
from registers.locks import held
from registers.wake import wake

TYPE = ("vendor", "product", "model_number", "version")
CVES = 6  # where they stand in a row that was judged
FOLLOWER = f"matching by rules {PARSER_VERSION}.{RULES_VERSION}"  # under other rules nothing was looked at yet
MATCHING = 7002  # advisory lock
AT_ONCE = 400  # types that are judged and spread together
_cached: tuple[Any, Index] | None = None


@dataclass
class Outcome:
    """How many matches a run wrote."""

    matched: int = 0
    closed: int = 0
    reprioritised: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        """Return both together."""
        return Outcome(
            self.matched + other.matched, self.closed + other.closed, self.reprioritised + other.reprioritised
        )


def index_of(advisories: Collection[int] | None) -> Index:
    """Return the index of these advisories' newest states; that of all is kept in the process while nothing changed."""
    global _cached
    if advisories is not None:
        index = _build(advisories)
        index.matcher.remember(links())
        return index
    stamp = (
        *AdvisoryState.objects.aggregate(Max("pk")).values(),
        *VendorAlias.objects.aggregate(Max("updated_at"), Count("pk")).values(),
        Advisory.objects.count(),
    )
    if _cached is None or _cached[0] != stamp:
        _cached = (stamp, _build(None))
    _cached[1].matcher.remember(links())
    return _cached[1]


def links() -> Links:
    """Return what people said of products, in the form that the rules look it up."""
    return {
        (type_key(AssetType(link.vendor, link.product, link.model_number)), product_key(link.named_vendor, link.named_product)): link.same
        for link in ProductLink.objects.all()
    }  # fmt: skip


def _build(advisories: Collection[int] | None) -> Index:
    newest = AdvisoryState.objects.order_by("advisory_id", "-pk").distinct("advisory_id")
    if advisories is not None:
        newest = newest.filter(advisory__in=advisories)
    aliases = dict(VendorAlias.objects.values_list("written", "means"))
    named = (
        NamedAdvisory(str(key), tuple(NamedProduct.from_json(one) for one in products))
        for key, products in newest.values_list("advisory_id", "products").iterator(chunk_size=200)
    )
    with _uncollected():
        return Index(named, aliases)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking over a million fresh objects again and again: none of them is garbage."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def match(
    *, now: datetime, assets: Collection[int] | None = None, advisories: Collection[int] | None = None
) -> Outcome:
    """Judge these assets (all when None) by these advisories (all when None) and keep what changed.

    Many types are written in shares side by side, each share of the assets in a transaction of its own (decision 24).
    """
    active = Asset.objects.exclude(lifecycle=Asset.Lifecycle.RETIRED).filter(~Q(product="") | ~Q(model_number=""))
    if assets is not None:
        active = active.filter(pk__in=assets)
    types, few = sorted(active.order_by().values_list(*TYPE).distinct()), None
    if advisories is not None:  # few of them concern few types
        few = index_of(advisories)
        types = [words for words in types if few.names(AssetType(*words))]
    batches = [range(start, min(start + AT_ONCE, len(types))) for start in range(0, len(types), AT_ONCE)]
    indexed: Future[Index] = Future()
    with ThreadPoolExecutor(1) as judge:  # the next types are judged while the database spreads the last ones
        judged = [judge.submit(_judge, types, indexed, batch) for batch in batches]
        spread = partial(_spread, now, assets, advisories, types, list(zip(batches, judged, strict=True)))
        if len(batches) < 2 or connection.in_atomic_block:
            _keep(indexed, few)
            return spread(None)
        with ThreadPoolExecutor(spreading.SHARES) as writers:
            written = writers.map(partial(_apart, spread), range(spreading.SHARES))
            _keep(indexed, few)  # made while the writers get ready
            return sum(written, Outcome())


def _keep(promise: Future[Index], index: Index | None) -> None:
    """Keep the promise of an index, that of all advisories where none is given; who waits for it learns what went wrong."""
    try:
        promise.set_result(index or index_of(None))
    except BaseException as wrong:
        promise.set_exception(wrong)
        raise


def _apart(spread: Callable[[int], Outcome], share: int) -> Outcome:
    """Spread a share of the assets over a connection of its own."""
    try:
        return spread(share)
    finally:
        connection.close()


def _spread(
    now: datetime,
    assets: Collection[int] | None,
    advisories: Collection[int] | None,
    types: Sequence[tuple[str, ...]],
    judged: Sequence[tuple[range, Future[list[tuple[Any, ...]]]]],
    share: int | None,
) -> Outcome:
    """Write what was judged, for all the assets or a share of them, in one transaction."""
    outcome = Outcome()
    with (
        because(by=robot("matching"), step="patching.match.match"),
        connection.cursor() as cursor,
        urgencies.tables(cursor),
    ):
        spreading.fill(cursor, "types", ((number, *words) for number, words in enumerate(types)))
        these = None if advisories is None else list(advisories)
        spreading.scope(cursor, assets, these, share)
        cursor.execute(spreading.BEFORE, [these, these])
        before: bool = cursor.fetchone()[0]
        few = judged[0][1].result() if len(judged) == 1 else None
        urgencies.prepare(cursor, now, None if few is None else {cve for row in few for cve in row[CVES]})
        for batch, rows in judged:
            spreading.fill(cursor, "judged", rows.result())
            cursor.execute(spreading.SPREAD_AGAIN if before else spreading.SPREAD, [batch.start])
            outcome.matched += cursor.rowcount
        if before:
            cursor.execute(spreading.UNNAMED, [these, these])
            outcome.closed = cursor.rowcount
            outcome.reprioritised = urgencies.renew(cursor, these)
    return outcome


def _judge(types: Sequence[tuple[str, ...]], indexed: Future[Index], batch: range) -> list[tuple[Any, ...]]:
    """Return what every advisory says of the types of these numbers; touches no database."""
    index = indexed.result()
    return [
        (
            number, int(key), judgement.verdict.value, judgement.reason,
            judgement.clause[:2000], judgement.product[:1000], [cve[:120] for cve in judgement.cves],
            facts_of(judgement, version),
        )
        for number in batch
        for vendor, product, model_number, version in [types[number]]
        for key, judgement in index.match(AssetType(vendor=vendor, product=product, model_number=model_number, version=version))
    ]  # fmt: skip


def facts_of(judgement: Judgement, version: str) -> str:
    """Return the fingerprint of what a person's decision rests on; other spelling of the same text changes nothing."""
    texts = [
        "".join(text.replace("_", " ").casefold().split()) for text in (judgement.clause, judgement.product, version)
    ]
    told = [judgement.verdict.value, *texts, sorted(set(judgement.cves))]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def follow(*, now: datetime) -> Outcome:
    """Match what changed since the last look (assets, advisories, aliases, zones, KEV), and wake what follows matches."""
    with held(MATCHING) as free:
        if not free:
            return Outcome()
        changes = Changes(FOLLOWER)
        outcome = _follow(changes, now)
        changes.done()
    if outcome.matched or outcome.closed:
        transaction.on_commit(partial(wake, Match), robust=True)
    return outcome


def _follow(changes: Changes, now: datetime) -> Outcome:
    if changes.first:
        read_anew()
        return match(now=now)
    outcome = Outcome()
    for scope in ({"advisories": changes.ids(Advisory)}, {"assets": _touched_assets(changes)}):
        if any(scope.values()):
            outcome += match(now=now, **scope)
    if (sites := _touched_sites(changes)) != set():
        outcome.reprioritised += urgencies.reprioritise(now=now, sites=sites)
    return outcome


def _touched_assets(changes: Changes) -> set[int]:
    """Return the assets that changed, and those whose vendor or product somebody named anew."""
    assets = changes.ids(Asset)
    assets |= set(Match.objects.filter(status=Match.Status.CONFIRMED, due_on=None).values_list("asset_id", flat=True))
    if aliases := changes.texts(VendorAlias, "written", "means"):
        vendors = Asset.objects.order_by("vendor").values_list("vendor", flat=True).distinct()
        touched = [vendor for vendor in vendors if concerned(vendor, aliases)]
        assets |= set(Asset.objects.filter(vendor__in=touched).values_list("pk", flat=True))
    if linked := changes.texts(ProductLink, "vendor", "product", "model_number"):
        keys = {type_key(AssetType(*words)) for words in linked}
        fields = ("vendor", "product", "model_number")
        for kind in Asset.objects.order_by(*fields).values_list(*fields).distinct():
            if type_key(AssetType(*kind)) in keys:
                assets |= set(Asset.objects.filter(**dict(zip(fields, kind, strict=True))).values_list("pk", flat=True))
    return assets


def _touched_sites(changes: Changes) -> set[int] | None:
    """Return the sites whose zones or ways in changed, or None (all of them) when scores or the table did."""
    scored = Poll.objects.filter(pk__in=changes.ids(Poll), scores=True)
    if changes.ids(Exploited) or changes.ids(PriorityTable) or scored.exists():
        return None
    found: set[int] = set()
    for model in (Zone, Conduit, Flow):
        found |= changes.sites(model)
    return found
