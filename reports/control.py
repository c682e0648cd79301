"""What every report says about itself: which, of when, by whom, approved by whom, and how to check it.

Every moment is aware.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class State(StrEnum):
    """How far the report itself is."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"


def grouped(digest: str, size: int = 4) -> str:
    """Return a digest in groups of characters, as people compare it."""
    return " ".join(digest[start : start + size] for start in range(0, len(digest), size))


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site that the report covers."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody by name and role; the name empty where nobody is named."""

    name: str
    role: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name


@dataclass(frozen=True, kw_only=True)
class Approval:
    """One signature asked for; `at` is None until it is given."""

    person: Person
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One line of the report's record of changes."""

    version: str
    on: date
    by: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision of the register, taken (`at` set) or still asked for."""

    id: str
    title: str
    by: str = ""  # who took it, or who must
    at: datetime | None = None
    due_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Document control: what the report is, of when, by whom, and how to check it."""

    report_id: str
    version: str
    status: State
    organisation: str
    sites: tuple[Site, ...]
    standard: str  # with edition, such as "IEC 62443-2-1:2024"
    as_of: datetime
    time_zone: str  # of the site, such as "Europe/Berlin"
    generated_at: datetime
    classification: str
    prepared_by: Person
    software_version: str
    snapshot_id: str
    snapshot_seal: str  # SHA-256 of the history's last seal at `as_of`, hexadecimal
    verify_url: str
    title: str = "CSMS compliance report"
    kind: str = "compliance"
    language: str = "en"
    period_from: date | None = None
    period_to: date | None = None
    prepared_for: str = ""
    filter: str = ""  # in words; empty when nothing was left out
    distribution: tuple[str, ...] = ()
    changes: tuple[Edition, ...] = ()
    approvals: tuple[Approval, ...] = ()

    def local(self, moment: datetime) -> str:
        """Return a moment in site time with the zone's abbreviation."""
        return moment.astimezone(ZoneInfo(self.time_zone)).strftime("%Y-%m-%d %H:%M %Z")

    @property
    def day(self) -> date:
        """The day of the state, in site time."""
        return self.as_of.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def site_codes(self) -> str:
        """The sites in one line."""
        return ", ".join(site.code for site in self.sites)

    @property
    def is_draft(self) -> bool:
        """Whether the pages carry the draft mark."""
        return self.status is State.DRAFT
