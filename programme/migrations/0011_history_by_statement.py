"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0010_asked_back'),
    ]

    operations = [
        *by_statement(
            "programme", "Authority",
            "id revision custom created_at updated_at kind role up_to_level only_at_id most_days",
        ),
        *by_statement("programme", "Catalogue", "id revision custom created_at updated_at edition title"),
        *by_statement(
            "programme", "Comment",
            "id revision custom created_at updated_at site_id content_type_id object_id author_id text",
        ),
        *by_statement(
            "programme", "Decision",
            "id revision custom created_at updated_at site_id kind level title content_type_id object_id "
            "status requested_by_id requested_at reason snapshot digest question asked_back_by_id answer "
            "decided_by_id decided_at decision_reason expires_on ended_because",
        ),
        *by_statement(
            "programme", "Evidence",
            "id revision custom created_at updated_at site_id title kind file file_name media_type size "
            "sha256 link note effective_from effective_to content_type_id object_id supersedes_id",
        ),
        *by_statement(
            "programme", "Judgement",
            "id revision custom created_at updated_at site_id requirement_id applicable justification status "
            "maturity target_maturity reason judged_by_id judged_at cycle_months",
        ),
        *by_statement(
            "programme", "Requirement",
            "id revision custom created_at updated_at catalogue_id code title parent group group_code "
            "obligation min_sl step category cycle_months evidence crosswalk confidence source position",
        ),
        *by_statement(
            "programme", "Tag",
            "id revision custom created_at updated_at site_id content_type_id object_id name",
        ),
    ]
