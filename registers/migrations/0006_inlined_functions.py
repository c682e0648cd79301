"""The clock and the epoch of history in a form that the planner puts into the statement; they answer as before."""

from django.db import migrations

from registers.history.functions import INLINED


class Migration(migrations.Migration):
    dependencies = [("registers", "0005_indexes")]
    operations = [migrations.RunSQL(INLINED, migrations.RunSQL.noop)]
