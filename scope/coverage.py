"""Which assets are in the scope, out with a reason, or undecided, by the seven categories of control systems (S3)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from assets.registers import ASSETS
from assets.registers import REGISTERS as PLANT
from assets.summary import LIVING

NETWORKS = next(register for register in PLANT if register.name == "networks")
CATEGORIES: tuple[tuple[StrOrPromise, tuple[str, ...]], ...] = (
    (_("SCADA"), ("SCADA_SERVER",)), (_("PLCs and field devices"), ("PLC", "CONTROL_HARDWARE", "FIELD_DEVICE", "SAFETY_SYSTEM")),
    (_("Engineering workstations"), ("ENGINEERING_WORKSTATION",)), (_("HMIs"), ("HMI",)),
    (_("Industrial servers and applications"), ("SERVER", "INDUSTRIAL_APPLICATION")), (_("Communication networks"), ("NETWORK_DEVICE", "REMOTE_ACCESS")),
    (_("Not classified"), ("OTHER",)),
)  # fmt: skip
INSIDE = Q(scope_mark__inside=True) | Q(scope_mark=None, zone__suc__isnull=False)
OUTSIDE = Q(scope_mark__inside=False)
UNDECIDED = Q(scope_mark=None) & (Q(zone=None) | Q(zone__suc=None))


@dataclass(frozen=True)
class Line:
    """A category with how many are in, out, undecided, and the list behind."""

    title: str
    inside: int
    outside: int
    undecided: int
    url: str

    @property
    def all(self) -> int:
        """How many there are."""
        return self.inside + self.outside + self.undecided


def assets_of(user: Any, site: Any) -> QuerySet[Any]:
    """Return the assets that the scope has to speak of: all that are not retired."""
    found: QuerySet[Any] = ASSETS.queryset(user).filter(site=site).exclude(lifecycle="RETIRED")
    return found


def lines(user: Any, site: Any) -> list[Line]:
    """Return the categories of a site, control networks first; in two queries."""
    n = (
        NETWORKS.queryset(user)
        .filter(site=site)
        .aggregate(inside=Count("pk", filter=Q(zone__suc__isnull=False)), all=Count("pk"))
    )
    networks = Line(
        gettext("Control networks"), n["inside"], 0, n["all"] - n["inside"], f"/assets/networks/?site={site.pk}"
    )
    rows = assets_of(user, site).order_by().values("kind").annotate(
        inside=Count("pk", filter=INSIDE), outside=Count("pk", filter=OUTSIDE), undecided=Count("pk", filter=UNDECIDED)
    )  # fmt: skip
    by_kind = {row["kind"]: row for row in rows}
    told = [networks]
    for title, kinds in CATEGORIES:
        found = [by_kind[kind] for kind in kinds if kind in by_kind]
        listed = "".join(f"&kind={kind}" for kind in kinds)
        inside, outside, open_ones = (sum(row[name] for row in found) for name in ("inside", "outside", "undecided"))
        told.append(Line(str(title), inside, outside, open_ones, f"/assets/assets/?site={site.pk}{listed}{LIVING}"))
    return told


def undecided(user: Any, site: Any) -> QuerySet[Any]:
    """Return the assets that nobody decided on, the work list."""
    return assets_of(user, site).filter(UNDECIDED).order_by("kind", "name")
