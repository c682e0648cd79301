"""The plant as a report prints it: zones, conduits, assets, open vulnerabilities and where advisories come from."""

from dataclasses import dataclass
from datetime import date, datetime

Levels = tuple[int, int, int, int, int, int, int]  # FR 1 to FR 7, each 0 to 4


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A zone with its target and achieved levels; `sl_a` None where nobody assessed it.

    `sl_c`: the lowest certified level of its components, of which `certified` of `components` are certified; `compensating`: the
    system requirements that an approved countermeasure makes up for; `broken` and `why` as for a conduit.
    """

    id: str
    site: str
    name: str
    level: float | None = None
    safety: bool = False
    external: bool = False
    assets: int = 0
    purpose: str = ""
    owner: str = ""
    sl_t: Levels | None = None
    sl_a: Levels | None = None
    sl_c: Levels | None = None
    certified: int = 0
    components: int = 0
    compensating: str = ""
    broken: str = ""
    why: str = ""
    place: tuple[int, int] | None = None  # line within its band and column, where somebody put it in the drawing


@dataclass(frozen=True, kw_only=True)
class Conduit:
    """A conduit between two zones, named by their ids; `broken` names the segmentation rules it breaks, `why` says how."""

    id: str
    site: str
    name: str
    zone_a: str
    zone_b: str
    protocols: tuple[str, ...] = ()
    boundary_device: str = ""
    sl_t: Levels | None = None
    sl_a: Levels | None = None
    review_on: date | None = None
    broken: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many of a kind."""

    label: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """For how many assets a field is filled."""

    label: str
    filled: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One row of the asset register, in the columns of the import."""

    site: str
    name: str
    zone: str = ""
    kind: str = ""
    vendor: str = ""
    product: str = ""
    model_number: str = ""
    serial_number: str = ""
    version: str = ""
    ip_address: str = ""
    mac_address: str = ""
    location: str = ""
    owner: str = ""
    criticality: str = ""
    lifecycle: str = ""


@dataclass(frozen=True, kw_only=True)
class AssetSummary:
    """The asset register in figures."""

    total: int = 0
    retired: int = 0  # these are counted nowhere else
    by_kind: tuple[Count, ...] = ()
    by_level: tuple[Count, ...] = ()
    by_criticality: tuple[Count, ...] = ()
    completeness: tuple[Completeness, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Vulnerability:
    """An advisory that applies, or may apply, to an asset."""

    verdict: str  # AFFECTED, REVIEW
    advisory: str
    asset: str
    title: str = ""
    cves: tuple[str, ...] = ()
    zone: str = ""
    site: str = ""
    priority: str = ""
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """An advisory source and how it stood."""

    name: str
    state: str
    polled_at: datetime | None = None
    advisories: int = 0
    note: str = ""
