"""What the programme tells My work and conformity: decisions that wait, requirements judged, evidence that is fresh."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.permissions import grants_of
from programme.judging import judge
from programme.proofs import unproven
from programme.registers import AUTHORITIES, DECISIONS, EVIDENCE, JUDGEMENTS, REQUIREMENTS
from programme.rules import decide_by
from registers.clock import day_of
from registers.figures import Check, SelfCheck, Waiting, told
from registers.history.deeds import taken

HOME = "IEC 62443-2-1:2024"
ASKED = ("title", "requested_at", "expires_on")  # what is told of a decision
MOST = 50
PATCHES = ("PATCH_DEPLOYMENT", "PATCH_DEFERRAL")  # the patches themselves say what is due on them


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the decisions that this person may take, questions that they are asked back, and approvals and evidence whose time is over within 30 days."""
    soon = on + timedelta(days=30)
    asked = (
        DECISIONS.queryset(user, "approve").filter(_authorised(user), status="REQUESTED").exclude(requested_by=user.pk)
    )
    ending = (
        DECISIONS.queryset(user, "request").filter(status="APPROVED", expires_on__lte=soon).exclude(kind__in=PATCHES)
    )
    back = DECISIONS.queryset(user, "reply").filter(status="ASKED_BACK", requested_by=user.pk)
    stale = EVIDENCE.queryset(user, "change").filter(effective_to__lte=soon)
    return [
        *(_asked(one, gettext("{place} · asked by {person} · needs your decision").format(place=one.place, person=one.requested_by))
          for one in told(asked, *ASKED, "requested_by__name", "requested_by__email").order_by("requested_at", "pk")[:MOST]),
        *(_asked(one, gettext("{place} · {person} asks back: answer it").format(place=one.place, person=one.asked_back_by))
          for one in told(back, *ASKED, "asked_back_by__name", "asked_back_by__email").order_by("requested_at", "pk")[:MOST]),
        *(Waiting(gettext("Approval ends: {title}").format(title=one.title), one.place, one.get_absolute_url(), one.expires_on, "approval", one.site)
          for one in told(ending, *ASKED).order_by("expires_on", "pk")[:MOST]),
        *(Waiting(gettext("Evidence goes stale: {title}").format(title=one.title), one.site.code, one.get_absolute_url(), one.effective_to, "evidence", one.site)
          for one in told(stale, "title", "effective_to").order_by("effective_to", "pk")[:20]),
    ]  # fmt: skip


def asked_by(user: Any) -> list[Waiting]:
    """Return what this person asked for and waits to be decided by others."""
    found = DECISIONS.queryset(user).filter(status="REQUESTED", requested_by=user.pk).order_by("requested_at", "pk")
    return [_asked(one, gettext("{place} · waits for somebody else").format(place=one.place)) for one in found[:MOST]]


def done(user: Any, since: datetime) -> list[Waiting]:
    """Return the decisions that this person took since then, the newest first, and the requirements that they judged."""
    found = DECISIONS.queryset(user).filter(decided_by=user.pk, decided_at__gte=since).order_by("-decided_at", "-pk")
    return [
        Waiting(one.title, f"{one.place} · {one.get_status_display()}", one.get_absolute_url(), day_of(one.decided_at, one.site), "decision", one.site)
        for one in found[:MOST]
    ] + taken(JUDGEMENTS, (judge,), by=user, since=since, kind="judgement")  # fmt: skip


def _asked(one: Any, detail: str) -> Waiting:
    due = decide_by(day_of(one.requested_at, one.site), one.expires_on)
    return Waiting(one.title, detail, one.get_absolute_url(), due, "decision", one.site)


def _authorised(user: Any) -> Q:
    """Return: the authority table lets one of the roles that this person holds there take the decision."""
    held, allowed = grants_of(user), Q(pk__in=[])
    for row in AUTHORITIES.queryset(user):
        here = Q(kind=row.kind)
        if row.up_to_level is not None:
            here &= Q(level__lte=row.up_to_level)
        if row.only_at_id is not None:
            here &= Q(site=row.only_at_id)
        if row.role not in held.everywhere:
            here &= Q(site__in=[site for site, roles in held.at.items() if row.role in roles])
        allowed |= here
    return allowed


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return how much of the programme is judged, how recently, and how fresh its evidence is."""
    said = ~Q(status="NOT_ASSESSED")
    home = Q(requirement__catalogue__edition=HOME)
    judged_on = TruncDate("judged_at", tzinfo=ZoneInfo(site.time_zone))
    j = JUDGEMENTS.queryset(user).filter(site=site).alias(judged_on=judged_on).aggregate(
        judged=Count("pk", filter=home & (said | Q(applicable=False))), all=Count("pk", filter=said & Q(applicable=True)),
        fresh=Count("pk", filter=said & Q(applicable=True, judged_on__gte=on - timedelta(days=365))),
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
