"""What patch management tells the dashboard, My work and conformity: deployments by state, what waits, what is in time."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.permissions import sites_seen, sites_where
from accounts.robots import onlooker
from patching import deploying
from patching.controlling import CONTROLLED, PLANNED_FOR, Control, control
from patching.deferring import held
from patching.models import PatchDeployment
from patching.patch_registers import DEPLOYMENTS
from programme.models import Decision
from registers.clock import day_of
from registers.figures import Check, Figure, SelfCheck, Waiting, told
from registers.history.deeds import taken
from registers.history.kept import by_site
from registers.wording import small

LIST, REST = "/patching/patch-deployments/", "/api/v1/patch-deployments/"
OPEN = ("AVAILABLE", "IN_TEST", "TESTED", "APPROVED", "SCHEDULED")
NEXT = {  # state: verb of the next step, what My work says
    "AVAILABLE": ("start_test", _("to be tested")), "IN_TEST": ("pass_test", _("in test: record the result")),
    "TESTED": ("ask_approval", _("tested: ask for approval")), "APPROVED": ("schedule", _("approved: choose a window")),
    "SCHEDULED": ("install", _("to be installed")), "INSTALLED": ("verify", _("installed: verify it")),
    "DEFERRED": ("take_up", _("deferral ends")),
}  # fmt: skip
DONE = (
    deploying.pass_test, deploying.refuse_test, deploying.schedule, deploying.install, deploying.verify, deploying.roll_back, deploying.rule_out,
)  # fmt: skip
SOON, MOST = timedelta(days=14), 50


def _asked(states: tuple[str, ...]) -> str:
    return "".join(f"&status={state}" for state in states)


def standing(user: Any, on: date, site: Any = None) -> dict[int, dict[str, int]]:
    """Return by site how many patches stand how; counted again when a patch there, or a decision, was changed."""

    def count(sites: list[int]) -> dict[int, dict[str, int]]:
        found = DEPLOYMENTS.queryset(onlooker()).filter(site__in=sites).order_by()
        told: dict[int, dict[str, int]] = {one: {} for one in sites}
        rows = found.annotate(stands=control(on)).exclude(stands="").values_list("site", "stands")
        for place, stands, number in rows.annotate(n=Count("pk")):
            told[place][stands] = number
        return told

    return by_site(f"patches-{on}", (PatchDeployment, Decision), sites_seen(user, "patching", site), count)


def tile(user: Any, on: date, site: Any) -> dict[str, Any]:
    """Return what the overview shows of patches: those under control, of all that apply, and the four parts, each with its list."""
    counted: Counter[str] = Counter()
    for found in standing(user, on, site).values():
        counted.update(found)
    at = f"&site={site.pk}" if site is not None else ""
    figures = {
        one.value: Figure(one.value, small(str(one.label)), counted[one], f"{LIST}?control={one}{at}", gettext("patch deployments: {standing}").format(standing=small(str(one.label))))
        for one in Control
    }  # fmt: skip
    controlled = Figure(
        "controlled", gettext("controlled"), sum(counted[one] for one in CONTROLLED), f"{LIST}?{'&'.join(f'control={one}' for one in CONTROLLED)}{at}",
        gettext("patches in place, planned in time, or deferred with cover"), counted.total(),
    )  # fmt: skip
    words = [
        str(one.label) for one in (Control.PLACED, Control.DEFERRED, Control.OVERDUE, Control.WAITING)
    ]  # in the order of the bar
    return {
        "controlled": controlled,
        "parts": figures,
        "words": words,
        "url": f"{LIST}?{'&'.join(f'control={one}' for one in Control)}{at}",
    }


def figures(user: Any, on: date, site: Any = None) -> list[Figure]:
    """Return the open deployments by state, and those whose due day has passed."""
    found = DEPLOYMENTS.queryset(user)
    if site is not None:
        found = found.filter(site=site)
    at, day = f"&site={site.pk}" if site is not None else "", on - timedelta(days=1)
    counted = dict(found.order_by().values_list("status").annotate(n=Count("pk")))
    late = found.filter(status__in=OPEN, due_on__lt=on).count()
    labels = dict(DEPLOYMENTS.model.Status.choices)
    made = [
        Figure(f"patch-{state.lower()}", gettext("patches {state}").format(state=small(str(labels[state]))), counted.get(state, 0), f"{LIST}?status={state}{at}", gettext("patch deployments that are {state}").format(state=small(str(labels[state]))))
        for state in (*OPEN, "INSTALLED", "VERIFIED", "DEFERRED")
    ]  # fmt: skip
    overdue = Figure(
        "patch-late", gettext("patches overdue"), late, f"{LIST}?due_on__lte={day}{_asked(OPEN)}{at}", gettext("open patch deployments whose due day has passed")
    )  # fmt: skip
    return [overdue, *made]


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the deployments whose next step this person can take: those due, planned or ending soon first, at most 50."""
    near = Q(status__in=["IN_TEST", "TESTED", "APPROVED", "INSTALLED"]) | Q(status="AVAILABLE", due_on__lte=on + SOON)
    near |= Q(status="SCHEDULED", planned_for__lte=on + timedelta(days=7))
    near |= Q(status="DEFERRED", deferred_until__lte=on + SOON)
    mine = Q(pk__in=[])
    for state, (verb, _words) in NEXT.items():
        mine |= Q(status=state, site__in=sites_where(user, verb, "patching"))
    planned = DEPLOYMENTS.queryset(user).alias(planned_for=PLANNED_FOR)
    found = planned.filter(near & mine).order_by(F("due_on").asc(nulls_last=True), "pk")
    days = ("status", "due_on", "starts_at", "deferred_until")
    found = told(found, *days, "asset__name", "patch__product", "patch__version")
    return [
        Waiting(
            gettext("{patch} on {asset}").format(patch=one.patch, asset=one.asset),
            f"{one.site.code} · {gettext(NEXT[one.status][1])}",
            one.get_absolute_url(),
            _when(one),
            "patch",
            one.site,
        )
        for one in found[:MOST]
    ]


