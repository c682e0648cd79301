"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0001_initial'),
    ]

    operations = [
        *by_statement(
            "policies", "PolicyException",
            "id revision custom created_at updated_at site_id title covers reason compensating_control "
            "requirement_id owner status",
        ),
    ]
