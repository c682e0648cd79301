"""REST of people where it differs from the register's own: a role is given, not only written."""

from typing import Any

from accounts.models import RoleGrant
from accounts.registers import ROLE_GRANTS
from accounts.workflow import give
from registers.api.serializers import RecordSerializer, serializer_for


class RoleGrantSerializer(RecordSerializer):
    """A role of a person; `site` null is everywhere."""

    def create(self, validated_data: dict[str, Any]) -> RoleGrant:
        """Give the role, as the page does."""
        given = {name: validated_data.get(name) for name in ("person", "role", "site", "reason", "ends_at")}
        person, role, site = given.pop("person"), given.pop("role"), given.pop("site")
        return give(person, role, site, by=self.context["request"].user, **given)  # type: ignore[arg-type]


ROLE_GRANT_SERIALIZER = serializer_for(ROLE_GRANTS, RoleGrantSerializer)
