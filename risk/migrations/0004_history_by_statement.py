"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('risk', '0003_one_site'),
    ]

    operations = [
        *by_statement(
            "risk", "Reassessment",
            "id revision custom created_at updated_at site_id risk_id cause figure opened_at status outcome",
        ),
        *by_statement(
            "risk", "Risk",
            "id revision custom created_at updated_at site_id title scenario_id zone_id conduit_id asset_id "
            "owner likelihood impacts reason status review_on impact unmitigated current_likelihood "
            "current_impact current residual_likelihood residual_impact residual above pressed_by exploited",
        ),
        *by_statement(
            "risk", "RiskAcceptance",
            "id revision custom created_at updated_at site_id risk_id reason status",
        ),
        *by_statement(
            "risk", "RiskAssessment",
            "id revision custom created_at updated_at site_id suc_id title participants started_on "
            "methodology_id cycle_months next_on notes status",
        ),
        *by_statement(
            "risk", "RiskMethodology",
            "id revision custom created_at updated_at title number definition note status",
        ),
        *by_statement(
            "risk", "Scenario",
            "id revision custom created_at updated_at site_id title threat_id weakness consequence zone_id "
            "process_id",
        ),
        *by_statement(
            "risk", "TargetOverride",
            "id revision custom created_at updated_at site_id zone_id conduit_id sl_t reason status",
        ),
        *by_statement("risk", "Threat", "id revision custom created_at updated_at code name tactic source words"),
        *by_statement(
            "risk", "Treatment",
            "id revision custom created_at updated_at site_id risk_id title kind owner due_on cost "
            "lowers_likelihood lowers_impact status done_on proof",
        ),
    ]
