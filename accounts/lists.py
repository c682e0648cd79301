"""The lists of people and of their roles: what is added there is an invitation, or a role that is given."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import RoleGrant, User
from registers.door import may_anywhere
from registers.filters import filterset_for
from registers.history.past import moment
from registers.views import RecordList


class PeopleFilter(filterset_for(User, ("is_active", "robot"))):  # type: ignore[misc]  # made from the fields
    """Narrows the people; the robots stand among them only where they are asked for."""

    @property
    def qs(self) -> QuerySet[User]:
        """Return those let through, without the robots unless the filter names them."""
        asked = self.is_bound and self.form.is_valid() and self.form.cleaned_data.get("robot") is not None
        found: QuerySet[User] = super().qs
        return found if asked else found.filter(robot=False)


class PeopleList(RecordList):
    """People; a new one is invited."""

    def list_context(self, request: HttpRequest, *args: Any) -> dict[str, Any]:
        """Return what the list template reads, with the way to invite."""
        inviting = moment() is None and may_anywhere(request.user, "add", RoleGrant)
        return {
            **super().list_context(request, *args), "add_label": gettext("Invite somebody"),
            "add_url": reverse("accounts:invite") if inviting else "",
        }  # fmt: skip


class RoleGrantList(RecordList):
    """Roles of people; one is given."""

    def list_context(self, request: HttpRequest, *args: Any) -> dict[str, Any]:
        """Return what the list template reads, with the button's own word."""
        return {**super().list_context(request, *args), "add_label": gettext("Give a role")}
