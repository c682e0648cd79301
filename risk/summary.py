"""What risk tells the overview, My work, conformity and the self-checks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.permissions import sites_seen
from accounts.robots import onlooker
from assets.registers import ZONES
from registers import clock
from registers.figures import Check, Figure, SelfCheck, Waiting, told
from registers.history.deeds import taken
from registers.history.kept import by_site
from risk.heatmap import matrix
from risk.models import Risk, Treatment, in_force
from risk.models.targets import aims_low
from risk.registers import ACCEPTANCES, ASSESSMENTS, REASSESSMENTS, RISKS, TREATMENTS
from risk.workflow import conclude, finish

LIVE = ~Q(status="CLOSED")
YEAR = timedelta(days=365)
OPEN = ("PLANNED", "RUNNING")


@dataclass(frozen=True)
class Cell:
    """Risks of a site that stand alike: what will remain of them, their status, whether they are above the line now."""

    likelihood: int
    impact: int
    residual: int
    status: str
    above: bool
    count: int
    raised: int

    @property
    def is_above(self) -> bool:
        """Whether they are above the line and nobody accepted them."""
        return self.above and self.status == "OPEN"


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return risks to be looked at again, measures due within 30 days, assessments due within 30 days; at most 50 of each."""
    soon = on + timedelta(days=30)
    looks = REASSESSMENTS.queryset(user, "conclude").filter(status="OPEN").order_by("opened_at", "pk")
    looks = told(looks, "opened_at", "figure", "risk__title")[:50]
    measures = TREATMENTS.queryset(user, "finish").filter(status__in=OPEN, due_on__lte=soon).order_by("due_on", "pk")
    measures = told(measures, "title", "due_on", "risk__title")[:50]
    walks = ASSESSMENTS.queryset(user, "change").filter(next_on__lte=soon).order_by("next_on", "pk")
    walks = told(walks, "title", "next_on")[:50]
    return [
        *(Waiting(str(one), f"{one.site.code} · {one.figure}", one.get_absolute_url(), clock.day_of(one.opened_at, one.site), "risk", one.site) for one in looks),
        *(Waiting(gettext("Measure: {what}").format(what=one), gettext("{site} · against {risk}").format(site=one.site.code, risk=one.risk), one.get_absolute_url(), one.due_on, "treatment", one.site) for one in measures),
        *(Waiting(gettext("Assess again: {what}").format(what=one), one.site.code, one.get_absolute_url(), one.next_on, "assessment", one.site) for one in walks),
    ]  # fmt: skip


def done(user: Any, since: datetime) -> list[Waiting]:
    """Return the risks that this person looked at again, and the measures that they finished, since then."""
    return [
        *taken(REASSESSMENTS, (conclude,), by=user, since=since, kind="risk"),
        *taken(TREATMENTS, (finish,), by=user, since=since, kind="treatment"),
    ]


def standing(user: Any, on: date, site: Any = None) -> dict[int, dict[str, Any]]:
    """Return by site how its risks and measures stand; counted again when one there was changed."""

    def count(sites: list[int]) -> dict[int, dict[str, Any]]:
        told: dict[int, dict[str, Any]] = {one: {"cells": [], "late": 0} for one in sites}
        risks = RISKS.queryset(onlooker()).filter(LIVE, site__in=sites).order_by()
        cells = risks.values_list("site", "residual_likelihood", "residual_impact", "residual", "status", "above")
        raised = Count("pk", filter=~Q(pressed_by=""))
        for place, *cell in cells.annotate(n=Count("pk"), raised=raised):
            told[place]["cells"].append(Cell(*cell))
        late = TREATMENTS.queryset(onlooker()).filter(status__in=OPEN, due_on__lt=on, site__in=sites).order_by()
        for place, number in late.values_list("site").annotate(n=Count("pk")):
            told[place]["late"] = number
        return told

    return by_site(f"risks-{on}", (Risk, Treatment), sites_seen(user, "risk", site), count)


def tile(user: Any, on: date, site: Any) -> dict[str, Any]:
    """Return what the overview shows of risk: the matrix of what will remain, what of it is above the line, and the figures of today."""
    chosen, at = in_force(), f"&site={site.pk}" if site else ""
    told: dict[str, Any] = {"figures": figures(user, on, site), "method": chosen}
    if chosen is None:
        return told
    rules = chosen.rules
    cells = [cell for found in standing(user, on, site).values() for cell in found["cells"]]
    above = [cell for cell in cells if cell.residual > rules.tolerable]
    more, alive = f"&residual__gte={rules.tolerable + 1}{at}", "/risk/risks/?status=OPEN&status=ACCEPTED"
    return told | {
        "rows": matrix(rules, [(cell.likelihood, cell.impact, cell.count) for cell in cells], state="residual", link=f"{alive}{at}"),
        "impacts": rules.impacts, "count": sum(cell.count for cell in cells), "url": f"{alive}{at}",
        "above": Figure("residual-above", gettext("above tolerance"), sum(cell.count for cell in above), f"{alive}{more}", gettext("risks that stay above what is tolerable when all measures are done")),
        "unaccepted": Figure("residual-unaccepted", gettext("without valid acceptance"), sum(cell.count for cell in above if cell.status == "OPEN"), f"/risk/risks/?status=OPEN{more}", gettext("of them, risks that no running acceptance covers")),
    }  # fmt: skip


def counts(user: Any, on: date, site: Any = None) -> dict[int, dict[str, int]]:
    """Return by site what the course of the overview keeps: risks, those above the line, measures late."""
    return {
        place: {
            "risks": sum(cell.count for cell in found["cells"]), "above": sum(cell.count for cell in found["cells"] if cell.is_above),
            "late": found["late"],
        }
        for place, found in standing(user, on, site).items()
    }  # fmt: skip


