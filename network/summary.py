"""What network tells conformity, My work and the self-checks: findings, and levels that stay below their target."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from accounts.registers import SITES
from assets.registers import CONDUITS, ZONES
from network import functions
from network.flow_registers import OBSERVED, RULES
from network.models.answers import answers_of, requirements
from network.registers import ANSWERS, FINDINGS
from network.rules.levels import Answer, Standing, SystemRequirement, achieved, by_requirement
from registers.figures import Check, Figure, SelfCheck, Waiting, told

WORST = 5
OPENS = ("UNDECLARED", "TOO_WIDE")  # verdicts on rules that let pass what nobody declared
JUDGED = (*OPENS, "COVERED", "NEVER_SEEN")


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the open findings and the flows to be blocked that have a due day, most urgent first."""
    found = FINDINGS.queryset(user, "change").filter(status="OPEN", due_on__isnull=False).order_by("due_on", "pk")
    flows = OBSERVED.queryset(user, "block").filter(status="BLOCKED", due_on__isnull=False).order_by("due_on", "pk")
    spoken = ("protocol", "port", "service", "source_zone__name", "destination_zone__name")
    return [
        *(Waiting(gettext("Mend: {what}").format(what=one), f"{one.site.code} · {one.sentence[:120]}", one.get_absolute_url(), one.due_on, "finding", one.site)
          for one in told(found, "rule", "sentence", "due_on", "zone__name", "conduit__name")[:50]),
        *(Waiting(gettext("Block: {what}").format(what=one), f"{one.site.code} · {one.owner}", one.get_absolute_url(), one.due_on, "observed flow", one.site)
          for one in told(flows, "due_on", "owner", *spoken)[:50]),
    ]  # fmt: skip


def below() -> Q:
    """Return: some foundational requirement is achieved at less than its target."""
    short = Q(pk__in=[])
    for fr in range(7):
        short |= Q(**{f"sl_a__{fr}__lt": F(f"sl_t__{fr}")})
    return short


def unanswered() -> Q:
    """Return: what it achieves is not known, since its system requirements are not answered."""
    return Q(external=False, sl_t__isnull=False, sl_a=None)


