"""Matches advisories to assets: each distinct product type is judged once, the database spreads it over the assets.

What a person decided stays until the facts for that asset change (V2). KEV, EPSS, zone and criticality give the priority.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Q
from psycopg2.extras import execute_values  # type: ignore[import-untyped]

from accounts.robots import robot
from assets.models import Asset, Zone
from patching.models import Advisory, AdvisoryState, Exploited, Match, Prediction, VendorAlias
from patching.rules.advisories import Advisory as NamedAdvisory
from patching.rules.advisories import NamedProduct
from patching.rules.index import Index
from patching.rules.matching import AssetType, Judgement
from patching.rules.priority import EPSS_THRESHOLD, Criticality, Exploitation, Exposure, exploitation, exposure, urgency
from registers.history.changes import Changes
from registers.history.origin import because

TYPE = ("vendor", "product", "model_number", "version")
_cached: tuple[Any, Index] | None = None


@dataclass
class Outcome:
    """How many matches a run wrote."""

    matched: int = 0
    closed: int = 0
    reprioritised: int = 0


def index_of(advisories: Collection[int] | None) -> Index:
    """Return the index of these advisories' newest states; that of all is kept in the process while nothing changed."""
    global _cached
    if advisories is not None:
        return _build(advisories)
    stamp = (
        AdvisoryState.objects.aggregate(top=Max("pk"))["top"],
        VendorAlias.objects.aggregate(top=Max("updated_at"))["top"],
        VendorAlias.objects.count(),
        Advisory.objects.count(),
    )
    if _cached is None or _cached[0] != stamp:
        _cached = (stamp, _build(None))
    return _cached[1]


def _build(advisories: Collection[int] | None) -> Index:
    newest = AdvisoryState.objects.order_by("advisory_id", "-pk").distinct("advisory_id")
    if advisories is not None:
        newest = newest.filter(advisory__in=advisories)
    aliases = dict(VendorAlias.objects.values_list("written", "means"))
    named = (
        NamedAdvisory(str(key), tuple(NamedProduct.from_json(one) for one in products))
        for key, products in newest.values_list("advisory_id", "products").iterator(chunk_size=200)
    )
    return Index(named, aliases)


def match(
    *, now: datetime, assets: Collection[int] | None = None, advisories: Collection[int] | None = None
) -> Outcome:
    """Judge these assets (all when None) by these advisories (all when None) and keep what changed."""
    index = index_of(advisories)
    active = Asset.objects.exclude(lifecycle=Asset.Lifecycle.RETIRED).filter(~Q(product="") | ~Q(model_number=""))
    if assets is not None:
        active = active.filter(pk__in=assets)
    types = active.order_by(*TYPE).values_list(*TYPE).distinct()
    outcome = Outcome()
    with because(by=robot("matching"), step="patching.match.match"), connection.cursor() as cursor:
        cursor.execute(_JUDGED)
        execute_values(cursor.cursor, "INSERT INTO judged VALUES %s", _rows(types, index), page_size=1000)
        cursor.execute("ANALYZE judged")
        _scope(cursor, assets, advisories)
        _urgencies(cursor, now)
        cursor.execute(_SPREAD, [now.date()])
        outcome.matched = cursor.rowcount
        cursor.execute(_UNNAMED)
        outcome.closed = cursor.rowcount
        cursor.execute(_REPRIORITISE)
        outcome.reprioritised = cursor.rowcount
        cursor.execute(
            "DROP TABLE judged, touched_assets, touched_advisories, zone_exposure, cve_exploitation, urgencies"
        )
    return outcome


def _rows(types: Iterable[tuple[str, ...]], index: Index) -> Iterator[tuple[Any, ...]]:
    for vendor, product, model_number, version in types:
        asset = AssetType(vendor=vendor, product=product, model_number=model_number, version=version)
        for key, judgement in index.match(asset):
            yield (
                vendor, product, model_number, version, int(key), judgement.verdict.value, judgement.reason,
                judgement.clause[:2000], judgement.product[:1000], [cve[:120] for cve in judgement.cves],
                facts_of(judgement, version),
            )  # fmt: skip


