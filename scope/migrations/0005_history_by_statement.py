"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('scope', '0004_one_site'),
    ]

    operations = [
        *by_statement(
            "scope", "Dependency",
            "id revision custom created_at updated_at site_id name provider process_id without contact",
        ),
        *by_statement(
            "scope", "Process",
            "id revision custom created_at updated_at site_id name criticality description owner",
        ),
        *by_statement("scope", "ScopeMark", "id revision custom created_at updated_at site_id asset_id inside reason"),
        *by_statement(
            "scope", "ScopeStatement",
            "id revision custom created_at updated_at site_id title number inside outside status",
        ),
        *by_statement(
            "scope", "Stakeholder",
            "id revision custom created_at updated_at site_id name kind interest obligation contact",
        ),
    ]
