"""People, the organisation, its sites, the roles that connect them, and keys for programs."""

from accounts.models.grants import (
    OrganisationGroupGrant,
    OrganisationUserGrant,
    RoleGrant,
    SiteGroupGrant,
    SiteUserGrant,
)
from accounts.models.people import (
    Organisation,
    OrganisationRecord,
    People,
    Role,
    SharedRecord,
    Site,
    SiteRecord,
    User,
)
from accounts.models.tokens import ApiToken

__all__ = [
    "ApiToken", "Organisation", "OrganisationGroupGrant", "OrganisationRecord", "OrganisationUserGrant", "People", "Role",
    "RoleGrant", "SharedRecord", "Site", "SiteGroupGrant", "SiteRecord", "SiteUserGrant", "User",
]  # fmt: skip
