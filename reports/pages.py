"""What the templates of a compliance report print: the report's values put into rows, bars, drawings and capped lists."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.utils.safestring import mark_safe

from assets.drawing import DrawnConduit, DrawnZone, draw, worst
from network.rules.segmentation import RULES
from registers.charts import trend
from reports.charts import bar, qr
from reports.compliance import ComplianceReport, Requirement
from reports.conclusion import tally, top_gaps
from reports.control import Control, grouped
from reports.kinds import KINDS
from reports.look import style_of_charts, style_of_drawing, style_of_heat_map
from reports.plant import Conduit, Count, Levels, Zone
from risk.heatmap import STATES as STATES_OF_RISK
from risk.heatmap import heat_map
from risk.rules.methodology import read

ROW_CAP = 500
LARGE_DRAWING = 12  # zones beyond which the drawing takes an A3 page
TALL, CELL = (
    24,
    30,
)  # lines beyond which a row of the conformity table may go on on the next page; letters in a line of a cell
WORDS = {
    "MET": "Met",
    "PARTLY": "Partly",
    "NOT_MET": "Not met",
    "NOT_ASSESSED": "Not assessed",
    "NOT_APPLICABLE": "Not applicable",
}
VERDICTS = {"AFFECTED": "Affected", "REVIEW": "To be decided", "FIXED": "Fixed", "NOT_AFFECTED": "Not affected"}

STATES = {
    "AVAILABLE": "Available", "IN_TEST": "In test", "TESTED": "Tested", "APPROVED": "Approved", "SCHEDULED": "Scheduled",
    "DEFERRED": "Deferred", "ROLLED_BACK": "Rolled back", "INSTALLED": "Installed", "VERIFIED": "Verified", "NOT_APPLICABLE": "Not applicable",
}  # fmt: skip


@dataclass(frozen=True)
class Capped:
    """The rows of a register that are printed, out of how many, and the attachment that holds all."""

    rows: tuple[Any, ...]
    total: int
    attachment: str

    @property
    def cut(self) -> bool:
        """Whether rows were left out of print."""
        return len(self.rows) < self.total


@dataclass(frozen=True)
class Reach:
    """One foundational requirement of a zone or conduit: target, achieved, and whether a level is missing."""

    target: int | None
    achieved: int | None

    @property
    def missing(self) -> bool:
        """Whether the target is above what is achieved."""
        return self.target is not None and self.achieved is not None and self.achieved < self.target

    def __str__(self) -> str:
        return f"{_level(self.target)} / {_level(self.achieved)}"


def context(report: ComplianceReport, *, digest: str, data_name: str, register_name: str) -> dict[str, Any]:
    """Return all that `reports/compliance.html` prints."""
    count, kind = tally(report.requirements), KINDS[report.control.kind]
    return {
        "report": report,
        **_control(report.control),
        "digest": digest,
        "digest_lines": (grouped(digest[:32]), grouped(digest[32:])),
        "digest_short": f"{grouped(digest[:8])} … {digest[-4:]}",
        "n": kind.numbers,
        "many": len(report.control.sites) > 1,
        "owned": any(row.owner or row.findings for row in report.requirements),
        "kept": any(item.owner for item in report.evidence),
        "conclusion": kind.sentence(report),
        "tally": count,
        "bar": bar(count),
        "trend": trend(
            [(f"{one.month:%Y-%m}", one.judged, one.computed) for one in report.trend], style=style_of_charts()
        ),
        "gaps": [_requirement(row) for row in top_gaps(report.requirements)],
        "groups": [
            (group, tally(group.requirements), [_requirement(r) for r in group.requirements]) for group in report.groups
        ],
        "rules": RULES,
        "sites": [_site(report, code) for code in _codes(report)],
        "levels": sorted({zone.level for zone in report.scope.zones if zone.level is not None}, reverse=True),
        "lists": _lists(report),
        "unsaid": [heading.lower() for heading, lines in _lists(report) if not lines],
        "counts": _counts(report),
        "vulnerabilities": capped([(v, VERDICTS.get(v.verdict, v.verdict)) for v in report.vulnerabilities], data_name),
        "assets": capped(report.assets, register_name),
        "deployments": capped([(one, STATES[one.state]) for one in report.deployments], data_name),
        "patch_states": _by_state(report),
        "deferrals": capped([one for one in report.deployments if one.state == "DEFERRED"], data_name),
        "qualifications": capped(report.qualifications, data_name),
        "work": capped(report.work, data_name),
        "heat_maps": _heat_maps(report),
        "risks": capped(report.risks, data_name),
        "measures": capped(report.measures, data_name),
        "evidence": capped(report.evidence, data_name),
        "changes": capped(report.changes, data_name),
        "data_name": data_name,
        "register_name": register_name,
    }


def _heat_maps(report: ComplianceReport) -> list[tuple[str, str]]:
    """Return the matrix of the risks that are not closed, at their three points."""
    if report.method is None:
        return []
    rules = read(json.loads(report.method.definition))
    live = [one for one in report.risks if one.status != "Closed"]
    return [
        (title, heat_map(live, rules, state=state, style=style_of_heat_map()))
        for state, (title, *_fields) in STATES_OF_RISK.items()
    ]


def _control(control: Control) -> dict[str, Any]:
    """Return what cover and document control print."""
    return {
        "control": control,
        "created": control.generated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "as_of": control.local(control.as_of),
        "generated": control.local(control.generated_at),
        "approvals": [(a, control.local(a.at) if a.at else "") for a in control.approvals],
        "seal": grouped(control.snapshot_seal, 8),
        "qr": qr(control.verify_url),
    }


def _lists(report: ComplianceReport) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the lists of the scope with their headings."""
    scope = report.scope
    return (
        ("Assumptions", scope.assumptions),
        ("Dependencies", scope.dependencies),
        ("Exclusions", scope.exclusions),
        ("Limits", scope.limits),
    )


