"""What apps tell of themselves to the pages on top: figures, what waits for a person, and rules that are broken."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from registers.history.past import day_at

if TYPE_CHECKING:
    from registers.register import Register


@dataclass(frozen=True)
class Figure:
    """A number with what it is a number of, how it is computed, and the list behind it."""

    key: str
    label: str
    value: int
    url: str
    formula: str
    of: int | None = None
    target: int | None = None

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent, or None where there is nothing to share."""
        return None if not self.of else self.value * 100 // self.of


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person."""

    title: str
    detail: str
    url: str
    due_on: date | None
    kind: str
    site: Any = None
    snoozed_until: date | None = None

    @property
    def on(self) -> date:
        """Return the day that counts for it, by the clock of its site."""
        return day_at(self.site)

    @property
    def key(self) -> str:
        """Return what names it, the same as long as it waits: 32 hexadecimal digits."""
        return hashlib.sha256(f"{self.kind} {self.url}".encode()).hexdigest()[:32]


def told(found: QuerySet[Any], *fields: str) -> QuerySet[Any]:
    """Read of records of sites only the fields that are told of them: to plan each column of each join takes longer than the query."""
    fields = (*fields, "site__code", "site__time_zone")
    joined = {field.rpartition("__")[0] for field in fields if "__" in field}
    return found.select_related(None).select_related(*joined).only(*fields)


@dataclass(frozen=True)
class Check:
    """A live figure that speaks to requirements: so many of so many, the target in percent, the list behind it."""

    key: str
    codes: tuple[str, ...]
    sentence: str
    numerator: int
    denominator: int
    target: int
    url: str
    rest: str

    @property
    def value(self) -> float | None:
        """Return the share in percent with one decimal; None where there is nothing to count."""
        return round(self.numerator * 100 / self.denominator, 1) if self.denominator else None

    @property
    def met(self) -> bool:
        """Whether the target is reached; nothing to count reaches nothing."""
        return self.value is not None and self.value >= self.target


@dataclass(frozen=True)
class SelfCheck:
    """A rule of consistency: which records of a register break it, how bad that is, and what to do.

    `wrong` says on which records the rule is broken on a day; the register's list shows them under `?check=KEY`.
    """

    key: str
    severity: str
    sentence: str
    remedy: str
    register: "Register"
    wrong: Callable[[date], Q]

    def narrowed(self, records: QuerySet[Any], on: date) -> QuerySet[Any]:
        """Return those of the records that break the rule."""
        return records.filter(self.wrong(on))

    @property
    def of_sites(self) -> bool:
        """Whether the records are the sites themselves."""
        return self.register.name == "sites"

    def broken(self, user: Any, on: date, site: Any = None) -> QuerySet[Any]:
        """Return the records that break the rule, of those that this person sees, at one site or at all."""
        records = self.narrowed(self.register.queryset(user), on)
        if site is None:
            return records
        return records.filter(pk=site.pk) if self.of_sites else records.filter(site=site)

    def speaks_of(self, site: Any) -> bool:
        """Tell whether it can be asked at one site."""
        return site is None or self.of_sites or hasattr(self.register.model, "site_id")

    def url(self, site: Any = None) -> str:
        """Return the list of the records that break the rule."""
        return f"/{self.register.app}/{self.register.name}/?check={self.key}{self._at(site)}"

    def rest(self, site: Any = None) -> str:
        """Return the same list over REST."""
        return f"/api/v1/{self.register.name}/?check={self.key}{self._at(site)}"

    def _at(self, site: Any) -> str:
        if site is None:
            return ""
        return f"&code={site.code}" if self.of_sites else f"&site={site.pk}"
