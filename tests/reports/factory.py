"""An invented waterworks company and its compliance report, rich enough to fill every chapter."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
import yaml

from reports.compliance import (
    ComplianceReport,
    Computed,
    EvidenceItem,
    Figure,
    Finding,
    Group,
    LogEntry,
    Requirement,
    Scope,
    ScopedZone,
    System,
    Term,
    Verdict,
)
from reports.control import Approval, Control, Decision, Edition, Person, Site, State
from reports.plant import Asset, AssetSummary, Completeness, Conduit, Count, Source, Vulnerability, Zone
from reports.risks import Assessment, Measure, RatedRisk, RiskMethod, Specified

MARA = Person(name="Mara Keller", role="CSMS manager")
PETRA = Person(name="Petra Sand", role="plant director")
AS_OF = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
METHOD = yaml.safe_load((Path(__file__).resolve().parents[2] / "risk" / "data" / "methodology.yaml").read_text())
ELEMENTS = (
    ("SPE 1", "Organisational security measures"),
    ("SPE 2", "Configuration management"),
    ("SPE 3", "Network and communications security"),
    ("SPE 4", "Component security"),
)
TITLES = (
    "Separate control networks from business networks",
    "Keep safety systems apart",
    "Know every asset and its owner",
    "Cut external connections when told to",
    "Limit services reachable over the network",
    "Distribute trustworthy time",
    "Patch what is affected in time",
    "Train people before they get access",
)
ZONES = (
    ("Z-ENT", "Enterprise", 4.0, {"external": True}),
    ("Z-VEN", "Vendor network", 5.0, {"external": True}),
    ("Z-DMZ", "Site DMZ", 3.5, {}),
    ("Z-RAG", "Remote access", 3.5, {}),
    ("Z-SUP", "SCADA and historian", 3.0, {}),
    ("Z-ENG", "Engineering", 3.0, {}),
    ("Z-PS1", "Pumping station 1", 1.0, {}),
    ("Z-PS2", "Pumping station 2", 1.0, {}),
    ("Z-CHL", "Chlorination", 1.0, {}),
    ("Z-SIS", "Chlorine safety", 1.0, {"safety": True}),
)
CONDUITS = (
    ("C-01", "Z-ENT", "Z-DMZ", "HTTPS 443", "N-FW01 firewall", ""),
    ("C-02", "Z-VEN", "Z-RAG", "IPsec 4500", "N-FW02 firewall", ""),
    ("C-03", "Z-DMZ", "Z-SUP", "OPC UA 4840, signed", "N-FW03 firewall", ""),
    ("C-04", "Z-RAG", "Z-ENG", "RDP 3389", "N-FW02 firewall", ""),
    ("C-05", "Z-SUP", "Z-ENG", "S7comm 102", "N-SW04 switch", ""),
    ("C-06", "Z-SUP", "Z-PS1", "S7comm 102", "N-PS1-SW01", ""),
    ("C-07", "Z-SUP", "Z-PS2", "Modbus/TCP 502", "N-PS2-SW01", ""),
    ("C-08", "Z-SUP", "Z-CHL", "EtherNet/IP 44818", "N-CHL-SW01", ""),
    ("C-11", "Z-ENG", "Z-SIS", "Modbus/TCP 502", "", "SEG-3"),
)


def fingerprint(text: str) -> str:
    """The digest of an invented file."""
    return sha256(text.encode()).hexdigest()


def control(**changed: Any) -> Control:
    """Document control of the invented report."""
    given = Control(
        report_id="CR-2026-011",
        version="1.0",
        status=State.APPROVED,
        organisation="Merewater Utilities",
        sites=(Site(code="NORTH", name="Northern waterworks"), Site(code="SOUTH", name="Southern waterworks")),
        standard="IEC 62443-2-1:2024",
        as_of=AS_OF,
        time_zone="Europe/Berlin",
        generated_at=datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
        classification="Confidential",
        prepared_by=MARA,
        prepared_for="Certification body, stage 2 audit",
        software_version="0.1.0",
        snapshot_id="DS-20261122-2359",
        snapshot_seal=fingerprint("seal"),
        verify_url="https://csms.merewater.example/verify/CR-2026-011/",
        period_from=date(2025, 12, 1),
        period_to=date(2026, 11, 22),
        distribution=("Plant directors", "Certification body"),
        changes=(
            Edition(version="0.9", on=date(2026, 11, 20), by="Mara Keller", what="Draft for the approver"),
            Edition(version="1.0", on=date(2026, 11, 23), by="Mara Keller", what="Finding F-0044 added"),
        ),
        approvals=(
            Approval(person=PETRA, at=datetime(2026, 11, 23, 7, 12, tzinfo=UTC), note="With the plan for F-0044"),
        ),
    )
    return replace(given, **changed)


def requirement(group: int, number: int, **changed: Any) -> Requirement:
    """One row; the verdicts take turns so that each occurs."""
    turn = (group * 3 + number) % 8
    status = (
        Verdict.MET, Verdict.MET, Verdict.MET, Verdict.PARTLY, Verdict.MET, Verdict.NOT_MET, Verdict.PARTLY, Verdict.NOT_ASSESSED,
    )[turn]  # fmt: skip
    code = f"{('ORG', 'CM', 'NET', 'COMP')[group]} {1 + number // 8}.{1 + number % 8}"
    findings = (
        Finding(id=f"F-{40 + group:04}", grade="major" if group == 2 else "minor", title="Undeclared path to Z-SIS"),
    )
    item = EvidenceItem(
        id=f"E-{300 + group * 20 + number:04}", title=f"Record of {TITLES[number % 8].lower()}", on=date(2026, 3, 1 + number),
        sha256=fingerprint(code), file=f"{code.replace(' ', '-').lower()}.pdf", revision="v4", owner="Emil Lindqvist",
    )  # fmt: skip
    given = Requirement(
        code=code,
        title=TITLES[number % 8],
        applicable=number != 9,
        status=status,
        justification="No wireless network on any site" if number == 9 else "",
        drivers=("risk", "law")[: 1 + number % 2],
        maturity=None if status is Verdict.NOT_ASSESSED else 2 + number % 2,
        maturity_target=3,
        computed=Computed(
            value=90.3, target=95, numerator=289, denominator=320, sentence="Assets with an owner:", unit=" %"
        )
        if turn == 3
        else None,
        judged_by="" if status is Verdict.NOT_ASSESSED else "Mara Keller",
        judged_at=None if status is Verdict.NOT_ASSESSED else datetime(2026, 10, 5, 9, 0, tzinfo=UTC),
        implementation=""
        if status is Verdict.NOT_ASSESSED
        else "Two firewalls in series on every site, rules reviewed twice a year",
        evidence=() if status is Verdict.NOT_ASSESSED else (item,),
        owner="Emil Lindqvist",
        findings=findings if status is Verdict.NOT_MET else (),
    )
    return replace(given, **changed)


def zone(id: str, name: str, level: float, more: dict[str, Any]) -> Zone:
    """A zone of NORTH with levels, one short of its target in FR 5."""
    levels = (
        {}
        if more.get("external")
        else {"sl_t": (2, 2, 2, 2, 3, 2, 2), "sl_a": (2, 2, 2, 2, 2, 2, 2) if id != "Z-PS2" else None}
    )
    return Zone(
        id=id, site="NORTH", name=name, level=level, assets=len(name), purpose=f"Runs {name.lower()}", owner="Nils Berg",
        **levels, **more,
    )  # fmt: skip


def few() -> ComplianceReport:
    """The invented report with less in its tables, for what hangs on one row: each chapter is there."""
    whole = report(assets=12)
    return replace(whole, groups=whole.groups[:1])


def texts(pdf: bytes) -> list[str]:
    """Return the text of a file, page by page, with single blanks."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


