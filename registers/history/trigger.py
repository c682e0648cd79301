"""The triggers that write history: once for each statement, however many rows it wrote."""

from typing import Any

import pghistory
import pghistory.trigger
import pgtrigger
from django.db import models
from pgtrigger.registry import _registry

# For each trigger that is registered pgtrigger looks through all others, and would check the names of these anew each time.
_registry.values = _registry.data.values  # type: ignore[method-assign]
# Read once: a setting that is read and parsed row by row costs half of what a row of history costs.
_TOLD = """
SELECT nullif(current_setting('pghistory.context_metadata', true), '')::jsonb AS context, csms_now() AS at, csms_epoch() AS epoch OFFSET 0
"""


class HistoryTrigger(pghistory.trigger.Event):
    """Copies the rows that a statement wrote, with what was said of all of them: who and why, the time and the epoch."""

    level = pgtrigger.Statement

    def get_func(self, model: Any) -> pgtrigger.Func:
        """Return the body of the function that is called after the statement."""
        event: Any = self.event_model
        rows = "old_values" if self.row == "OLD" else "new_values"
        tracked = {field.name for field in event.pgh_tracked_model._meta.fields}
        values = {
            field.column: f'{rows}."{field.column}"'
            for field in event._meta.concrete_fields
            if field.name in tracked and not isinstance(field, models.AutoField)
        } | {
            "pgh_context": "told.context",
            "pgh_created_at": "told.at",
            "pgh_epoch": "told.epoch",
            "pgh_label": f"'{self.label}'",
        }
        if hasattr(event, "pgh_obj"):
            values["pgh_obj_id"] = f'{rows}."{event.pgh_tracked_model._meta.pk.column}"'
        columns = ", ".join(f'"{column}"' for column in values)
        source = f"(SELECT {rows}.* FROM {{cond_{rows}}}) AS {rows} CROSS JOIN ({_TOLD.strip()}) AS told"
        return pgtrigger.Func(  # type: ignore[no-untyped-call]
            f'INSERT INTO "{event._meta.db_table}" ({columns}) SELECT {", ".join(values.values())} FROM {source}; RETURN NULL;'
        )


class _ByStatement(pghistory.RowEvent):
    def add_event_trigger(self, event_model: Any) -> None:
        """Register the trigger with the model whose rows it copies."""
        trigger = HistoryTrigger(  # type: ignore[no-untyped-call]
            event_model=event_model,
            label=self.label,
            name=self.trigger_name,
            row=self.row,
            operation=self.operation,
            condition=self.condition,
        )
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)


class Inserted(_ByStatement, pghistory.InsertEvent):
    """A row of history for each row that was added."""


class Updated(_ByStatement, pghistory.UpdateEvent):
    """A row of history for each row that really changed."""


class Deleted(_ByStatement, pghistory.DeleteEvent):
    """A row of history for each row that went, as it was last."""