def _counts(report: ComplianceReport) -> tuple[tuple[str, tuple[Count, ...]], ...]:
    """Return the counts of assets with their headings."""
    summary = report.asset_summary
    return (
        ("Assets by kind", summary.by_kind),
        ("Assets by Purdue level", summary.by_level),
        ("Assets by criticality", summary.by_criticality),
    )


def _by_state(report: ComplianceReport) -> list[tuple[str, int, int]]:
    """Return each state of patches that occurs, in words, with how many there are and how many of them are overdue."""
    found = Counter(one.state for one in report.deployments)
    late = Counter(one.state for one in report.deployments if one.late)
    return [(word, found[state], late[state]) for state, word in STATES.items() if found[state]]


def capped(rows: Iterable[Any], attachment: str) -> Capped:
    """Return the first rows of a register; the template then names the attachment that holds all."""
    everything = tuple(rows)
    return Capped(everything[:ROW_CAP], len(everything), attachment)


def _codes(report: ComplianceReport) -> list[str]:
    """Return the sites that have zones or conduits, in the order of the cover, then by code."""
    named = [site.code for site in report.control.sites]
    found = {zone.site for zone in report.zones} | {conduit.site for conduit in report.conduits}
    return [code for code in named if code in found] + sorted(found - set(named))


def _site(report: ComplianceReport, code: str) -> dict[str, Any]:
    """Return the drawing and the tables of one site."""
    zones = [zone for zone in report.zones if zone.site == code]
    conduits = [conduit for conduit in report.conduits if conduit.site == code]
    names = {zone.id: zone.name for zone in zones}
    drawing = draw(
        [_drawn_zone(zone) for zone in zones],
        [_drawn_conduit(conduit) for conduit in conduits],
        title=f"Zones and conduits of {code}",
        style=style_of_drawing(),
        pinned={zone.id: zone.place for zone in zones if zone.place},
    )
    return {
        "code": code,
        "large": len(zones) > LARGE_DRAWING,
        "drawing": mark_safe(drawing),  # noqa: S308 - every text in it is escaped by `draw`
        "zones": [(zone, _reaches(zone.sl_t, zone.sl_a)) for zone in zones],
        "conduits": [
            (c, names.get(c.zone_a, c.zone_a), names.get(c.zone_b, c.zone_b), _reaches(c.sl_t, c.sl_a))
            for c in conduits
        ],
    }


def _drawn_zone(zone: Zone) -> DrawnZone:
    """Return a zone as the drawing takes it: the highest target, and what is achieved there at least."""
    target, achieved = worst(zone.sl_t, zone.sl_a)
    return DrawnZone(
        id=zone.id, name=zone.name, level=zone.level, assets=zone.assets, safety=zone.safety, external=zone.external,
        target=target, achieved=achieved,
    )  # fmt: skip


def _drawn_conduit(conduit: Conduit) -> DrawnConduit:
    """Return a conduit as the drawing takes it."""
    return DrawnConduit(
        id=conduit.id, name=conduit.name, zone_a=conduit.zone_a, zone_b=conduit.zone_b,
        protocols=conduit.protocols, boundary_device=conduit.boundary_device, broken=conduit.broken,
    )  # fmt: skip


def _reaches(target: Levels | None, achieved: Levels | None) -> list[Reach]:
    """Return target and achieved level for FR 1 to FR 7."""
    return [Reach(target[n] if target else None, achieved[n] if achieved else None) for n in range(7)]


def _requirement(row: Requirement) -> dict[str, Any]:
    """Return a row of the conformity table with its verdict in words and as a class."""
    status = row.status if row.applicable else "NOT_APPLICABLE"
    kind = status.lower().replace("_", "-")
    return {"row": row, "word": WORDS[status], "kind": kind, "maturity": _maturity(row), "tall": _lines(row) > TALL}


def _lines(row: Requirement) -> int:
    """Return about how many lines a row of the conformity table takes; each piece of evidence has a line of its own for date and hash."""
    told = (row.justification, row.implementation)
    return max(*(len(text) // CELL for text in told), sum(2 + len(item.title) // CELL for item in row.evidence))


def _maturity(row: Requirement) -> str:
    """Return "2 / 3": maturity now and its target."""
    return f"{_level(row.maturity)} / {_level(row.maturity_target)}"


def _level(level: int | None) -> str:
    """Return a level, or a dash where there is none."""
    return "–" if level is None else str(level)