def figures(user: Any, on: date, site: Any = None) -> list[Figure]:
    """Return risks above the line, those raised by vulnerabilities, and late measures."""
    at, found = f"&site={site.pk}" if site else "", standing(user, on, site).values()
    cells = [cell for told in found for cell in told["cells"]]
    above, all_ = sum(cell.count for cell in cells if cell.is_above), sum(cell.count for cell in cells)
    live = "status=OPEN&status=ACCEPTED"
    return [
        Figure("risks-above", gettext("risks above the line"), above, f"/risk/risks/?status=OPEN&above=true{at}", gettext("open risks whose current level is above what is tolerable"), all_),
        Figure("risks-raised", gettext("raised by vulnerabilities"), sum(cell.raised for cell in cells), f"/risk/risks/?{live}&check=risk-raised{at}", gettext("risks whose likelihood today is that of an open vulnerability of their place")),
        Figure("measures-late", gettext("measures late"), sum(told["late"] for told in found), f"/risk/treatments/?check=measure-late{at}", gettext("measures planned or under way whose day has passed")),
    ]  # fmt: skip


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return how far risks are rated, treated and looked at in time, in three queries."""
    at = f"?site={site.pk}"
    live = f"{at}&status=OPEN&status=ACCEPTED"
    measures = TREATMENTS.queryset(user).filter(risk=OuterRef("pk"), status__in=OPEN)
    found = RISKS.queryset(user).filter(LIVE, site=site).order_by()
    r = found.aggregate(
        all=Count("pk"), high=Count("pk", filter=Q(above=True)), owned=Count("pk", filter=~Q(owner="")),
        fresh=Count("pk", filter=Q(review_on=None) | Q(review_on__gte=on)),
        treated=Count("pk", filter=Q(above=True) & (Q(status="ACCEPTED") | Q(Exists(measures)))),
    )  # fmt: skip
    here = RISKS.queryset(user).filter(LIVE, Q(zone=OuterRef("pk")) | Q(asset__zone=OuterRef("pk")))
    inside = ZONES.queryset(user).filter(site=site, external=False)
    z = inside.aggregate(all=Count("pk"), rated=Count("pk", filter=Exists(here)))
    walks = (
        ASSESSMENTS.queryset(user)
        .filter(site=site)
        .aggregate(all=Count("pk"), good=Count("pk", filter=Q(status="APPROVED", next_on__gte=on)))
    )

    def check(
        key: str, codes: tuple[str, ...], sentence: str, counts: tuple[int, int], target: int, listed: str
    ) -> Check:
        app = "assets" if listed.startswith("zones") else "risk"
        return Check(key, codes, sentence, *counts, target, f"/{app}/{listed}", f"/api/v1/{listed}")

    return [
        check("zones rated", ("ORG 2.1",), gettext("zones with a rated risk"), (z["rated"], z["all"]), 100, f"zones/{at}&external=false"),
        check("risks treated", ("ORG 2.1",), gettext("risks above the line that are treated or accepted"), (r["treated"], r["high"]), 100, f"risks/{live}&above=true"),
        check("risks owned", ("ORG 2.1", "ORG 1.3"), gettext("risks with an owner"), (r["owned"], r["all"]), 100, f"risks/{live}"),
        check("risks looked at", ("ORG 2.1", "ORG 2.4"), gettext("risks whose next look is not overdue"), (r["fresh"], r["all"]), 95, f"risks/{live}"),
        check("assessments approved", ("ORG 2.1",), gettext("risk assessments that are approved and not overdue"), (walks["good"], walks["all"]), 100, f"risk-assessments/{at}"),
    ]  # fmt: skip


SELF_CHECKS = (
    SelfCheck("target-below-risk", "HIGH", _("Zones that aim lower than their risk proposes"), _("Raise the SL-T, or ask a second person to let it be."),
              ZONES, lambda on: aims_low()),
    SelfCheck("risk-above-untreated", "HIGH", _("Risks above the line that nobody treats or accepted"), _("Plan a measure, or ask to accept the risk."),
              RISKS, lambda on: Q(above=True, status="OPEN") & ~Q(treatments__status__in=OPEN)),
    SelfCheck("residual-above-current", "HIGH", _("Risks whose residual level is above the current one"), _("Look at what the measures claim."),
              RISKS, lambda on: Q(residual__gt=F("current"))),
    SelfCheck("acceptance-past-its-end", "HIGH", _("Risks that count as accepted without a running acceptance"), _("Ask to accept the risk again, or lower it."),
              RISKS, lambda on: Q(status="ACCEPTED") & ~Q(acceptances__status="ACCEPTED")),
    SelfCheck("acceptance-not-submitted", "LOW", _("Acceptances that were drafted and never submitted"), _("Submit it, or ask again from the risk."),
              ACCEPTANCES, lambda on: Q(status="DRAFT")),
    SelfCheck("risk-raised", "MEDIUM", _("Risks raised by open vulnerabilities"), _("Deal with the vulnerabilities of the place."),
              RISKS, lambda on: LIVE & ~Q(pressed_by="")),
    SelfCheck("risk-without-owner", "MEDIUM", _("Risks without an owner"), _("Name who answers for the risk."), RISKS, lambda on: LIVE & Q(owner="")),
    SelfCheck("measure-late", "MEDIUM", _("Measures whose day has passed"), _("Finish the measure, or give it another day."),
              TREATMENTS, lambda on: Q(status__in=OPEN, due_on__lt=on)),
)  # fmt: skip
