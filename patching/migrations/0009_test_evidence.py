"""What was written of a test's evidence becomes evidence: one note for each text and day of a site, linked to the patches."""

from django.db import migrations

KEEP = """
WITH told AS (
    SELECT id, site_id, test_evidence, coalesce(tested_at, created_at)::date AS on_day FROM patching_patchdeployment WHERE test_evidence <> ''
), kept AS (
    INSERT INTO programme_evidence (
        revision, custom, title, kind, file, file_name, media_type, size, sha256, link, note, effective_from, site_id
    )
    SELECT DISTINCT 1, '{}'::jsonb, left('Patch test: ' || test_evidence, 200), 'RECORD_OF_PRACTICE', '', '', '', 0, '', '', test_evidence, on_day, site_id
    FROM told RETURNING id, site_id, note, effective_from
)
INSERT INTO patching_deploymentproof (deployment_id, evidence_id)
SELECT told.id, kept.id FROM told
JOIN kept ON (kept.site_id, kept.note, kept.effective_from) = (told.site_id, told.test_evidence, told.on_day)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('patching', '0008_test_proofs'),
        ('programme', '0009_patch_decisions'),
    ]

    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop)]
