"""Fills a compliance report from the registers, through the one door, as the person who asked for it may see them."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F

from accounts.models import Organisation, Site, User
from assets import registers as plant_registers
from patching.models import Match
from patching.registers import MATCHES, REGISTERS
from registers.clock import day_of
from registers.models import Seal
from reports import patch_status, plant, risk_status
from reports.changes import changes
from reports.compliance import ComplianceReport, Figure, Scope, ScopedZone, System
from reports.control import Control, Edition, Person, State
from reports.control import Site as ControlSite
from reports.glossary import GLOSSARY
from reports.kinds import KINDS
from reports.requirements import checked, decisions, evidence_index, groups, months, rows_at, statement
from reports.zoning import number, read_conduits, read_zones

PLANT = {register.name: register for register in plant_registers.REGISTERS}
SOURCES = next(register for register in REGISTERS if register.name == "advisory-sources")
FIELDS = ("zone", "kind", "vendor", "product", "version", "serial_number", "location", "owner", "criticality")
VERSION = "0.1.0"


def build(user: User, site: Site, kind: str, catalogue: str, *, as_of: datetime, now: datetime) -> ComplianceReport:
    """Return a report of a site; call it inside `as_of` for a past moment."""
    zones = list(PLANT["zones"].queryset(user).filter(site=site).annotate(n=Count("assets")).order_by("-level", "name"))
    assets = list(PLANT["assets"].queryset(user).filter(site=site).order_by("name"))
    matches = list(_open_matches(user, site))
    rows, on = rows_at(user, site, catalogue, as_of), day_of(as_of, site)
    report = ComplianceReport(
        control=_control(user, site, kind, catalogue, as_of, now),
        scope=_scope(user, site, zones),
        figures=_figures(assets, matches, zones, on),
        groups=groups(rows, site),
        self_checks=checked(user, site, as_of),
        trend=months(site, catalogue, as_of, rows),
        zones=read_zones(user, site, zones, on),
        conduits=read_conduits(user, site),
        asset_summary=_summary(assets),
        assets=tuple(_asset(asset) for asset in assets),
        vulnerabilities=tuple(_vulnerability(match) for match in matches),
        sources=_sources(user),
        evidence=evidence_index(user, site, as_of),
        decisions=decisions(user, site),
        glossary=GLOSSARY,
        changes=changes(user, site, since=as_of - timedelta(days=365), until=as_of),
    )
    if "risks" in KINDS[kind].parts or "assessments" in KINDS[kind].parts:
        told = risk_status.read(user, site)
        report = replace(report, **told)
        if kind == "risk-register":
            report = replace(report, figures=risk_status.figures(told))
    if "specification" in KINDS[kind].parts:
        report = replace(report, specification=risk_status.specification(user, site))
    if "patches" in KINDS[kind].parts:
        report = replace(report, **vars(patch_status.read(user, site, as_of)))
    return KINDS[kind].only_its_own(report)


def _control(user: User, site: Site, kind: str, catalogue: str, as_of: datetime, now: datetime) -> Control:
    organisation = Organisation.objects.first()
    seal = Seal.objects.filter(settled_at__lte=max(as_of, now)).order_by("-pk").first()
    on = day_of(as_of, site)
    made = f"{now:%H%M%S%f}"[:9]  # to the millisecond: two may be made within a second
    report_id = f"{KINDS[kind].mark}-{site.code}-{on:%Y%m%d}-{made}"
    return Control(
        report_id=report_id, title=KINDS[kind].title, kind=kind, version="1", status=State.DRAFT, organisation=organisation.name if organisation else "",
        sites=(ControlSite(code=site.code, name=site.name),), standard=catalogue, as_of=as_of, time_zone=site.time_zone,
        generated_at=now, classification=organisation.classification if organisation else "Confidential",
        prepared_by=Person(name=user.name, role=user.title), software_version=VERSION,
        snapshot_id=f"seal {seal.pk}" if seal else "not sealed yet", snapshot_seal=seal.digest if seal else "0" * 64,
        verify_url=f"{settings.PUBLIC_URL}/reports/verify/", period_from=on - timedelta(days=365),
        period_to=on, distribution=(f"{site.owner or 'Site management'}, {site.code}",),
        changes=(Edition(version="1", on=day_of(now, site), by=user.name, what="First issue of this report."),),
    )  # fmt: skip


def _scope(user: User, site: Site, zones: list[Any]) -> Scope:
    systems = PLANT["sucs"].queryset(user).filter(site=site).order_by("name")
    text, decision, exclusions = statement(user, site)
    return Scope(
        statement=text, decision=decision, exclusions=exclusions,
        systems=tuple(System(name=one.name, site=site.code, boundary=one.boundary, owner=one.owner) for one in systems),
        zones=tuple(
            ScopedZone(site=site.code, name=zone.name, included=not zone.external, level=number(zone.level),
                       reason="Outside the site; shown because conduits lead to it." if zone.external else zone.purpose)
            for zone in zones
        ),
        method="Figures are computed from the registers at the moment stated; judgements are those of the named persons.",
        limits=("Plant networks were not scanned: the portal reads what people and imports recorded.",),
    )  # fmt: skip


def _figures(assets: list[Any], matches: list[Any], zones: list[Any], on: date) -> tuple[Figure, ...]:
    in_use = [asset for asset in assets if asset.lifecycle != "RETIRED"]
    classified = sum(bool(asset.criticality) for asset in in_use)
    housed = sum(asset.zone_id is not None for asset in in_use)
    inside = [zone for zone in zones if not zone.external]
    targeted = sum(zone.sl_t is not None for zone in inside)
    late = sum(match.due_on is not None and match.due_on < on for match in matches)
    return (
        _share("Assets with criticality", classified, len(in_use)), _share("Assets in a zone", housed, len(in_use)),
        _share("Zones with target level", targeted, len(inside)),
        Figure(label="Open matches", value=str(len(matches)), numerator=len(matches), denominator=None, note="affected or to be decided"),
        Figure(label="Open matches late", value=str(late), numerator=late, denominator=len(matches), note="due day passed"),
        Figure(label="Known exploited", value=str(sum(match.exploited for match in matches)), note="open matches with a CVE in KEV"),
    )  # fmt: skip


def _share(label: str, part: int, whole: int) -> Figure:
    return Figure(label=label, value=f"{part * 100 // whole} %" if whole else "none", numerator=part, denominator=whole)


def _asset(asset: Any) -> plant.Asset:
    return plant.Asset(
        site=asset.site.code, name=asset.name, zone=asset.zone.name if asset.zone else "", kind=asset.get_kind_display(),
        vendor=asset.vendor, product=asset.product, model_number=asset.model_number, serial_number=asset.serial_number,
        version=asset.version, ip_address=asset.ip_address or "", mac_address=asset.mac_address, location=asset.location,
        owner=asset.owner, criticality=asset.criticality, lifecycle=asset.get_lifecycle_display(),
    )  # fmt: skip


def _summary(known: list[Any]) -> plant.AssetSummary:
    assets = [asset for asset in known if asset.lifecycle != "RETIRED"]
    kinds = Counter(asset.get_kind_display() for asset in assets)
    levels = Counter(
        f"Level {asset.zone.level.normalize():f}" if asset.zone and asset.zone.level is not None else "No level"
        for asset in assets
    )
    heights = sorted(levels.items(), key=lambda one: (one[0] != "No level", one[0]), reverse=True)
    grades = Counter(asset.criticality.capitalize() or "Not assessed" for asset in assets)
    return plant.AssetSummary(
        total=len(assets), retired=len(known) - len(assets), by_kind=_counts(kinds.most_common()), by_level=_counts(heights),
        by_criticality=_counts(grades.most_common()),
        completeness=tuple(
            plant.Completeness(label=PLANT["assets"].label(name), filled=sum(_filled(asset, name) for asset in assets), total=len(assets))
            for name in FIELDS
        ),
    )  # fmt: skip


def _filled(asset: Any, name: str) -> bool:
    return bool(getattr(asset, "zone_id" if name == "zone" else name)) and not (
        name == "kind" and asset.kind == "OTHER"
    )


def _counts(pairs: Any) -> tuple[plant.Count, ...]:
    return tuple(plant.Count(label=str(label), n=n) for label, n in pairs)


def _open_matches(user: User, site: Site) -> Any:
    found = MATCHES.queryset(user).filter(site=site, verdict__in=Match.OPEN)
    return found.select_related("asset__zone").order_by(F("due_on").asc(nulls_last=True), "pk")


def _vulnerability(match: Any) -> plant.Vulnerability:
    return plant.Vulnerability(
        verdict=match.verdict, advisory=match.advisory.tracking_id, asset=match.asset.name, title=match.advisory.title,
        cves=tuple(match.cves), zone=match.asset.zone.name if match.asset.zone else "", site=match.site.code,
        priority=match.get_priority_display(), due_on=match.due_on,
    )  # fmt: skip


def _sources(user: User) -> tuple[plant.Source, ...]:
    found = SOURCES.queryset(user).annotate(n=Count("advisories", distinct=True)).order_by("name")
    return tuple(
        plant.Source(name=one.name, state=one.health, polled_at=one.last_success_at, advisories=one.n,
                     note="" if one.enabled else "polled by hand only")
        for one in found
    )  # fmt: skip
