"""History of many-to-many tables: migrations do not know them, so their triggers are set after each migration."""

from typing import Any

from django.db import connection, transaction

from registers.history.past import tracked


def watch_links() -> int:
    """Set the triggers of every tracked many-to-many table, twice is once; return the number of tables. Run as the owner.

    What stands in a table before it was first watched enters history then.
    """
    links: list[tuple[Any, Any]] = [(model, event) for model, event in tracked() if model._meta.auto_created]
    with transaction.atomic():
        for model, event in links:
            for trigger in model._meta.triggers:
                trigger.install(model)
            _begin(model._meta, event._meta)
    return len(links)


def _begin(table: Any, history: Any) -> None:
    columns = ", ".join(f'"{field.column}"' for field in table.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO \"{history.db_table}\" ({columns}, pgh_label, pgh_created_at) SELECT {columns}, 'insert', csms_now()"
            f' FROM "{table.db_table}" t WHERE NOT EXISTS (SELECT 1 FROM "{history.db_table}" e WHERE e.id = t.id)'
        )
