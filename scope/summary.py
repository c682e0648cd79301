"""What scope tells conformity: an approved scope statement, processes with assets."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from assets.summary import LIVING
from registers.figures import Check, SelfCheck, Waiting
from scope.coverage import UNDECIDED, assets_of
from scope.registers import PROCESSES, STATEMENTS


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return nothing: what waits about scope waits as a decision."""
    return []


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return whether the site has an approved scope statement, and its processes their assets."""
    approved = STATEMENTS.queryset(user).filter(site=site, status="APPROVED").exists()
    p = PROCESSES.queryset(user).filter(site=site).aggregate(
        all=Count("pk", distinct=True), carried=Count("pk", filter=Q(assets__isnull=False), distinct=True)
    )  # fmt: skip
    at = f"?site={site.pk}"
    stated = f"scope-statements/{at}&status=APPROVED"
    told = assets_of(user, site).aggregate(all=Count("pk"), open=Count("pk", filter=UNDECIDED))
    return [
        Check("scope decided", ("ORG 1.1",), gettext("assets that are in or out of the scope"), told["all"] - told["open"], told["all"], 100, f"/scope/coverage/{at}", f"/api/v1/assets/{at}{LIVING}"),
        Check("scope approved", ("ORG 1.1",), gettext("approved scope statement"), int(approved), 1, 100, f"/scope/{stated}", f"/api/v1/{stated}"),
        Check("processes carried", ("CM 1.1", "ORG 2.1"), gettext("processes whose assets are known"), p["carried"], p["all"], 100, f"/scope/processes/{at}", f"/api/v1/processes/{at}"),
    ]  # fmt: skip


SELF_CHECKS = (
    SelfCheck("process-without-assets", "LOW", _("Processes whose assets are not known"), _("Name the assets that carry the process."),
              PROCESSES, lambda on: Q(assets=None)),
)  # fmt: skip
