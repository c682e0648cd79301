"""What the programme tells My work and conformity: decisions that wait, requirements judged, evidence that is fresh."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.permissions import grants_of
from programme.proofs import unproven
from programme.registers import AUTHORITIES, DECISIONS, EVIDENCE, JUDGEMENTS, REQUIREMENTS
from registers.figures import Check, SelfCheck, Waiting

HOME = "IEC 62443-2-1:2024"
PATCHES = ("PATCH_DEPLOYMENT", "PATCH_DEFERRAL")  # the patches themselves say what is due on them


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the decisions that this person may take, and approvals and evidence whose time is over within 30 days."""
    held, soon = grants_of(user), on + timedelta(days=30)
    table = list(AUTHORITIES.queryset(user))
    asked = Q(status="REQUESTED", pk__in=_where(user, "approve")) & ~Q(requested_by=user.pk)
    ending = Q(status="APPROVED", expires_on__lte=soon, pk__in=_where(user, "request")) & ~Q(kind__in=PATCHES)
    decisions = list(DECISIONS.queryset(user).filter(asked | ending).order_by("-status", "expires_on", "pk")[:50])
    stale = EVIDENCE.queryset(user, "change").filter(effective_to__lte=soon)
    return [
        *(Waiting(one.title, gettext("{place} · asked by {person} · needs your decision").format(place=one.place, person=one.requested_by), one.get_absolute_url(), on, "decision", one.site)
          for one in decisions if one.status == "REQUESTED"
          and any(row.covers(one) and row.role in held.everywhere | held.at.get(one.site_id or 0, set()) for row in table)),
        *(Waiting(gettext("Approval ends: {title}").format(title=one.title), one.place, one.get_absolute_url(), one.expires_on, "approval", one.site)
          for one in decisions if one.status == "APPROVED"),
        *(Waiting(gettext("Evidence goes stale: {title}").format(title=one.title), one.site.code, one.get_absolute_url(), one.effective_to, "evidence", one.site)
          for one in stale.order_by("effective_to", "pk")[:20]),
    ]  # fmt: skip


def _where(user: Any, verb: str) -> QuerySet[Any]:
    return DECISIONS.queryset(user, verb).order_by().values("pk")


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return how much of the programme is judged, how recently, and how fresh its evidence is."""
    said = ~Q(status="NOT_ASSESSED")
    home = Q(requirement__catalogue__edition=HOME)
    j = JUDGEMENTS.queryset(user).filter(site=site).aggregate(
        judged=Count("pk", filter=home & (said | Q(applicable=False))), all=Count("pk", filter=said & Q(applicable=True)),
        fresh=Count("pk", filter=said & Q(applicable=True, judged_at__date__gte=on - timedelta(days=365))),
    )  # fmt: skip
    e = EVIDENCE.queryset(user).filter(site=site).aggregate(
        all=Count("pk"), good=Count("pk", filter=Q(effective_to=None) | Q(effective_to__gte=on))
    )  # fmt: skip
    required = REQUIREMENTS.queryset(user).filter(catalogue__edition=HOME).count()

    def check(
        key: str, codes: tuple[str, ...], sentence: str, counts: tuple[int, int], target: int, listed: str
    ) -> Check:
        return Check(key, codes, sentence, *counts, target, f"/programme/{listed}", f"/api/v1/{listed}")

    at = f"?site={site.pk}"
    return [
        check("requirements judged", ("ORG 1.1", "ORG 2.4"), gettext("requirements of {catalogue} that are judged").format(catalogue=HOME), (j["judged"], required), 95, f"requirements/?catalogue={quote(HOME)}"),
        check("judgements fresh", ("ORG 2.4",), gettext("judgements made within 12 months"), (j["fresh"], j["all"]), 95, f"judgements/{at}&applicable=true&status=MET&status=PARTLY&status=NOT_MET"),
        check("evidence fresh", ("ORG 2.4",), gettext("pieces of evidence that are still good"), (e["good"], e["all"]), 90, f"evidence/{at}"),
    ]  # fmt: skip


SELF_CHECKS = (
    SelfCheck("met-without-evidence", "HIGH", _("Requirements said to be met without evidence"), _("Add evidence on the judgement, or judge again."),
              JUDGEMENTS, lambda on: unproven()),
    SelfCheck("decision-past-its-end", "HIGH", _("Decisions past their end that are still in effect"), _("Look why the task that ends decisions does not run."),
              DECISIONS, lambda on: Q(status="APPROVED", expires_on__lt=on)),
    SelfCheck("evidence-expired", "MEDIUM", _("Evidence whose time is over"), _("Add the next revision, or end what it supports."),
              EVIDENCE, lambda on: Q(effective_to__lt=on, superseded_by=None)),
)  # fmt: skip
