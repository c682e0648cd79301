"""History is written once for each statement, however many rows it wrote."""

from django.conf import settings
from django.db import migrations, models

import registers.constraints
from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_history_by_statement'),
        ('assets', '0013_history_by_statement'),
        ('patching', '0011_match_under_investigation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='match',
            name='match_asset_same_site',
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(fields=['due_on', 'id', 'verdict'], name='match_due'),
        ),
        *by_statement(
            "patching", "Advisory",
            "id revision custom created_at updated_at publisher namespace tracking_id title version status "
            "severity cvss initial_release_on current_release_on cves signature source_id sha256",
        ),
        *by_statement(
            "patching", "AdvisorySource",
            "id revision custom created_at updated_at name kind address enabled every_hours public_key "
            "fingerprint",
        ),
        *by_statement(
            "patching", "Blackout",
            "id revision custom created_at updated_at site_id title first_on last_on",
        ),
        *by_statement("patching", "DeploymentProof", "id deployment_id evidence_id"),
        *by_statement(
            "patching", "Exploited",
            "id revision custom created_at updated_at cve name added_on due_on ransomware",
        ),
        *by_statement(
            "patching", "MaintenanceWindow",
            "id revision custom created_at updated_at site_id name zone_id line starts_on starts_time rule "
            "minutes capacity_minutes capacity_assets exceptions active",
        ),
        *by_statement(
            "patching", "Match",
            "id revision custom created_at updated_at site_id asset_id advisory_id verdict computed_verdict "
            "reason clause product cves facts exploited priority priority_reason found_on due_on closed_on "
            "was_due_on inputs status decided_by_id decided_at decision_reason justification reopened_because",
        ),
        *by_statement(
            "patching", "Patch",
            "id revision custom created_at updated_at vendor product version title reference released_on "
            "restart minutes",
        ),
        *by_statement(
            "patching", "PatchDeployment",
            "id revision custom created_at updated_at site_id asset_id patch_id status due_on minutes "
            "after_id rollback_plan reason test_environment test_steps test_result test_passed test_evidence "
            "tested_by_id tested_at window_id starts_at scheduled_by_id countermeasure deferred_until "
            "version_before installed_at installed_by_id version_read verified_at verified_by_id",
        ),
        *by_statement(
            "patching", "PatchPolicy",
            "id revision custom created_at updated_at site_id backup_days deferral_days",
        ),
        *by_statement(
            "patching", "Poll",
            "id revision custom created_at updated_at source_id started_at finished_at state new changed "
            "unchanged refused problems retry_at file_name scores rechecked trusted asked_by_id",
        ),
        *by_statement(
            "patching", "PriorityTable",
            "id revision custom created_at updated_at title why decisions intervals epss_threshold status "
            "drafted_by_id approved_by_id decision_reason effective_on",
        ),
        *by_statement(
            "patching", "ProductLink",
            "id revision custom created_at updated_at vendor product model_number named_vendor named_product "
            "same reason",
        ),
        *by_statement("patching", "VendorAlias", "id revision custom created_at updated_at written means"),
        *by_statement(
            "patching", "VendorQualification",
            "id revision custom created_at updated_at patch_id vendor product verdict stated_on reference",
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=registers.constraints.SameSite(by_statement=True, field='asset', name='match_asset_same_site'),
        ),
    ]
