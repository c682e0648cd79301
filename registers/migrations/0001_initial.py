"""The ground that history stands on: the installation row, the epoch, the clock, the schema of the past."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

from registers.history.functions import NOW, UNDO


class Migration(migrations.Migration):
    initial = True
    dependencies = [("pghistory", "0007_auto_20250421_0444")]
    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("demo", models.BooleanField(default=False)),
                ("demo_loaded_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(NOW, UNDO),
    ]
