"""Brings the priority rules into the database: tables that say for every match how urgent it is, and why."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values  # type: ignore[import-untyped]

from accounts.robots import robot
from assets.models import Conduit, Flow, Zone
from assets.rules.reach import Passage, Way, ways_in
from patching.models import Exploited, Match, Prediction, PriorityTable
from patching.rules.priority import (
    STANDARD,
    Criticality,
    Exploitation,
    Exposure,
    Table,
    exploitation,
    exposure,
    urgency,
)
from registers.history.origin import because

RANKS = list(Exploitation)


def table_in_force() -> Table:
    """Return the decision table that counts now: the organisation's own, or the product's proposal."""
    own = PriorityTable.objects.filter(status=PriorityTable.Status.EFFECTIVE).first()
    return own.table if own else STANDARD


def exposures() -> Iterator[tuple[int, str, str]]:
    """Yield each zone with its exposure and why, from the flows that are declared into it."""
    zones = list(Zone.objects.values_list("pk", "name", "level", "external"))
    ways, drawn = _ways({key: name for key, name, _level, _external in zones}, [z[0] for z in zones if z[3]])
    for key, _name, level, external in zones:
        found, why = exposure(
            None if level is None else float(level), external=external, drawn=key in drawn, way=ways.get(key)
        )
        yield key, found.value, why


def _ways(names: dict[int, str], outside: list[int]) -> tuple[dict[int, Way], set[int]]:
    starters: dict[int, set[int]] = defaultdict(set)
    for conduit, zone in Flow.objects.values_list("conduit_id", "initiator_id"):
        starters[conduit].add(zone)
    passages, drawn = [], set()
    for key, one, other, device in Conduit.objects.values_list("pk", "zone_a_id", "zone_b_id", "boundary_device_id"):
        drawn |= {one, other}
        # What is not declared of a conduit may start at either end.
        for start in starters[key] or {one, other}:
            passages.append(Passage(start, other if start == one else one, device is not None))
    return ways_in(names, outside, passages), drawn


@contextmanager
def tables(cursor: Any) -> Iterator[None]:
    """Make the tables of this transaction that say what is looked at and what was judged; drop them at the end."""
    cursor.execute(_TABLES)
    yield
    cursor.execute("DROP TABLE touched_assets, types, judged, cve_exploitation, placed, weighed")


def prepare(cursor: Any, now: datetime, cves: Collection[str] | None = None) -> None:
    """Say where the touched assets stand and how urgent an attack is there; of the attacks only on these CVEs, all when None."""
    table = table_in_force()
    listed, predicted = Exploited.objects.all(), Prediction.objects.filter(score__gte=table.epss_threshold)
    if cves is not None:
        listed, predicted = listed.filter(cve__in=cves), predicted.filter(cve__in=cves)
    days, scores = dict(listed.values_list("cve", "added_on")), dict(predicted.values_list("cve", "score"))
    known = [
        (cve, RANKS.index(exploitation(kev=cve in days, epss=scores.get(cve), threshold=table.epss_threshold)),
         scores.get(cve), days.get(cve))
        for cve in days.keys() | scores.keys()
    ]  # fmt: skip
    if known:
        execute_values(cursor.cursor, "INSERT INTO cve_exploitation VALUES %s", known, page_size=5000)
    kinds = {(Exposure.OPEN.value, "the asset is in no zone"): 0}
    zones = {zone: kinds.setdefault((found, why), len(kinds)) for zone, found, why in exposures()}
    cursor.execute(_PLACED, [now, list(zones), list(zones.values())])
    told = [list(column) for column in zip(*((number, *kind) for kind, number in kinds.items()), strict=True)]
    urgent = [list(column) for column in zip(*_rows(table, now), strict=True)]
    cursor.execute(_WEIGHED, [*told, *urgent])


def _rows(table: Table, now: datetime) -> Iterator[tuple[Any, ...]]:
    for place in Exposure:
        for level in ("", *Criticality):
            calm = 0
            for attack in Exploitation:
                decided = urgency(attack, place, Criticality(level or "MEDIUM"), known_on=now.date(), table=table)
                days = (decided.due_on - now.date()).days
                calm = calm if RANKS.index(attack) else days
                sentence = (
                    decided.sentence
                    if level
                    else decided.sentence.replace("criticality medium", "criticality not assessed")
                )
                yield (
                    RANKS.index(attack), attack.value, place.value, level, decided.priority.value, sentence,
                    days, calm, decided.source, table.name,
                )  # fmt: skip


def renew(cursor: Any, advisories: list[int] | None) -> int:
    """Bring priority and due day of the open matches of the touched assets with these advisories up to date; return how many changed."""
    cursor.execute(_RENEW, [advisories, advisories])
    return int(cursor.rowcount)


def reprioritise(*, now: datetime, sites: Collection[int] | None) -> int:
    """Bring the priorities of all open matches at these sites (all when None) up to date, without judging any anew."""
    found = Match.objects.filter(verdict__in=Match.OPEN)
    if sites is not None:
        found = found.filter(site__in=sites)
    query, given = found.order_by().values("asset_id").distinct().query.sql_with_params()
    with (
        because(by=robot("matching"), step="patching.match.reprioritise"),
        connection.cursor() as cursor,
        tables(cursor),
    ):
        cursor.execute(f"INSERT INTO touched_assets SELECT asset_id FROM ({query}) found", given)
        cursor.execute("ANALYZE touched_assets")
        prepare(cursor, now)
        return renew(cursor, None)


_TABLES = """
CREATE TEMP TABLE touched_assets (id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE types (type int, vendor text, product text, model_number text, version text) ON COMMIT DROP;
CREATE TEMP TABLE judged (
    type int, advisory_id bigint, verdict text, reason text, clause text, named text, cves text[], facts text
) ON COMMIT DROP;
CREATE TEMP TABLE cve_exploitation (cve text PRIMARY KEY, rank int, epss float, since date) ON COMMIT DROP
"""
# Assets stand in few kinds of places, and each has one urgency for each kind of attack: nothing is made asset by asset.
_PLACED = """
ANALYZE cve_exploitation;
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT a.id AS asset_id, a.site_id, a.criticality, coalesce(z.kind, 0) AS kind, CASE WHEN a.lifecycle <> 'RETIRED' THEN t.type END AS type,
    (%s::timestamptz AT TIME ZONE s.time_zone)::date AS today
FROM touched_assets JOIN assets_asset a USING (id) JOIN accounts_site s ON s.id = a.site_id LEFT JOIN types t USING (vendor, product, model_number, version)
    LEFT JOIN unnest(%s::bigint[], %s::int[]) AS z(zone_id, kind) USING (zone_id);
ANALYZE placed
"""
_WEIGHED = """
CREATE TEMP TABLE weighed ON COMMIT DROP AS
SELECT p.kind, p.criticality, u.rank, u.priority, u.sentence, u.days, u.calm, jsonb_build_object(
    'exploitation', u.attack, 'exposure', u.exposure, 'exposure_why', k.why, 'criticality', nullif(u.criticality, ''),
    'days', u.days, 'source', u.source, 'table', u.named, 'kev_since', NULL, 'epss', NULL) AS inputs
FROM (SELECT DISTINCT kind, criticality FROM placed) p
    JOIN unnest(%s::int[], %s::text[], %s::text[]) AS k(kind, exposure, why) USING (kind)
    JOIN unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::int[], %s::text[], %s::text[])
        AS u(rank, attack, exposure, criticality, priority, sentence, days, calm, source, named) USING (exposure, criticality);
