"""Patch status as a report prints it: deployments by state, what vendors qualified, and the work that is planned."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A patch on an asset; `window` and `starts_at` are set while it is scheduled."""

    site: str
    asset: str
    zone: str
    patch: str
    vendor: str
    state: str  # such as SCHEDULED
    due_on: date | None = None
    late: bool = False
    window: str = ""
    starts_at: datetime | None = None
    installed_at: datetime | None = None
    countermeasure: str = ""
    deferred_until: date | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Qualification:
    """What the vendor of a control system says of a patch under its product."""

    patch: str
    vendor: str
    product: str
    verdict: str
    stated_on: date
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One occurrence of a maintenance window with what is scheduled in it; minutes are work planned and room for it."""

    window: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    deployments: int
    minutes: int
    room: int