def done(user: Any, since: datetime) -> list[Waiting]:
    """Return the patches that this person tested, planned, installed or verified since then."""
    return taken(DEPLOYMENTS, DONE, by=user, since=since, kind="patch")


def _when(one: Any) -> date | None:
    if one.status == "SCHEDULED":
        return day_of(one.starts_at, one.site)
    day: date | None = one.deferred_until if one.status == "DEFERRED" else one.due_on
    return day


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return the figures of patch management at a site: in time, tested before installed, verified after."""
    found = DEPLOYMENTS.queryset(user).filter(site=site)
    still, done = Q(status__in=OPEN), Q(status__in=["INSTALLED", "VERIFIED"])
    c = found.aggregate(
        open=Count("pk", filter=still), in_time=Count("pk", filter=still & (Q(due_on=None) | Q(due_on__gte=on))),
        done=Count("pk", filter=done), verified=Count("pk", filter=Q(status="VERIFIED")),
    )  # fmt: skip
    at = f"?site={site.pk}"
    after = _asked(("INSTALLED", "VERIFIED"))
    return [
        Check("patches in time", ("COMP 3.2", "COMP 3.4"), gettext("open patch deployments whose due day has not passed"), c["in_time"], c["open"], 90,
              f"{LIST}{at}{_asked(OPEN)}", f"{REST}{at}{_asked(OPEN)}"),
        Check("patches verified", ("COMP 3.4", "COMP 3.5"), gettext("installed patches that were verified at the device"), c["verified"], c["done"], 95,
              f"{LIST}{at}{after}", f"{REST}{at}{after}"),
    ]  # fmt: skip


PROVED = ["TESTED", "APPROVED", "SCHEDULED", "INSTALLED", "VERIFIED"]
SELF_CHECKS = (
    SelfCheck("deferral-without-decision", "HIGH", _("Deferred patches that no decision holds"), _("Take the patch up again, and ask to defer it if need be."),
              DEPLOYMENTS, lambda on: Q(status="DEFERRED") & ~Q(held())),
    SelfCheck("test-without-evidence", "MEDIUM", _("Patches whose passed test has no evidence"), _("Add the record of the test as evidence, or test again."),
              DEPLOYMENTS, lambda on: Q(status__in=PROVED, test_passed=True, test_proofs=None)),
)  # fmt: skip