ANALYZE weighed
"""
ATTACK = """
LEFT JOIN LATERAL (
    SELECT coalesce(max(rank), 0) AS rank, min(since) AS since, count(*) > 0 AS known,
        jsonb_build_object('kev_since', min(since), 'epss', max(epss)) AS inputs
    FROM cve_exploitation WHERE cve = ANY({cves})
) attack ON true
"""
URGENCY = "JOIN weighed u ON u.kind = placed.kind AND u.criticality = placed.criticality AND u.rank = attack.rank"
# What becomes exploited gets its days from the day it was listed, and never more time than it had before.
DUE = """CASE WHEN attack.since IS NULL THEN {found} + u.days
    ELSE least({found} + u.calm, greatest({found}, attack.since) + u.days) END"""
INPUTS = "CASE WHEN attack.known THEN u.inputs || attack.inputs ELSE u.inputs END"
# The advisories that are looked at, all for None.
OF_THESE = "(%s::bigint[] IS NULL OR {match}.advisory_id = ANY(%s::bigint[]))"
# What this transaction added has its urgency already.
_RENEW = f"""
UPDATE patching_match m SET exploited = fresh.exploited, priority = fresh.priority, priority_reason = fresh.sentence,
    inputs = fresh.inputs, due_on = fresh.due_on
FROM (
    SELECT o.id, attack.rank = 2 AS exploited, u.priority, u.sentence, {INPUTS} AS inputs, {DUE.format(found="o.found_on")} AS due_on
    FROM patching_match o JOIN placed USING (asset_id)
    {ATTACK.format(cves="o.cves")} {URGENCY}
    WHERE {OF_THESE.format(match="o")} AND o.verdict IN ('AFFECTED', 'REVIEW') AND NOT (o.revision = 1 AND o.xmin = pg_current_xact_id()::xid)
) fresh
WHERE fresh.id = m.id AND (m.priority, m.priority_reason, m.exploited, m.due_on, m.inputs)
    IS DISTINCT FROM (fresh.priority, fresh.sentence, fresh.exploited, fresh.due_on, fresh.inputs)
"""