def report(*, assets: int = 40, **changed: Any) -> ComplianceReport:
    """The whole invented report."""
    groups = tuple(
        Group(code=code, title=title, requirements=tuple(requirement(index, number) for number in range(11)))
        for index, (code, title) in enumerate(ELEMENTS)
    )
    zones = tuple(zone(*given) for given in ZONES)
    given = ComplianceReport(
        control=control(),
        scope=Scope(
            statement="All control systems that produce, treat and distribute drinking water on NORTH and SOUTH.",
            decision=Decision(id="D-0007", title="Scope of the CSMS", by="Petra Sand", at=datetime(2026, 1, 15, 10, 0, tzinfo=UTC)),
            systems=(System(name="Water treatment NORTH", site="NORTH", boundary="From the intake to the network pumps", owner="Nils Berg"),),
            zones=tuple(
                ScopedZone(site="NORTH", name=z.name, level=z.level, included=not z.external,
                           reason="Run by the group's own IT" if z.external else "Controls the process")
                for z in zones
            ),
            assumptions=("The group's IT keeps its own management system.",),
            dependencies=("The telephone company carries the telemetry lines.",),
            exclusions=("Laboratory, because it controls nothing.",),
            method="Interviews, sampling of 20 assets on each site, and figures that the portal counts.",
            limits=("HARBOUR was not visited.",),
        ),
        figures=(
            Figure(label="Requirements met", value="52 %", numerator=21, denominator=40, note="of those that apply"),
            Figure(label="Assets with an owner", value="90 %", numerator=289, denominator=320),
            Figure(label="Known vulnerabilities under control", value="71 %", numerator=44, denominator=62),
            Figure(label="Zones that reach their target level", value="0 %", numerator=0, denominator=8),
        ),
        groups=groups,
        zones=zones,
        conduits=tuple(
            Conduit(id=id, site="NORTH", name=id, zone_a=a, zone_b=b, protocols=(protocol,), boundary_device=device, broken=broken,
                    sl_t=(2, 2, 2, 2, 2, 2, 2), review_on=None if broken else date(2026, 6, 12))
            for id, a, b, protocol, device, broken in CONDUITS
        ),
        asset_summary=AssetSummary(
            total=assets,
            by_kind=(Count(label="PLC", n=assets - 2), Count(label="Network device", n=2)),
            by_level=(Count(label="1", n=assets),),
            by_criticality=(Count(label="High", n=4), Count(label="Medium", n=assets - 4)),
            completeness=(Completeness(label="Owner", filled=assets - 3, total=assets), Completeness(label="Firmware version", filled=assets - 9, total=assets)),
        ),
        assets=tuple(
            Asset(site="NORTH", name=f"N-PS1-PLC{n:04}", zone="Pumping station 1", kind="PLC", vendor="Siemens", product="SIMATIC S7-1500",
                  model_number="6ES7511-1AK02", version="V2.9.4", ip_address=f"10.21.{n // 250}.{n % 250 + 1}", criticality="HIGH")
            for n in range(assets)
        ),
        vulnerabilities=(
            Vulnerability(verdict="AFFECTED", advisory="SSA-000001", title="Denial of service in the web server", cves=("CVE-2026-0001", "CVE-2026-0002"),
                          asset="N-PS1-PLC0001", zone="Pumping station 1", site="NORTH", priority="High", due_on=date(2026, 11, 1)),
            Vulnerability(verdict="REVIEW", advisory="ICSA-26-001-01", title="Weak authentication", asset="N-PS1-PLC0002", zone="Pumping station 1", site="NORTH"),
        ),
        sources=(Source(name="Siemens ProductCERT", state="up to date", polled_at=datetime(2026, 11, 22, 21, 0, tzinfo=UTC), advisories=812),),
        evidence=tuple(item for group in groups for row in group.requirements for item in row.evidence),
        glossary=(Term(term="Conduit", meaning="The way by which two zones talk."), Term(term="SL-T", meaning="Target security level of a zone.")),
        changes=(LogEntry(at=datetime(2026, 11, 20, 14, 0, tzinfo=UTC), by="Emil Lindqvist", what="Conduit C-11 found by observation"),),
        method=RiskMethod(title="Plant risk matrix, version 1", tolerable="Medium", levels=(("Low", 365, 12), ("Medium", 365, 6), ("High", 180, 3), ("Critical", 90, 1)),
                          definition=json.dumps(METHOD)),
        risks=(
            RatedRisk(site="NORTH", title="Pumps are stopped", place="Pumping station 1", threat="T0814 Denial of service", consequence="No water for an hour",
                      owner="Nils Berg", above=True, likelihood=4, impact=4, current_likelihood=3, current_impact=4, residual_likelihood=1, residual_impact=4,
                      levels=("Critical", "High", "Medium"), pressed_by="1 open with priority Act", review_on=date(2027, 1, 10)),
            RatedRisk(site="NORTH", title="Drawings are stolen", place="whole site", status="Accepted", likelihood=3, impact=2, current_likelihood=3, current_impact=2,
                      residual_likelihood=3, residual_impact=2, levels=("Medium", "Medium", "Medium"), accepted="by Petra Sand, 2026-03-01, until 2027-03-01"),
        ),
        measures=(Measure(site="NORTH", title="Storm limits on switches", risk="Pumps are stopped", status="Planned", due_on=date(2026, 12, 20), cost="1,200.00", lowers_likelihood=2),),
        assessments=(Assessment(site="NORTH", title="Detailed assessment", system="whole site", participants=("Nils Berg, security", "Petra Sand, director"),
                                methodology="Plant risk matrix, version 1", status="Approved", approved="by Petra Sand", notes=(("ZCR 5", "Two workshops."),)),),
        specification=(Specified(site="NORTH", name="Pumping station 1", target="2 2 2 2 3 2 2", achieved="2 2 2 2 2 2 2", met=59, asked=60,
                                 rows=(("SR 5.1", "Segment networks logically", "Met", "VLANs"), ("SR 5.2 RE 2", "Island mode", "Not met", ""))),),
        decisions=(Decision(id="D-0031", title="Fit a firewall before Z-SIS", by="Petra Sand", due_on=date(2026, 12, 15), note="Stops the line for two hours"),),
    )  # fmt: skip
    return replace(given, **changed)
