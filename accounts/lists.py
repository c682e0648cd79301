"""The lists of people and of their roles: what is added there is an invitation, or a role that is given."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import RoleGrant
from registers.door import may_anywhere
from registers.history.past import moment
from registers.views import RecordList


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
