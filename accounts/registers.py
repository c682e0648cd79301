"""The registers of sites and people."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import entrance, workflow
from accounts.forms import GIVING
from accounts.lists import PeopleFilter, PeopleList, RoleGrantList
from accounts.models import RoleGrant, Site, User
from registers.history.past import moment
from registers.register import Register


class SiteRegister(Register):
    model, name, step = Site, "sites", 2
    fields = ("code", "name", "time_zone", "address", "owner", "description")
    columns = ("code", "name", "time_zone", "owner", "address")
    filters = ("code",)
    search = ("code", "name", "address")
    order = ("code",)
    clause = "IEC 62443-3-2 ZCR 1"


class PeopleRegister(Register):
    model, name, step = User, "people", 13
    fields = ("email", "name", "title")
    shows = ("is_active", "status", "invited_at")
    columns = ("name", "email", "title", "status", "invited_at")
    filters = ("is_active", "robot")
    search = ("name", "email", "title")
    order = ("name",)
    sections = (("Facts", ("email", "name", "title", "status", "invited_at", "reset_asked_by", "reset_asked_at")),)
    verbs = frozenset({"change"})
    transitions = (
        entrance.invite_again, entrance.end_sessions, entrance.ask_factor_reset, entrance.reset_factor, entrance.deactivate,
        entrance.let_in,
    )  # fmt: skip
    sensitive = Register.sensitive | {"change", "ask_factor_reset", "reset_factor", "deactivate", "let_in"}
    list_view, filterset_class = PeopleList, PeopleFilter

    @property
    def serializer_class(self) -> Any:
        from accounts.api import PERSON_SERIALIZER

        return PERSON_SERIALIZER


class RoleGrantRegister(Register):
    model, name, step = RoleGrant, "role-grants", 13
    fields = ("person", "role", "site", "ends_at", "reason")
    shows = ("status", "starts_at", "given_by", "second")
    columns = ("person", "role", "place", "status", "starts_at", "ends_at", "given_by", "second", "reason")
    filters = ("site", "person", "role", "status")
    search = ("person__name", "person__email", "reason")
    order = ("person__name", "pk")
    joins = ("person", "site", "given_by", "second")
    sections = (("Facts", ("person", "role", "place", "starts_at", "ends_at", "reason", "given_by", "second")),)
    transitions = (workflow.countersign, workflow.decline, workflow.end)
    verbs = frozenset({"add"})
    sensitive = Register.sensitive | {"add", "invite", "countersign", "decline", "end"}
    labels = {"place": _("where")}
    form_class = GIVING
    list_view = RoleGrantList

    @property
    def viewset_class(self) -> Any:
        from accounts.api import ROLE_GRANT_VIEWSET

        return ROLE_GRANT_VIEWSET

    clause = "IEC 62443-2-1:2024 USER 1.3"

    @property
    def serializer_class(self) -> Any:
        from accounts.api import ROLE_GRANT_SERIALIZER

        return ROLE_GRANT_SERIALIZER


SITES, PEOPLE, ROLE_GRANTS = SiteRegister(), PeopleRegister(), RoleGrantRegister()
REGISTERS = (SITES, PEOPLE, ROLE_GRANTS)


def roles_of(record: Any, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of the roles of a person or at a site that hold or wait, and the way to give one."""
    column = "person" if isinstance(record, User) else "site"
    found = ROLE_GRANTS.queryset(user).filter(**{column: record}, status__in=["GIVEN", "REQUESTED"])
    giving = moment() is None and ROLE_GRANTS.may_anywhere(user, "add") and record != user
    return "accounts/_roles.html", {
        "roles": list(found.order_by("person__name", "pk")), "column": column,
        "add": f"{reverse('accounts:role-grants-add')}?{column}={record.pk}" if giving else "",
    }  # fmt: skip


PANELS: tuple[Any, ...] = ((User, roles_of), (Site, roles_of))