def facts_of(judgement: Judgement, version: str) -> str:
    """Return the fingerprint of what a person's decision rests on."""
    told = [judgement.verdict.value, judgement.clause, judgement.product, sorted(judgement.cves), version]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _scope(cursor: Any, assets: Collection[int] | None, advisories: Collection[int] | None) -> None:
    for table, ids in (("touched_assets", assets), ("touched_advisories", advisories)):
        cursor.execute(f"CREATE TEMP TABLE {table} (id bigint PRIMARY KEY) ON COMMIT DROP")
        if ids is None:
            source = "assets_asset" if table == "touched_assets" else "patching_advisory"
            cursor.execute(f"INSERT INTO {table} SELECT id FROM {source}")
        elif ids:
            execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", [(key,) for key in ids], page_size=5000)
        cursor.execute(f"ANALYZE {table}")


def _urgencies(cursor: Any, now: datetime) -> None:
    """Put the priority rules into tables, so that the database can look them up for every match."""
    cursor.execute(_TABLES)
    zones = Zone.objects.values_list("pk", "level", "external")
    exposed = [
        (key, exposure(None if level is None else float(level), external=external).value)
        for key, level, external in zones
    ]
    exploited = set(Exploited.objects.values_list("cve", flat=True))
    scores = dict(Prediction.objects.filter(score__gte=EPSS_THRESHOLD).values_list("cve", "score"))
    known = [
        (cve, list(Exploitation).index(exploitation(kev=cve in exploited, epss=scores.get(cve))))
        for cve in exploited | set(scores)
    ]
    rows = []
    for attack in Exploitation:
        for place in Exposure:
            for level in ("", *Criticality):
                decided = urgency(attack, place, Criticality(level or "MEDIUM"), known_on=now.date())
                sentence = (
                    decided.sentence
                    if level
                    else decided.sentence.replace("criticality medium", "criticality not assessed")
                )
                rows.append(
                    (
                        list(Exploitation).index(attack),
                        place.value,
                        level,
                        decided.priority.value,
                        sentence,
                        (decided.due_on - now.date()).days,
                    )
                )
    for table, values in (("zone_exposure", exposed), ("cve_exploitation", known), ("urgencies", rows)):
        if values:
            execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", values, page_size=5000)


def follow(*, now: datetime) -> Outcome:
    """Match what changed since the last look: assets, advisories, aliases, zones, exploited vulnerabilities."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [7002])
        if not cursor.fetchone()[0]:
            return Outcome()
    try:
        changes = Changes("matching")
        outcome = _follow(changes, now)
        changes.done()
        return outcome
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [7002])


def _follow(changes: Changes, now: datetime) -> Outcome:
    if changes.first or changes.ids(VendorAlias):
        return match(now=now)
    advisories = changes.ids(Advisory)
    assets = changes.ids(Asset) | set(Asset.objects.filter(zone__in=changes.ids(Zone)).values_list("pk", flat=True))
    undated = Match.objects.filter(status=Match.Status.CONFIRMED, due_on=None)
    assets |= set(undated.values_list("asset_id", flat=True))
    if changes.ids(Exploited):
        assets |= set(Match.objects.filter(verdict__in=["AFFECTED", "REVIEW"]).values_list("asset_id", flat=True))
    outcome = Outcome()
    for scope in ({"advisories": advisories}, {"assets": assets}):
        if any(scope.values()):
            made = match(now=now, **scope)
            outcome = Outcome(
                outcome.matched + made.matched, outcome.closed + made.closed, outcome.reprioritised + made.reprioritised
            )
    return outcome


_JUDGED = """
CREATE TEMP TABLE judged (
    vendor text, product text, model_number text, version text, advisory_id bigint, verdict text, reason text, clause text,
    named text, cves text[], facts text
) ON COMMIT DROP
"""
_TABLES = """
CREATE TEMP TABLE zone_exposure (zone_id bigint PRIMARY KEY, exposure text) ON COMMIT DROP;
CREATE TEMP TABLE cve_exploitation (cve text PRIMARY KEY, rank int) ON COMMIT DROP;
CREATE TEMP TABLE urgencies (rank int, exposure text, criticality text, priority text, sentence text, days int) ON COMMIT DROP
"""
_URGENCY = """
LEFT JOIN LATERAL (SELECT max(rank) AS rank FROM cve_exploitation WHERE cve = ANY({cves})) attack ON true
LEFT JOIN zone_exposure ON zone_exposure.zone_id = a.zone_id
JOIN urgencies u ON u.rank = coalesce(attack.rank, 0) AND u.exposure = coalesce(zone_exposure.exposure, 'OPEN')
    AND u.criticality = a.criticality
