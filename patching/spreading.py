"""How the database spreads the judgements of product types over the assets: the statements, and the tables they work on."""

from collections.abc import Collection, Iterable
from typing import Any

from psycopg2.extras import execute_values  # type: ignore[import-untyped]

from patching.urgencies import ATTACK, DUE, INPUTS, OF_THESE, URGENCY

SHARES = 2  # of the assets, written side by side; more would take the web processes' turn on a small machine
BLOCK = 500  # neighbours are often alike, every other one of them too: blocks of them go to the shares in turn


def scope(cursor: Any, assets: Collection[int] | None, advisories: list[int] | None, share: int | None) -> None:
    """Note which assets are looked at, all where None, only a share of them where one is given.

    Where advisories alone are given these are the assets of `types`, and those that the advisories named before.
    """
    if assets is not None:
        mine = [(key,) for key in assets if share is None or key // BLOCK % SHARES == share]
        execute_values(cursor.cursor, "INSERT INTO touched_assets VALUES %s", mine, page_size=5000)
    else:
        found = "SELECT id FROM assets_asset" if advisories is None else _CONCERNED
        cursor.execute(
            f"INSERT INTO touched_assets SELECT id FROM ({found}) found WHERE %s IS NULL OR id / %s %% %s = %s",
            [*([] if advisories is None else [advisories]), share, BLOCK, SHARES, share],
        )
    cursor.execute("ANALYZE touched_assets")


def fill(cursor: Any, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put rows into a table of this transaction."""
    execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", rows, page_size=1000)
    cursor.execute(f"ANALYZE {table}")


_CONCERNED = """
SELECT a.id FROM assets_asset a JOIN types USING (vendor, product, model_number, version)
UNION SELECT asset_id FROM patching_match WHERE advisory_id = ANY(%s)
"""
_REOPENED = """left(concat_ws(' ', CASE m.status WHEN 'EXAMINING' THEN 'Looked into' ELSE initcap(m.status) END || ' on ' || m.decided_at::date || '; since then:', array_to_string(ARRAY[
    CASE WHEN m.clause <> excluded.clause THEN 'the range was "' || m.clause || '" and is "' || excluded.clause || '"' END,
    CASE WHEN m.product <> excluded.product THEN 'the advisory names "' || excluded.product || '" now' END,
    CASE WHEN m.cves <> excluded.cves THEN 'it applies for ' || array_to_string(excluded.cves, ', ') || ' now' END,
    CASE WHEN m.computed_verdict <> excluded.computed_verdict THEN 'the text says something else of the recorded version' END,
    CASE WHEN (m.clause, m.product, m.cves, m.computed_verdict) = (excluded.clause, excluded.product, excluded.cves, excluded.computed_verdict)
        THEN 'the recorded version changed' END
], '; ') || '.'), 500)"""
BEFORE = f"SELECT EXISTS (SELECT 1 FROM patching_match m JOIN touched_assets t ON t.id = m.asset_id WHERE {OF_THESE.format(match='m')})"
# Attacks are looked up once for each judgement: it stands for many assets.
SPREAD = f"""
WITH told AS MATERIALIZED (SELECT judged.*, attack.*, verdict IN ('AFFECTED', 'REVIEW') AS urgent FROM judged {ATTACK.format(cves="judged.cves")} WHERE type >= %s)
INSERT INTO patching_match AS m (
    revision, custom, site_id, asset_id, advisory_id, verdict, computed_verdict, reason, clause, product, cves, facts,
    exploited, priority, priority_reason, inputs, found_on, due_on, status, decision_reason, justification, reopened_because
)
SELECT 1, '{{}}', placed.site_id, placed.asset_id, attack.advisory_id, attack.verdict, attack.verdict, attack.reason, attack.clause, attack.named,
    attack.cves, attack.facts, attack.rank = 2, coalesce(u.priority, ''), coalesce(u.sentence, ''), coalesce({INPUTS}, '{{}}'), placed.today,
    {DUE.format(found="placed.today")}, 'OPEN', '', '', ''
FROM told attack JOIN placed USING (type) LEFT {URGENCY} AND attack.urgent
"""
# What stands as it was judged is left out before it is locked.
SPREAD_AGAIN = f"""{SPREAD}
WHERE NOT EXISTS (SELECT 1 FROM patching_match same WHERE same.asset_id = placed.asset_id AND same.advisory_id = attack.advisory_id
    AND same.facts = attack.facts AND same.reason = attack.reason)
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
UNNAMED = f"""
UPDATE patching_match m SET computed_verdict = 'NOT_AFFECTED', verdict = 'NOT_AFFECTED', status = 'OPEN', facts = '',
    reason = CASE WHEN a.lifecycle = 'RETIRED' THEN 'The asset is retired.' ELSE 'The advisory does not name this asset any more.' END,
    clause = '', due_on = NULL, reopened_because = '', decided_by_id = NULL, decided_at = NULL, decision_reason = '', justification = ''
FROM assets_asset a, touched_assets
WHERE a.id = m.asset_id AND touched_assets.id = a.id AND {OF_THESE.format(match="m")} AND m.facts <> ''
    AND NOT EXISTS (SELECT 1 FROM judged JOIN placed USING (type) WHERE advisory_id = m.advisory_id AND asset_id = m.asset_id)
"""