@dataclass(frozen=True)
class Short:
    """A zone that stays below its target: where it misses most, and the requirements that cap it there."""

    zone: Any
    worst: Standing
    caps: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many requirements cap it beside the first."""
        return len(self.caps) - 1


def tile(user: User, on: date, site: Any) -> dict[str, Any]:
    """Return what the overview shows of security levels: the zones furthest below their target, those that nobody assessed last, which achieve nothing."""
    zones, at = ZONES.queryset(user), f"&site={site.pk}" if site else ""
    zones = zones.filter(site=site) if site else zones
    counted = zones.order_by().aggregate(
        all=Count("pk", filter=Q(external=False)), below=Count("pk", filter=below()), open=Count("pk", filter=unanswered())
    )  # fmt: skip
    misses = [Coalesce(F(f"sl_t__{fr}"), 0) - Coalesce(F(f"sl_a__{fr}"), 0) for fr in range(7)]
    unknown = ExpressionWrapper(Q(sl_a=None), BooleanField())
    found = zones.filter(external=False).annotate(misses=Greatest(*misses), unknown=unknown).filter(misses__gt=0)
    worst = list(found.order_by("unknown", "-misses", "site__code", "name")[:WORST])
    asked, given = requirements(), answers_of("zone", [zone.pk for zone in worst])
    return {
        "all": counted["all"], "url": f"/assets/zones/?external=false{at}", "worst": [_short(zone, asked, given.get(zone.pk)) for zone in worst],
        "below": Figure("zones-below", gettext("below target"), counted["below"], f"/assets/zones/?check=zone-below-target{at}", gettext("zones that achieve less than their target for a foundational requirement")),
        "open": Figure("zones-open", gettext("not assessed"), counted["open"], f"/assets/zones/?check=zone-not-assessed{at}", gettext("zones with a target whose system requirements nobody answered")),
    }  # fmt: skip


def _short(zone: Any, asked: tuple[SystemRequirement, ...], given: dict[str, Answer] | None) -> Short:
    worst = max(by_requirement(zone), key=lambda one: one.gap)
    caps = achieved(asked, given)[worst.fr - 1].caps if given else ()
    return Short(zone, worst, caps)


def _broken(user: User, place: str) -> Exists:
    """Return: an open finding stands at it."""
    return Exists(FINDINGS.queryset(user).filter(**{place: OuterRef("pk")}, status="OPEN"))


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return how many zones and conduits keep the rules, how zones stand to their target, what firewalls let pass, and which security functions are there."""
    at = f"?site={site.pk}"
    inside = ZONES.queryset(user).filter(site=site, external=False)
    z = inside.aggregate(
        all=Count("pk"), assessed=Count("pk", filter=Q(sl_a__isnull=False)),
        reached=Count("pk", filter=Q(sl_t__isnull=False, sl_a__isnull=False) & ~below()), kept=Count("pk", filter=~_broken(user, "zone")),
    )  # fmt: skip
    c = (
        CONDUITS.queryset(user)
        .filter(site=site)
        .aggregate(all=Count("pk"), kept=Count("pk", filter=~_broken(user, "conduit")))
    )
    r = (
        RULES.queryset(user)
        .filter(site=site, verdict__in=JUDGED)
        .aggregate(all=Count("pk"), kept=Count("pk", filter=~Q(verdict__in=OPENS)))
    )
    judged = "".join(f"&verdict={one}" for one in JUDGED)

    def check(
        key: str, codes: tuple[str, ...], sentence: str, counts: tuple[int, int], target: int, more: str, name: str = "zones", app: str = "assets"
    ) -> Check:  # fmt: skip
        return Check(key, codes, sentence, *counts, target, f"/{app}/{name}/{at}{more}", f"/api/v1/{name}/{at}{more}")

    return [
        check("segmentation kept", ("NET 1.1", "NET 1.3"), gettext("conduits that break no rule of segmentation"), (c["kept"], c["all"]), 100, "", "conduits"),
        check("devices kept apart", ("NET 1.1", "NET 2.2"), gettext("zones that break no rule of segmentation"), (z["kept"], z["all"]), 100, "&external=false"),
        check("firewalls as declared", ("NET 1.6", "NET 1.7"), gettext("firewall rules that let pass only what is declared"), (r["kept"], r["all"]), 100, judged, "firewall-rules", "network"),
        check("system requirements answered", ("NET 1.2",), gettext("zones whose system requirements are answered"), (z["assessed"], z["all"]), 100, "&external=false"),
        *(_fulfils(one, site) for one in functions.at(user, site)),
        check("zones at target", ("NET 1.2", "ORG 2.1"), gettext("zones that reach their target level"), (z["reached"], z["all"]), 90, "&external=false"),
    ]  # fmt: skip


def _fulfils(one: functions.Fulfilled, site: Any) -> Check:
    """Return whether a site has one of the security functions; the list is the site, whose page names what fulfils it."""
    has, at = int(bool(one.assets)), f"?code={site.code}"
    name = one.function.label
    return Check(
        f"function {one.function}", (one.required_by,), gettext("site with an asset in use for: {function}").format(function=name), has, 1, 100, f"/accounts/sites/{at}", f"/api/v1/sites/{at}"
    )  # fmt: skip


SELF_CHECKS = (
    SelfCheck("site-lacks-function", "MEDIUM", _("Sites where no asset in use fulfils a security function"), _("Name the asset that fulfils it in the asset register, or plan one."),
              SITES, lambda on: functions.lacking()),
    SelfCheck("finding-without-owner", "MEDIUM", _("Open segmentation findings without an owner"), _("Name who mends it, and until when."),
              FINDINGS, lambda on: Q(status="OPEN", owner="")),
    SelfCheck("zone-below-target", "HIGH", _("Zones below their target level"), _("Plan what raises the level, or let it stand by an exception."),
              ZONES, lambda on: below()),
    SelfCheck("zone-not-assessed", "MEDIUM", _("Zones with a target whose system requirements nobody answered"), _("Answer the system requirements of the zone."),
              ZONES, lambda on: unanswered()),
    SelfCheck("countermeasure-not-approved", "MEDIUM", _("Countermeasures that nobody approved"), _("Ask another person to approve the countermeasure."),
              ANSWERS, lambda on: Q(answer="COMPENSATED", approved=False)),
    SelfCheck("observed-flow-undeclared", "HIGH", _("Observed flows that nobody declared"), _("Declare the flow, have it blocked, or let it stand by an exception."),
              OBSERVED, lambda on: Q(status="NEW")),
    SelfCheck("firewall-rule-undeclared", "HIGH", _("Firewall rules that let pass what is not declared"), _("Close or narrow the rule on the firewall, or declare the flow."),
              RULES, lambda on: Q(verdict__in=OPENS)),
)  # fmt: skip
