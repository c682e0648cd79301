"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0007_plant_points'),
    ]

    operations = [
        *by_statement(
            "reports", "Report",
            "id revision custom created_at updated_at site_id kind title catalogue as_of made_by_id file size "
            "sha256 data_sha256",
        ),
    ]
