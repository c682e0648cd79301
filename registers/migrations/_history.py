"""The triggers of history as they were when they became triggers by statement; frozen, as a migration is."""

from hashlib import sha1

from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger, RemoveTrigger

NAMES = ("insert_insert", "update_update", "delete_delete")
TOLD_OF = ("pgh_context", "pgh_created_at", "pgh_epoch", "pgh_label", "pgh_obj_id")
OLD, NEW = "OLD TABLE AS old_values ", "NEW TABLE AS new_values "
TOLD = (
    "SELECT nullif(current_setting('pghistory.context_metadata', true), '')::jsonb AS context,"
    " csms_now() AS at, csms_epoch() AS epoch OFFSET 0"
)


def by_statement(app, name, columns, *, whole=True):
    """Return what puts three triggers by statement in the place of those by row.

    Where history keeps the `whole` row, rows are compared, else the columns that it keeps.
    """
    kept, table = columns.split(), f"{app}_{name.lower()}"
    changed = " OR ".join(f'old_values."{one}" IS DISTINCT FROM (new_values."{one}")' for one in sorted(kept))
    condition = "old_values.* IS DISTINCT FROM new_values.*" if whole else changed
    update = f'old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE ({condition})'
    made = (
        ("new_values", NEW, "new_values "),
        ("new_values", f"{OLD} {NEW}", update),
        ("old_values", OLD, "old_values "),
    )
    return [
        *(RemoveTrigger(model_name=name.lower(), name=trigger) for trigger in NAMES),
        *(
            AddTrigger(name.lower(), _trigger(f"{app}.{name}:{trigger}", trigger, table, kept, *parts))
            for trigger, parts in zip(NAMES, made, strict=True)
        ),
    ]


def _trigger(uri, name, table, kept, rows, referencing, source):
    label = name.partition("_")[0]
    into = ", ".join(f'"{one}"' for one in (*kept, *TOLD_OF))
    values = ", ".join(f'{rows}."{one}"' for one in kept)
    func = (
        f'INSERT INTO "{table}historyevent" ({into})'
        f" SELECT {values}, told.context, told.at, told.epoch, '{label}', {rows}.\"id\""
        f" FROM (SELECT {rows}.* FROM {source}) AS {rows} CROSS JOIN ({TOLD}) AS told; RETURN NULL;"
    )
    sql = UpsertTriggerSql(
        func=func, table=table, pgid=f"pgtrigger_{name}_{sha1(uri.encode()).hexdigest()[:5]}",
        level="STATEMENT", when="AFTER", operation=label.upper(), referencing=f"REFERENCING {referencing}",
    )
    return Trigger(name=name, sql=sql)
