"""History is written once for each statement, however many rows it wrote."""

from django.db import migrations

from registers.migrations._history import by_statement


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_entrance'),
    ]

    operations = [
        *by_statement("accounts", "Organisation", "id revision custom created_at updated_at name classification only"),
        *by_statement(
            "accounts", "OrganisationGroupGrant",
            "id permission_id group_id starts_at ends_at content_object_id",
        ),
        *by_statement(
            "accounts", "OrganisationUserGrant",
            "id permission_id user_id starts_at ends_at content_object_id given_id",
        ),
        *by_statement(
            "accounts", "RoleGrant",
            "id revision custom created_at updated_at person_id role site_id starts_at ends_at reason status "
            "given_by_id second_id",
        ),
        *by_statement(
            "accounts", "Site",
            "id revision custom created_at updated_at code name time_zone address description owner",
        ),
        *by_statement("accounts", "SiteGroupGrant", "id permission_id group_id starts_at ends_at content_object_id"),
        *by_statement(
            "accounts", "SiteUserGrant",
            "id permission_id user_id starts_at ends_at content_object_id given_id",
        ),
        *by_statement(
            "accounts", "User",
            "id is_superuser revision custom created_at updated_at email name title is_active robot "
            "short_password invited_at sessions_ended_at reset_asked_by_id reset_asked_at preferences",
            whole=False,
        ),
    ]
