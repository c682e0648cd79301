"""What people and their roles tell My work and the self-checks."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from accounts.grants import gone_with_role
from accounts.permissions import may_hand_out
from accounts.registers import PEOPLE, ROLE_GRANTS
from registers.figures import SelfCheck, Waiting, told

SELF_CHECKS = (
    SelfCheck("gone-with-role", "HIGH", _("People who may not sign in and hold a role"), _("End the roles of people who have left."),
              PEOPLE, lambda on: gone_with_role()),
)  # fmt: skip


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the roles that wait for this person as the second one, at most 50."""
    asked = ROLE_GRANTS.queryset(user, "countersign").filter(status="REQUESTED")
    asked = asked.exclude(given_by=user.pk).exclude(person=user.pk).order_by("-pk")
    found = told(asked, "role", "reason", "person__name", "person__email")[:50]
    return [
        Waiting(str(one), one.reason, one.get_absolute_url(), None, "role", one.site)
        for one in found if may_hand_out(user, one.role, one.site_id)
    ]  # fmt: skip
