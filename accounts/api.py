"""REST of people where it differs from the register's own: a role is given, not only written."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.entrance import invite
from accounts.models import Role, RoleGrant, Site
from accounts.registers import PEOPLE, ROLE_GRANTS
from accounts.workflow import give
from registers.api.idempotency import once
from registers.api.serializers import AskedSerializer, RecordSerializer, ReferenceField, serializer_for
from registers.api.viewsets import viewset_for


class RoleGrantSerializer(RecordSerializer):
    """A role of a person; `site` null is everywhere."""

    def create(self, validated_data: dict[str, Any]) -> RoleGrant:
        """Give the role, as the page does."""
        given = {name: validated_data.get(name) for name in ("person", "role", "site", "reason", "ends_at")}
        person, role, site = given.pop("person"), given.pop("role"), given.pop("site")
        return give(person, role, site, by=self.context["request"].user, **given)  # type: ignore[arg-type]


ROLE_GRANT_SERIALIZER = serializer_for(ROLE_GRANTS, RoleGrantSerializer)


class PersonSerializer(RecordSerializer):
    """A person; each is written by itself, also many at once, so that a change of the address is told."""

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Change the person."""
        return super().update(instance, validated_data)


PERSON_SERIALIZER = serializer_for(PEOPLE, PersonSerializer)


class InvitationSerializer(AskedSerializer):
    """Whom to invite, and the role they get; `site` null is everywhere."""

    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120)
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    role = serializers.ChoiceField(choices=Role.choices)
    site = ReferenceField(queryset=Site.objects.none(), allow_null=True)
    reason = serializers.CharField(max_length=300)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)


class RoleGrantViewSet(viewset_for(ROLE_GRANTS)):  # type: ignore[misc]
    """Roles of people; one is given to a person, or to an address that is invited."""

    @extend_schema(request=InvitationSerializer, responses={201: ROLE_GRANT_SERIALIZER})
    @action(detail=False, methods=["post"], url_path="invite", url_name="invite")
    def invite(self, request: Request) -> Response:
        """Invite somebody by e-mail and give them a role."""
        return once(request, lambda: self._invite(request))

    def _invite(self, request: Request) -> Response:
        if not self.register.may_anywhere(request.user, "add"):
            raise PermissionDenied
        given = InvitationSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        email, name, role, site = (values.pop(one) for one in ("email", "name", "role", "site"))
        made = invite(email, name, role, site, by=request.user, **values)  # type: ignore[arg-type]
        answered: Response = self.answer(self.written(made), 201)
        return answered


ROLE_GRANT_VIEWSET = RoleGrantViewSet