"""
_SPREAD = f"""
INSERT INTO patching_match AS m (
    revision, custom, site_id, asset_id, advisory_id, verdict, computed_verdict, reason, clause, product, cves, facts,
    exploited, priority, priority_reason, found_on, due_on, status, decision_reason, justification
)
SELECT 1, '{{}}', a.site_id, a.id, j.advisory_id, j.verdict, j.verdict, j.reason, j.clause, j.named, j.cves, j.facts,
    coalesce(attack.rank, 0) = 2, u.priority, u.sentence, today.on_day,
    CASE WHEN j.verdict IN ('AFFECTED', 'REVIEW') THEN today.on_day + u.days END, 'OPEN', '', ''
FROM judged j
JOIN assets_asset a USING (vendor, product, model_number, version)
JOIN touched_assets USING (id)
CROSS JOIN (SELECT %s::date AS on_day) today
{_URGENCY.format(cves="j.cves")}
WHERE a.lifecycle <> 'RETIRED'
ON CONFLICT (asset_id, advisory_id) DO UPDATE SET
    computed_verdict = excluded.computed_verdict, reason = excluded.reason, clause = excluded.clause,
    product = excluded.product, cves = excluded.cves, facts = excluded.facts, exploited = excluded.exploited,
    priority = excluded.priority, priority_reason = excluded.priority_reason,
    verdict = CASE WHEN m.facts = excluded.facts AND m.status <> 'OPEN' THEN m.verdict ELSE excluded.verdict END,
    due_on = CASE WHEN excluded.due_on IS NULL THEN NULL ELSE coalesce(m.due_on, excluded.due_on) END,
    status = CASE WHEN m.facts = excluded.facts THEN m.status ELSE 'OPEN' END,
    decided_by_id = CASE WHEN m.facts = excluded.facts THEN m.decided_by_id END,
    decided_at = CASE WHEN m.facts = excluded.facts THEN m.decided_at END,
    decision_reason = CASE WHEN m.facts = excluded.facts THEN m.decision_reason ELSE '' END,
    justification = CASE WHEN m.facts = excluded.facts THEN m.justification ELSE '' END
WHERE m.facts <> excluded.facts OR m.reason <> excluded.reason
"""
_UNNAMED = """
UPDATE patching_match m SET computed_verdict = 'NOT_AFFECTED', verdict = 'NOT_AFFECTED', status = 'OPEN', facts = '',
    reason = CASE WHEN a.lifecycle = 'RETIRED' THEN 'The asset is retired.' ELSE 'The advisory does not name this asset any more.' END,
    clause = '', due_on = NULL, decided_by_id = NULL, decided_at = NULL, decision_reason = '', justification = ''
FROM assets_asset a, touched_assets, touched_advisories
WHERE a.id = m.asset_id AND touched_assets.id = a.id AND touched_advisories.id = m.advisory_id AND m.facts <> ''
    AND (a.lifecycle = 'RETIRED' OR NOT EXISTS (
        SELECT 1 FROM judged j WHERE j.advisory_id = m.advisory_id
            AND (j.vendor, j.product, j.model_number, j.version) = (a.vendor, a.product, a.model_number, a.version)))
"""
_REPRIORITISE = f"""
UPDATE patching_match m SET exploited = fresh.exploited, priority = fresh.priority, priority_reason = fresh.sentence,
    due_on = m.found_on + fresh.days
FROM (
    SELECT o.id, coalesce(attack.rank, 0) = 2 AS exploited, u.priority, u.sentence, u.days
    FROM patching_match o JOIN assets_asset a ON a.id = o.asset_id JOIN touched_assets ON touched_assets.id = a.id
    {_URGENCY.format(cves="o.cves")}
    WHERE o.verdict IN ('AFFECTED', 'REVIEW')
) fresh
WHERE fresh.id = m.id AND (m.priority, m.priority_reason, m.exploited, m.due_on)
    IS DISTINCT FROM (fresh.priority, fresh.sentence, fresh.exploited, m.found_on + fresh.days)
"""
