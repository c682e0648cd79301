"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0007_snoozes'),
    ]

    operations = [
        *by_statement("registers", "Notice", "id revision custom created_at updated_at owner_id title url read"),
        *by_statement(
            "registers", "OwnField",
            "id revision custom created_at updated_at register name label kind choices required help",
        ),
        *by_statement(
            "registers", "SavedView",
            "id revision custom created_at updated_at owner_id register name query",
        ),
    ]
