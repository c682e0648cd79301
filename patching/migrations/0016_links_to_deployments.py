"""What the portal said of a patch moves to its deployments: two sites may read the patch, and one must not learn of the other."""

from django.db import migrations

STEP = "patching.patchdeployment.propose"
PROPOSED = f"""EXISTS (SELECT 1 FROM patching_patchhistoryevent e WHERE e.pgh_obj_id = p.id AND e.pgh_label = 'insert'
    AND e.pgh_context ->> 'step' = '{STEP}')"""
MOVE = f"""
INSERT INTO patching_deploymentremedy (deployment_id, advisory_id, asked)
SELECT d.id, l.advisory_id, a.tracking_id = p.reference
FROM patching_patch p JOIN patching_patchdeployment d ON d.patch_id = p.id
    JOIN patching_patch_advisories l ON l.patch_id = p.id JOIN patching_advisory a ON a.id = l.advisory_id
WHERE {PROPOSED} AND EXISTS (SELECT 1 FROM patching_match m WHERE m.asset_id = d.asset_id AND m.advisory_id = l.advisory_id)
"""
BARE = f"""
UPDATE patching_patch p SET title = '', reference = '', released_on = NULL
WHERE {PROPOSED} AND EXISTS (SELECT 1 FROM patching_patch_advisories l JOIN patching_advisory a ON a.id = l.advisory_id
    WHERE l.patch_id = p.id AND a.tracking_id = p.reference)
"""
CUT = f"DELETE FROM patching_patch_advisories l USING patching_patch p WHERE p.id = l.patch_id AND {PROPOSED}"


class Migration(migrations.Migration):
    dependencies = [("patching", "0015_remedies_of_deployments")]
    operations = [migrations.RunSQL(f"{MOVE};{BARE};{CUT}", migrations.RunSQL.noop)]
