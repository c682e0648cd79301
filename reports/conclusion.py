"""What the figures of a compliance report come to: counts by verdict, the sentence of the cover, the first gaps."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reports.compliance import ComplianceReport, Requirement, Verdict
from reports.patches import Deployment
from reports.risks import RatedRisk, Specified

GRAVITY = {"major": 0, "minor": 1}


@dataclass(frozen=True)
class Tally:
    """How many requirements stand at each verdict."""

    met: int
    partly: int
    not_met: int
    not_assessed: int
    not_applicable: int

    @property
    def applicable(self) -> int:
        """All that apply."""
        return self.met + self.partly + self.not_met + self.not_assessed


def tally(requirements: Iterable[Requirement]) -> Tally:
    """Count by verdict; what does not apply counts as not applicable whatever its status says."""
    count = Counter(row.status if row.applicable else Verdict.NOT_APPLICABLE for row in requirements)
    return Tally(*(count[verdict] for verdict in Verdict))


def conclusion(report: ComplianceReport) -> str:
    """Return the sentence of the cover: requirements, then major findings, then open vulnerabilities."""
    count = tally(report.requirements)
    if not count.applicable:
        return "No requirement is in the scope of this report, so nothing can be concluded."
    sentences = [_of_requirements(count)]
    majors = {f.id for row in report.requirements for f in row.findings if f.grade.lower() == "major"}
    if majors:
        sentences.append(
            f"{_findings(len(majors))} open: {', '.join(sorted(majors)[:3])}{' and others' if len(majors) > 3 else ''}."
        )
    affected = sum(item.verdict == "AFFECTED" for item in report.vulnerabilities)
    undecided = sum(item.verdict == "REVIEW" for item in report.vulnerabilities)
    if affected or undecided:
        noun = "vulnerability is" if affected == 1 else "vulnerabilities are"
        more = f", {undecided} more to be decided" if undecided else ""
        sentences.append(f"{affected} known {noun} open on assets in scope{more}.")
    return " ".join(sentences)


def of_patches(deployments: tuple[Deployment, ...]) -> str:
    """Return the sentence of the cover of a patch status: how many are not settled, overdue, deferred."""
    count = Counter(row.state for row in deployments)
    late = sum(row.late for row in deployments)
    if not count:
        return "No patch is recorded for the assets of this site."
    settled = count["INSTALLED"] + count["VERIFIED"] + count["NOT_APPLICABLE"]
    total = count.total()
    sentence = f"{settled} of {total} patch deployment{'' if total == 1 else 's'} {'is' if settled == 1 else 'are'} installed or ruled out"
    return f"{sentence}, {late} {'is' if late == 1 else 'are'} overdue, {count['DEFERRED']} deferred."


def top_gaps(requirements: Iterable[Requirement], limit: int = 5) -> tuple[Requirement, ...]:
    """Return the gaps to close first: major findings, then not met, not assessed, partly; far below target first, else as the catalogue has them."""
    order = {Verdict.NOT_MET: 0, Verdict.NOT_ASSESSED: 1, Verdict.PARTLY: 2}

    def weight(row: Requirement) -> tuple[int, int, int]:
        grade = min((GRAVITY.get(finding.grade.lower(), 2) for finding in row.findings), default=3)
        missing = (row.maturity_target or 0) - (row.maturity or 0)
        return (0 if grade == 0 else 1, order[row.status], -missing)

    return tuple(sorted((row for row in requirements if row.applicable and row.status in order), key=weight)[:limit])


def _of_requirements(count: Tally) -> str:
    """Say how many requirements are met, partly met, not met, not assessed; leave out what is nought."""
    if count.met == count.applicable:
        every = (
            f"All {count.applicable} applicable requirements are"
            if count.met > 1
            else "The one applicable requirement is"
        )
        return f"{every} met."
    noun, verb = (
        "requirement" if count.applicable == 1 else "requirements",
        "is" if 1 in {count.met, count.applicable} else "are",
    )
    parts = [f"{count.met} of {count.applicable} applicable {noun} {verb} met"]
    parts += [f"{n} {word}" for n, word in ((count.partly, "partly"), (count.not_met, "not")) if n]
    if count.not_assessed:
        parts.append(f"{count.not_assessed} {'is' if count.not_assessed == 1 else 'are'} not assessed")
    return ", ".join(parts) + "."


def _findings(n: int) -> str:
    """Return "1 major finding is" or its plural."""
    return f"{n} major finding{' is' if n == 1 else 's are'}"


def of_risks(risks: tuple[RatedRisk, ...]) -> str:
    """Return the sentence of the cover of a risk register: how many risks stand above the line, accepted or not."""
    live = [one for one in risks if one.status != "Closed"]
    if not live:
        return "No risk is open at this site."
    above = [one for one in live if one.above]
    accepted = sum(one.status == "Accepted" for one in live)
    return f"{len(live)} risk{'' if len(live) == 1 else 's'} open or accepted, {len(above)} above what is tolerable, {accepted} accepted until a day."


def of_levels(places: tuple[Specified, ...]) -> str:
    """Return the sentence of the cover of zones and conduits: how many hold all that their target asks for, how many nobody assessed."""
    if not places:
        return "No zone or conduit of this site has a target level."
    whole, open_ones = sum(place.met == place.asked for place in places), sum(not place.assessed for place in places)
    sentence = f"{whole} of {len(places)} zones and conduits with a target level hold all that it asks for"
    return f"{sentence}{f', {open_ones} not assessed yet' if open_ones else ''}."
