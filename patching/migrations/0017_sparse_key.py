"""Who decided a match is held by triggers where it is given, and a statement's new rows are read once for their site."""

import django.db.models.deletion
import registers.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_past_views'),
        ('assets', '0014_past_views'),
        ('patching', '0016_links_to_deployments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='match',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.RemoveConstraint(
            model_name='match',
            name='match_asset_same_site',
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=registers.constraints.SameSite(by_statement=True, field='asset', name='match_asset_same_site'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=registers.constraints.SparseKey(field='decided_by', name='match_decided_by_somebody'),
        ),
    ]
