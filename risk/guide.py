"""The walk through IEC 62443-3-2: what each step asks, what the registers hold of it, what is missing (R5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from assets.registers import ASSETS, CONDUITS, ZONES
from network.models import SrAnswer
from network.registers import FINDINGS
from risk.models import RiskAssessment, in_force
from risk.registers import RISKS, TREATMENTS


@dataclass(frozen=True)
class Fact:
    """So many of so many, in words, with the list behind it."""

    words: str
    has: int
    of: int
    url: str

    @property
    def holds(self) -> bool:
        """Whether nothing is missing."""
        return self.has >= self.of


@dataclass(frozen=True)
class Step:
    """A step of the standard: its id, our title, what it asks, the facts, and what people noted."""

    code: str
    title: str
    asks: str
    facts: tuple[Fact, ...] = ()
    note: str = ""
    links: tuple[tuple[str, str], ...] = field(default=())

    @property
    def key(self) -> str:
        """What the note is kept under."""
        return self.code.replace(" ", "-").lower()

    @property
    def ready(self) -> bool:
        """Whether nothing the registers can tell is missing."""
        return all(fact.holds for fact in self.facts)


def steps(assessment: RiskAssessment, user: Any) -> list[Step]:
    """Return the seven steps for the system of an assessment, or its whole site."""
    site, suc = assessment.site, assessment.suc
    zones = ZONES.queryset(user).filter(site=site, external=False)
    zones = zones.filter(suc=suc) if suc else zones
    inside = Q(zone__in=zones)
    conduits = CONDUITS.queryset(user).filter(site=site).filter(Q(zone_a__in=zones) | Q(zone_b__in=zones))
    assets = ASSETS.queryset(user).filter(site=site, lifecycle="IN_USE")
    risks = (
        RISKS.queryset(user)
        .filter(site=site)
        .exclude(status="CLOSED")
        .filter(inside | Q(conduit__in=conduits) | Q(asset__zone__in=zones) | Q(zone=None, conduit=None, asset=None))
    )
    at = f"?site={site.pk}"
    n = {"zones": zones.count(), "conduits": conduits.count(), "risks": risks.count()}
    rated = {*risks.values_list("zone", flat=True), *risks.values_list("asset__zone", flat=True)}
    above = risks.filter(above=True)
    treated = above.filter(
        Q(status="ACCEPTED")
        | Q(pk__in=TREATMENTS.queryset(user).filter(status__in=["PLANNED", "RUNNING"]).values("risk"))
    )
    answered = SrAnswer.objects.filter(zone__in=zones).values("zone").distinct().count()
    broken = FINDINGS.queryset(user).filter(Q(zone__in=zones) | Q(conduit__in=conduits), status="OPEN")
    places = broken.values("zone", "conduit").distinct().count()
    notes = assessment.notes

    def step(
        code: str, title: str, asks: str, facts: Iterable[tuple[str, int, int, str]], *links: tuple[str, str]
    ) -> Step:
        told = tuple(Fact(words, has, of, url) for words, has, of, url in facts)
        return Step(code, title, asks, told, notes.get(code.replace(" ", "-").lower(), ""), links)

    return [
        step("ZCR 1", _("The system"), _("What is assessed, where it ends, how it is entered."), [
            (_("system or site with its boundary written down"), int(bool(suc.boundary if suc else site.name)), 1, suc.get_absolute_url() if suc else site.get_absolute_url()),
            (_("zones of the system"), min(1, n["zones"]), 1, f"/assets/zones/{at}"),
        ]),
        step("ZCR 2", _("Initial risk"), _("The worst that can happen, as if nothing protected it."), [
            (_("risks rated without measures"), min(1, n["risks"]), 1, f"/risk/risks/{at}")], (_("Add a risk"), f"/risk/risks/add/{at}")),
        step("ZCR 3", _("Zones and conduits"), _("Every asset in one zone; business, safety, wireless and remote access apart."), [
            (_("assets in use that are in a zone"), assets.filter(zone__isnull=False).count(), assets.count(), f"/assets/assets/{at}&zone__isnull=true&lifecycle=IN_USE"),
            (_("zones and conduits that break no rule"), n["zones"] + n["conduits"] - places, n["zones"] + n["conduits"], f"/network/segmentation-findings/{at}&status=OPEN"),
        ], (_("Drawing"), f"/network/drawing/{at}")),
        step("ZCR 4", _("Against what is tolerable"), _("Which risks stand above the line, and so ask for a detailed look."), [
            (_("methodology in force that says what is tolerable"), int(in_force() is not None), 1, "/risk/methodologies/"),
        ], (_("Heat map"), f"/risk/heat-map/{at}")),
        step("ZCR 5", _("Detailed risk"), _("For each zone and conduit: threats, weaknesses, rating, target level, measures."), [
            (_("zones with a rated risk"), zones.filter(pk__in=[one for one in rated if one]).count(), n["zones"], f"/assets/zones/{at}"),
            (_("zones with a target level"), zones.filter(sl_t__isnull=False).count(), n["zones"], f"/assets/zones/{at}&check=zone-without-target"),
            (_("risks above the line that are treated or accepted"), treated.distinct().count(), above.count(), f"/risk/risks/{at}&above=true"),
        ], (_("Treatments"), f"/risk/treatments/{at}")),
        step("ZCR 6", _("Requirements specification"), _("What each zone has to fulfil, and how far it does."), [
            (_("zones whose system requirements are answered"), answered, n["zones"], f"/network/security-levels/{at}"),
        ], (_("Make the report"), f"/reports/make/{at}&kind=zones-conduits")),
        step("ZCR 7", _("Approval"), _("The owner of the plant approves what was found."), [
            (_("people named who took part"), int(bool(assessment.participants.strip())), 1, assessment.get_absolute_url()),
            (_("approved"), int(assessment.status == "APPROVED"), 1, assessment.get_absolute_url()),
        ]),
    ]  # fmt: skip
