"""How the database spreads the judgements of product types over the assets: the statements, and the tables they work on."""

from collections.abc import Collection, Iterable
from typing import Any

from psycopg2.extras import execute_values  # type: ignore[import-untyped]

from patching.urgencies import ATTACK, DUE, INPUTS, URGENCY


def scope(cursor: Any, assets: Collection[int] | None, advisories: Collection[int] | None) -> None:
    """Note which assets and advisories are looked at, all where None."""
    for table, ids in (("touched_assets", assets), ("touched_advisories", advisories)):
        cursor.execute(f"CREATE TEMP TABLE {table} (id bigint PRIMARY KEY) ON COMMIT DROP")
        if ids is None:
            source = "assets_asset" if table == "touched_assets" else "patching_advisory"
            cursor.execute(f"INSERT INTO {table} SELECT id FROM {source}")
        elif ids:
            execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", [(key,) for key in ids], page_size=5000)
        cursor.execute(f"ANALYZE {table}")


def fill(cursor: Any, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put rows into a table of this transaction."""
    execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", rows, page_size=1000)
    cursor.execute(f"ANALYZE {table}")


JUDGED = """
CREATE TEMP TABLE types (type int, vendor text, product text, model_number text, version text) ON COMMIT DROP;
CREATE TEMP TABLE judged (
    type int, advisory_id bigint, verdict text, reason text, clause text, named text, cves text[], facts text
) ON COMMIT DROP
"""
TYPED = """
CREATE TEMP TABLE typed ON COMMIT DROP AS
SELECT a.id AS asset_id, a.site_id, type FROM touched_assets JOIN assets_asset a USING (id) JOIN types USING (vendor, product, model_number, version)
WHERE a.lifecycle <> 'RETIRED';
ANALYZE typed
"""
NARROWED = """
DELETE FROM touched_assets t WHERE NOT EXISTS (SELECT 1 FROM typed WHERE asset_id = t.id) AND NOT EXISTS (
    SELECT 1 FROM patching_match m JOIN touched_advisories a ON a.id = m.advisory_id WHERE m.asset_id = t.id);
ANALYZE touched_assets
"""
_REOPENED = """left(concat_ws(' ', initcap(m.status) || ' on ' || m.decided_at::date || '; since then:', array_to_string(ARRAY[
    CASE WHEN m.clause <> excluded.clause THEN 'the range was "' || m.clause || '" and is "' || excluded.clause || '"' END,
    CASE WHEN m.product <> excluded.product THEN 'the advisory names "' || excluded.product || '" now' END,
    CASE WHEN m.cves <> excluded.cves THEN 'it applies for ' || array_to_string(excluded.cves, ', ') || ' now' END,
    CASE WHEN m.computed_verdict <> excluded.computed_verdict THEN 'the text says something else of the recorded version' END,
    CASE WHEN (m.clause, m.product, m.cves, m.computed_verdict) = (excluded.clause, excluded.product, excluded.cves, excluded.computed_verdict)
        THEN 'the recorded version changed' END
], '; ') || '.'), 500)"""
BEFORE = """
SELECT EXISTS (SELECT 1 FROM patching_match m
    JOIN touched_assets ON touched_assets.id = m.asset_id JOIN touched_advisories ON touched_advisories.id = m.advisory_id)
"""
# Attacks are looked up once for each judgement: it stands for many assets.
SPREAD = f"""
WITH told AS MATERIALIZED (SELECT judged.*, attack.*, verdict IN ('AFFECTED', 'REVIEW') AS urgent FROM judged {ATTACK.format(cves="judged.cves")} WHERE type >= %s)
INSERT INTO patching_match AS m (
    revision, custom, site_id, asset_id, advisory_id, verdict, computed_verdict, reason, clause, product, cves, facts,
    exploited, priority, priority_reason, inputs, found_on, due_on, status, decision_reason, justification, reopened_because
)
SELECT 1, '{{}}', typed.site_id, typed.asset_id, attack.advisory_id, attack.verdict, attack.verdict, attack.reason, attack.clause, attack.named,
    attack.cves, attack.facts, attack.rank = 2, coalesce(u.priority, ''), coalesce(u.sentence, ''), coalesce({INPUTS}, '{{}}'), today.on_day,
    {DUE.format(found="today.on_day")}, 'OPEN', '', '', ''
FROM told attack JOIN typed USING (type) JOIN placed USING (asset_id) LEFT {URGENCY} AND attack.urgent
CROSS JOIN (SELECT %s::date AS on_day) today
"""
SPREAD_AGAIN = f"""{SPREAD}
ON CONFLICT (asset_id, advisory_id) DO UPDATE SET
    computed_verdict = excluded.computed_verdict, reason = excluded.reason, clause = excluded.clause,
    product = excluded.product, cves = excluded.cves, facts = excluded.facts, exploited = excluded.exploited,
    priority = coalesce(nullif(excluded.priority, ''), m.priority), priority_reason = coalesce(nullif(excluded.priority_reason, ''), m.priority_reason),
    inputs = coalesce(nullif(excluded.inputs, '{{}}'), m.inputs),
    verdict = CASE WHEN m.facts = excluded.facts AND m.status <> 'OPEN' THEN m.verdict ELSE excluded.verdict END,
    due_on = CASE WHEN excluded.due_on IS NULL THEN NULL ELSE coalesce(m.due_on, excluded.due_on) END,
    status = CASE WHEN m.facts = excluded.facts THEN m.status ELSE 'OPEN' END,
    decided_by_id = CASE WHEN m.facts = excluded.facts THEN m.decided_by_id END,
    decided_at = CASE WHEN m.facts = excluded.facts THEN m.decided_at END,
    decision_reason = CASE WHEN m.facts = excluded.facts THEN m.decision_reason ELSE '' END,
    justification = CASE WHEN m.facts = excluded.facts THEN m.justification ELSE '' END,
    reopened_because = CASE WHEN m.facts = excluded.facts THEN m.reopened_because WHEN m.status = 'OPEN' THEN '' ELSE {_REOPENED} END
WHERE m.facts <> excluded.facts OR m.reason <> excluded.reason
"""
UNNAMED = """
UPDATE patching_match m SET computed_verdict = 'NOT_AFFECTED', verdict = 'NOT_AFFECTED', status = 'OPEN', facts = '',
    reason = CASE WHEN a.lifecycle = 'RETIRED' THEN 'The asset is retired.' ELSE 'The advisory does not name this asset any more.' END,
    clause = '', due_on = NULL, reopened_because = '', decided_by_id = NULL, decided_at = NULL, decision_reason = '', justification = ''
FROM assets_asset a, touched_assets, touched_advisories
WHERE a.id = m.asset_id AND touched_assets.id = a.id AND touched_advisories.id = m.advisory_id AND m.facts <> ''
    AND NOT EXISTS (SELECT 1 FROM judged JOIN typed USING (type) WHERE advisory_id = m.advisory_id AND asset_id = m.asset_id)
"""
