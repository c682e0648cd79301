"""The kinds of report: which chapters and annexes each holds, how they are numbered, and what its data leave out."""

from dataclasses import dataclass, replace

from reports.compliance import ComplianceReport
from reports.conclusion import conclusion, of_levels, of_patches, of_risks
from reports.plant import AssetSummary

CHAPTERS = (
    "control",
    "summary",
    "scope",
    "conformity",
    "zones",
    "assets",
    "vulnerabilities",
    "decisions",
    "risks",
    "assessments",
    "specification",
    "patches",
    "deferrals",
    "qualifications",
    "work",
)
RISK = frozenset({"risks", "assessments", "specification"})
PATCHING = frozenset({"patches", "deferrals", "qualifications", "work"})
ANNEXES = ("evidence", "register", "changes", "self_checks", "glossary", "check")
FIELDS: dict[str, tuple[str, ...]] = {
    "summary": ("figures", "trend"), "conformity": ("groups", "trend"), "zones": ("zones", "conduits"), "vulnerabilities": ("vulnerabilities", "sources"),
    "decisions": ("decisions",), "evidence": ("evidence",), "register": ("assets",), "changes": ("changes",), "self_checks": ("self_checks",),
    "glossary": ("glossary",), "risks": ("method", "risks", "measures"), "assessments": ("assessments",), "specification": ("specification",), "patches": ("deployments",), "qualifications": ("qualifications",), "work": ("work",),
}  # fmt: skip


@dataclass(frozen=True)
class ReportKind:
    """A kind of report: its title, the mark of its ids, its parts in order."""

    title: str
    mark: str
    parts: frozenset[str]

    @property
    def numbers(self) -> dict[str, str]:
        """Return the number of each chapter and the letter of each annex that it has."""
        chapters = [name for name in CHAPTERS if name in self.parts]
        annexes = [name for name in ANNEXES if name in self.parts]
        told = {name: str(number) for number, name in enumerate(chapters, start=1)}
        return told | {name: f"Annex {letter}" for letter, name in zip("ABCDEFGH", annexes, strict=False)}

    def only_its_own(self, report: ComplianceReport) -> ComplianceReport:
        """Return the report without the data of parts that it does not have, so that these do not travel in its attachment."""
        left_out = {
            field: None if field == "method" else ()
            for part, fields in FIELDS.items()
            if part not in self.parts
            for field in fields
        }
        summary = report.asset_summary if "assets" in self.parts else AssetSummary()
        return replace(report, asset_summary=summary, **left_out)  # type: ignore[arg-type]

    def sentence(self, report: ComplianceReport) -> str:
        """Return the sentence of the cover."""
        if "conformity" in self.parts:
            return conclusion(report)
        if "patches" in self.parts:
            return of_patches(report.deployments)
        if "specification" in self.parts:
            return of_levels(report.specification)
        if "risks" in self.parts:
            return of_risks(report.risks)
        total, summary = report.asset_summary.total, report.asset_summary
        if not total:
            return "No asset in use is recorded for this site."
        short = [
            f"{item.total - item.filled} without {item.label.lower()}"
            for item in summary.completeness
            if item.filled < item.total
        ]
        return f"{total} asset{'' if total == 1 else 's'} of the site{': ' + ', '.join(short) if short else ', every field filled'}."


KINDS: dict[str, ReportKind] = {
    "compliance": ReportKind("CSMS compliance report", "CR", frozenset({*CHAPTERS, *ANNEXES} - PATCHING - {"assessments", "specification"})),
    "soa": ReportKind("Statement of applicability", "SOA", frozenset({"control", "scope", "conformity", "evidence", "glossary", "check"})),
    "assets": ReportKind("Asset inventory", "AI", frozenset({"control", "scope", "assets", "register", "glossary", "check"})),
    "risk-register": ReportKind("Risk register", "RR", frozenset({"control", "summary", "scope", "risks", "assessments", "glossary", "check"})),
    "zones-conduits": ReportKind("Zones and conduits", "ZC", frozenset({"control", "scope", "zones", "assessments", "specification", "glossary", "check"})),
    "patches": ReportKind("Patch status", "PS", PATCHING | {"control", "summary", "scope", "glossary", "check"}),
}  # fmt: skip
