"""Gives the application's database role what it may do, makes the views of the past and watches the many-to-many tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from registers.history.functions import GUARDED
from registers.history.links import watch_links
from registers.history.past import make_views, tracked
from registers.models import Installation, Seal

READ_AND_ADD = (Seal,)
READ_ONLY = (Installation,)
# pgtrigger lets a session switch triggers off by a setting, and so write without history; here nothing may.
NEVER_IGNORE = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS
$$ BEGIN RETURN FALSE; END $$ LANGUAGE plpgsql
"""


class Command(BaseCommand):
    """Run as the owner after each migration; twice is once."""

    help = "Make the views of the past and grant the application's database role its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, then take away what would change history; in one step, since a portal may be running."""
        role = settings.APPLICATION_ROLE
        with transaction.atomic(), connection.cursor() as cursor:
            views = make_views()
            watch_links()
            for statement in (NEVER_IGNORE, GUARDED, *(self.statements(role) if settings.HISTORY_PROTECTED else ())):
                cursor.execute(statement)
        self.stdout.write(
            f"{views} views of the past; rights of {role} set"
            if settings.HISTORY_PROTECTED
            else f"{views} views of the past"
        )

    def statements(self, role: str) -> list[str]:
        """Return the grants and revocations, in order."""
        named = connection.ops.quote_name(role)
        guarded = [model._meta.db_table for model in READ_AND_ADD]
        closed = [model._meta.db_table for model in READ_ONLY] + [event._meta.db_table for _model, event in tracked()]
        return [
            f"GRANT USAGE ON SCHEMA public, past TO {named}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {named}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {named}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA past TO {named}",
            *(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {named}' for table in guarded),
            *(f'REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "{table}" FROM {named}' for table in closed),
        ]
