"""What a CSMS compliance report holds: plain frozen values, filled by a builder and drawn by `reports.pdf`.

Every list is a tuple in the order in which it is printed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from reports.control import Control, Decision, grouped
from reports.patches import Deployment, Qualification, Work
from reports.plant import Asset, AssetSummary, Conduit, Source, Vulnerability, Zone
from reports.risks import Assessment, Measure, RatedRisk, RiskMethod, Specified


class Verdict(StrEnum):
    """The judgement on one requirement."""

    MET = "MET"
    PARTLY = "PARTLY"
    NOT_MET = "NOT_MET"
    NOT_ASSESSED = "NOT_ASSESSED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number with what it was counted from: `value` as printed, then n of how many."""

    label: str
    value: str
    numerator: int | None = None
    denominator: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class System:
    """A system under consideration."""

    name: str
    site: str
    boundary: str = ""
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class ScopedZone:
    """A zone that is in or out of the scope, and why."""

    site: str
    name: str
    included: bool
    level: float | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What was looked at, what was not, and by which method."""

    statement: str = ""
    decision: Decision | None = None
    systems: tuple[System, ...] = ()
    zones: tuple[ScopedZone, ...] = ()
    assumptions: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    method: str = ""
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EvidenceItem:
    """A piece of evidence; `sha256` is the file's digest, hexadecimal, or empty where there is no file."""

    id: str
    title: str
    on: date | None = None
    sha256: str = ""
    file: str = ""
    revision: str = ""
    owner: str = ""
    valid_until: date | None = None
    url: str = ""

    @property
    def short_hash(self) -> str:
        """The first eight characters in two groups."""
        return grouped(self.sha256[:8])

    @property
    def long_hash(self) -> str:
        """The whole digest in groups of eight."""
        return grouped(self.sha256, 8)

    @property
    def link(self) -> str:
        """The address as printed; empty unless it is http or https."""
        return self.url if self.url.lower().startswith(("https://", "http://")) else ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A finding by number and grade (major, minor, observation)."""

    id: str
    grade: str
    title: str = ""
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What the portal counted for a requirement, with the sentence that says of what."""

    value: float
    target: float | None
    numerator: int
    denominator: int
    sentence: str
    unit: str = ""  # of value and target, such as " %"


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One row of the statement of applicability; title in the portal's own words."""

    code: str
    title: str
    applicable: bool
    status: Verdict
    justification: str = ""
    drivers: tuple[str, ...] = ()  # risk, law, contract, policy
    maturity: int | None = None
    maturity_target: int | None = None
    computed: Computed | None = None
    judged_by: str = ""
    judged_at: datetime | None = None
    implementation: str = ""
    evidence: tuple[EvidenceItem, ...] = ()
    owner: str = ""
    findings: tuple[Finding, ...] = ()
    site: str = ""  # where the judgement is of one site only


@dataclass(frozen=True, kw_only=True)
class Group:
    """The requirements of one security program element."""

    code: str  # such as "SPE 3"
    title: str
    requirements: tuple[Requirement, ...]

    @property
    def heading(self) -> str:
        """Code and title; the code once where the title begins with it."""
        return self.title if self.title.startswith(self.code) else f"{self.code} {self.title}"


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """One change to what the report is about."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word and its meaning."""

    term: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class TrendPoint:
    """A month's shares in percent: judged met of what applies, computed met of what is measured; None is unknown."""

    month: date
    judged: int | None = None
    computed: int | None = None


@dataclass(frozen=True, kw_only=True)
class SelfCheck:
    """A rule of consistency and how many records break it."""

    severity: str
    sentence: str
    found: int
    remedy: str


@dataclass(frozen=True, kw_only=True)
class ComplianceReport:
    """The whole report; `figures` holds at most eight."""

    control: Control
    scope: Scope = field(default_factory=Scope)
    figures: tuple[Figure, ...] = ()
    groups: tuple[Group, ...] = ()
    zones: tuple[Zone, ...] = ()
    conduits: tuple[Conduit, ...] = ()
    asset_summary: AssetSummary = field(default_factory=AssetSummary)
    assets: tuple[Asset, ...] = ()
    vulnerabilities: tuple[Vulnerability, ...] = ()
    sources: tuple[Source, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    glossary: tuple[Term, ...] = ()
    changes: tuple[LogEntry, ...] = ()
    decisions: tuple[Decision, ...] = ()  # still open
    trend: tuple[TrendPoint, ...] = ()
    self_checks: tuple[SelfCheck, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    work: tuple[Work, ...] = ()  # windows ahead and what is planned in them
    method: RiskMethod | None = None
    risks: tuple[RatedRisk, ...] = ()
    measures: tuple[Measure, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    specification: tuple[Specified, ...] = ()

    def __post_init__(self) -> None:
        """Refuse more figures than one page tells apart."""
        if len(self.figures) > 8:
            raise ValueError(f"A summary shows at most 8 figures, not {len(self.figures)}.")

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All requirements of all groups."""
        return tuple(row for group in self.groups for row in group.requirements)
