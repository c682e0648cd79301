"""What policies tell conformity and the self-checks: exceptions that run and those that wait to be renewed."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from policies.registers import EXCEPTIONS
from registers.figures import Check, SelfCheck, Waiting, told


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the exceptions that ended and whose rule is to be kept again or asked for anew."""
    ended = told(EXCEPTIONS.queryset(user, "submit").filter(status="ENDED").order_by("pk"), "title")[:50]
    return [
        Waiting(gettext("Exception ended: {title}").format(title=one.title), gettext("{site} · keep the rule again, or ask anew").format(site=one.site.code), one.get_absolute_url(), None, "exception", one.site)
        for one in ended
    ]  # fmt: skip


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return nothing: an exception by itself speaks for no requirement."""
    return []


SELF_CHECKS = (
    SelfCheck("exception-without-owner", "MEDIUM", _("Exceptions in force without an owner"), _("Name who answers for the countermeasure."),
              EXCEPTIONS, lambda on: Q(status="IN_FORCE", owner="")),
)  # fmt: skip
