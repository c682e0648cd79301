"""What the plant model tells conformity: inventory, criticality, backups, zones, conduits, flows.

Codes are those of IEC 62443-2-1:2024; other catalogues are reached by the crosswalk.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from accounts.permissions import sites_seen
from accounts.robots import onlooker
from assets import floor
from assets.device_registers import BASELINE_ANSWERS, MEDIA, unchecked
from assets.discovery_registers import DEVICES, SCANS
from assets.floor_registers import SIGHTINGS, WALKDOWNS
from assets.models import Asset, Sighting, Zone
from assets.registers import ASSETS, BACKUPS, CONDUITS, FLOWS, ZONES
from registers.figures import Check, SelfCheck, Waiting, told
from registers.history.deeds import taken
from registers.history.kept import by_site

MUST_HAVE = ("vendor", "product", "version", "location", "owner")
YEAR = timedelta(days=365)
LIVING = "&lifecycle=PLANNED&lifecycle=IN_USE&lifecycle=SPARE"
RUNNING = "&lifecycle=IN_USE&lifecycle=SPARE"
VITAL = "&criticality=HIGH&criticality=SAFETY"


def complete() -> Q:
    """Return: all must-have fields are filled, kind and zone are known (A1)."""
    found = Q(zone__isnull=False) & ~Q(kind="OTHER")
    for name in MUST_HAVE:
        found &= ~Q(**{name: ""})
    return found


def stock(user: Any, on: date, site: Any = None) -> dict[int, list[dict[str, Any]]]:
    """Return by site how its inventory stands, a row for each Purdue level; counted again when an asset or a zone there was changed."""

    def count(sites: list[int]) -> dict[int, list[dict[str, Any]]]:
        stale = Q(verified_on=None) | Q(verified_on__lt=on - YEAR)
        found = ASSETS.queryset(onlooker()).filter(site__in=sites).exclude(lifecycle="RETIRED").order_by()
        rows: Any = found.values("site", "zone__level").annotate(
            all=Count("pk"), complete=Count("pk", filter=complete()), unclassified=Count("pk", filter=Q(criticality="")),
            homeless=Count("pk", filter=Q(zone=None)), stale=Count("pk", filter=stale), unsupported=Count("pk", filter=Q(supported_until__lt=on)),
        )  # fmt: skip
        told: dict[int, list[dict[str, Any]]] = {one: [] for one in sites}
        for row in rows:
            told[row.pop("site")].append(row)
        return told

    return by_site(f"stock-{on}", (Asset, Zone), sites_seen(user, "assets", site), count)


def counts(user: Any, on: date, site: Any = None) -> dict[int, dict[str, int]]:
    """Return by site what the course of the overview keeps of the plant: assets, and those that are complete."""
    return {
        place: {"assets": sum(row["all"] for row in rows), "complete": sum(row["complete"] for row in rows)}
        for place, rows in stock(user, on, site).items()
    }


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the scans with devices to decide, and the assets that a scan missed and nobody has looked at since, at most 50 of each."""
    mine = DEVICES.queryset(user, "accept")
    scans = (
        SCANS.queryset(user)
        .annotate(n=Count("devices", filter=Q(devices__in=mine.filter(status="OPEN"))))
        .filter(n__gt=0)
    )
    since = Q(asset__verified_on=None) | Q(asset__verified_on__lt=F("scan__seen_on"))
    floor = mine.filter(since, status="TO_VERIFY", asset__isnull=False).exclude(asset__lifecycle="RETIRED")
    return [
        Waiting(gettext("Settle {scan}").format(scan=scan), ngettext("{site} · {n} device to decide", "{site} · {n} devices to decide", scan.n).format(site=scan.site.code, n=scan.n), scan.get_absolute_url(), None, "scan", scan.site)
        for scan in told(scans, "name").order_by("seen_on", "pk")[:50]
    ] + [
        Waiting(gettext("Verify {asset} on the floor").format(asset=one.asset), gettext("{site} · {verdict} in {scan}").format(site=one.site.code, verdict=one.get_verdict_display(), scan=one.scan), one.asset.get_absolute_url(), None, "visit", one.site)
        for one in told(floor, "verdict", "asset__name", "scan__name").order_by("scan__seen_on", "pk")[:50]
    ]  # fmt: skip


def done(user: Any, since: datetime) -> list[Waiting]:
    """Return the walk-downs that this person walked or closed since then, and what they settled of what was seen."""
    closed = taken(WALKDOWNS, (floor.close,), by=user, since=since, kind="walk-down")
    walked = taken(WALKDOWNS, (floor.see,), by=user, since=since, kind="walk-down", within=Sighting, key="walkdown")
    known = {one.key for one in closed}
    settled = taken(SIGHTINGS, (floor.take_over, floor.enlist, floor.leave), by=user, since=since, kind="sighting")
    return [*closed, *(one for one in walked if one.key not in known), *settled]


def _counted(user: Any, site: Any, on: date) -> list[dict[str, int]]:
    """Return what nine queries count of assets, zones, conduits, flows, media and baseline answers."""
    backed = BACKUPS.queryset(user).filter(asset=OuterRef("pk"), taken_on__gte=on - timedelta(days=90))
    tested = BACKUPS.queryset(user).filter(asset=OuterRef("pk"), restore_tested_on__gte=on - YEAR)
    vital = Q(criticality__in=["HIGH", "SAFETY"])
    found = ASSETS.queryset(user).filter(site=site).exclude(lifecycle__in=["RETIRED", "PLANNED"])
    a = found.aggregate(
        all=Count("pk"), complete=Count("pk", filter=complete()), zoned=Count("pk", filter=Q(zone__isnull=False)),
        rated=Count("pk", filter=~Q(criticality="")), seen=Count("pk", filter=Q(verified_on__gte=on - YEAR)),
        supported=Count("pk", filter=Q(supported_until__gte=on)), dated=Count("pk", filter=Q(supported_until__isnull=False)),
        vital=Count("pk", filter=vital), safety=Count("pk", filter=Q(kind="SAFETY_SYSTEM")),
        apart=Count("pk", filter=Q(kind="SAFETY_SYSTEM", zone__safety=True)),
    )  # fmt: skip
    a |= {"backed": found.filter(vital, Exists(backed)).count(), "tested": found.filter(vital, Exists(tested)).count()}
    z = (
        ZONES.queryset(user)
        .filter(site=site, external=False)
        .aggregate(all=Count("pk"), targeted=Count("pk", filter=Q(sl_t__isnull=False)))
    )
    ways = CONDUITS.queryset(user).filter(site=site)
    c = ways.aggregate(all=Count("pk"), guarded=Count("pk", filter=Q(boundary_device__isnull=False)))
    c["declared"] = ways.filter(Exists(FLOWS.queryset(user).filter(conduit=OuterRef("pk")))).count()
    f = FLOWS.queryset(user).filter(site=site).aggregate(
        all=Count("pk"), current=Count("pk", filter=Q(review_on__gte=on)), known=Count("pk", filter=Q(authenticated=True))
    )  # fmt: skip
    m = (
        MEDIA.queryset(user)
        .filter(site=site, status__in=["IN_STORE", "ISSUED"])
        .aggregate(all=Count("pk"), good=Count("pk", filter=~unchecked(on)))
    )
    b = (
        BASELINE_ANSWERS.queryset(user)
        .filter(site=site, answer__in=["MET", "DEVIATES"])
        .aggregate(all=Count("pk"), met=Count("pk", filter=Q(answer="MET")))
    )
    return [a, z, c, f, m, b]


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return the figures of the plant model at a site; each names the list of what was counted."""
    at = f"?site={site.pk}"
    a, z, c, f, m, b = _counted(user, site, on)

    def check(
        key: str, codes: tuple[str, ...], sentence: str, counts: tuple[int, int], target: int, more: str = "", kind: str = "assets"
    ) -> Check:  # fmt: skip
        counted = f"{at}{RUNNING if kind == 'assets' else ''}{more}"
        return Check(key, codes, sentence, *counts, target, f"/assets/{kind}/{counted}", f"/api/v1/{kind}/{counted}")

    return [
        check("inventory complete", ("CM 1.1",), gettext("assets with all must-have fields"), (a["complete"], a["all"]), 95),
        check("inventory verified", ("CM 1.1", "CM 1.3"), gettext("assets verified within 12 months"), (a["seen"], a["all"]), 90),
        check("criticality assessed", ("ORG 2.1",), gettext("assets whose criticality is assessed"), (a["rated"], a["all"]), 100),
        check("assets in zones", ("NET 1.1", "NET 1.2"), gettext("assets that are in a zone"), (a["zoned"], a["all"]), 100),
        check("support known", ("COMP 3.3", "COMP 3.5"), gettext("assets in vendor support, of those with a known end"), (a["supported"], a["dated"]), 90, "&supported_until__isnull=false"),
        check("backups taken", ("AVAIL 2.1",), gettext("vital assets with a backup of the last 90 days"), (a["backed"], a["vital"]), 95, VITAL),
        check("restore tested", ("AVAIL 2.3", "AVAIL 2.5"), gettext("vital assets whose restore was tested in 12 months"), (a["tested"], a["vital"]), 80, VITAL),
        check("safety systems apart", ("NET 1.3",), gettext("safety systems that stand in a safety zone"), (a["apart"], a["safety"]), 100, "&kind=SAFETY_SYSTEM"),
        check("zones with target", ("NET 1.2", "ORG 2.1"), gettext("zones that have a target level"), (z["targeted"], z["all"]), 100, "&external=false", "zones"),
        check("conduits guarded", ("NET 1.1", "NET 1.6"), gettext("conduits with a boundary device"), (c["guarded"], c["all"]), 100, kind="conduits"),
        check("conduits declared", ("CM 1.2", "NET 1.2"), gettext("conduits whose flows are declared"), (c["declared"], c["all"]), 100, kind="conduits"),
        check("flows reviewed", ("NET 1.7",), gettext("flows whose review is not overdue"), (f["current"], f["all"]), 95, kind="flows"),
        check("media checked", ("COMP 1.2",), gettext("removable media in use with a clean check of 30 days"), (m["good"], m["all"]), 100, "&status=IN_STORE&status=ISSUED", "removable-media"),
        check("baseline items met", ("COMP 1.1",), gettext("checked settings of hardening baselines that are met"), (b["met"], b["all"]), 95, "&answer=MET&answer=DEVIATES", "baseline-answers"),
        check("flows authenticated", ("NET 1.6",), gettext("flows between zones that authenticate who speaks"), (f["known"], f["all"]), 80, kind="flows"),
    ]  # fmt: skip


KEPT = ~Q(lifecycle="RETIRED")
SELF_CHECKS = (
    SelfCheck("retired-not-sanitised", "MEDIUM", _("Retired assets without a sanitisation record"), _("Record how the data was removed."),
              ASSETS, lambda on: Q(lifecycle="RETIRED", sanitisations=None)),
    SelfCheck("medium-not-checked", "MEDIUM", _("Removable media without a clean malware check of the last 30 days"), _("Check the medium before it is handed out."),
              MEDIA, unchecked),
    SelfCheck("medium-not-returned", "LOW", _("Removable media that are not back in time"), _("Take it back, or report it lost."),
              MEDIA, lambda on: Q(status="ISSUED", return_by__lt=on)),
    SelfCheck("deviation-late", "MEDIUM", _("Deviations from a baseline whose day has passed"), _("Mend the setting, or give it another day."),
              BASELINE_ANSWERS, lambda on: Q(answer="DEVIATES", due_on__lt=on)),
    SelfCheck("sighting-open", "MEDIUM", _("Findings of closed walk-downs that are not settled"), _("Take over what was seen, or leave it with a reason."),
              SIGHTINGS, lambda on: Q(status="OPEN", walkdown__status="CLOSED")),
    SelfCheck("asset-without-zone", "HIGH", _("Assets in no zone"), _("Put each asset into the zone in which it stands, or retire it."),
              ASSETS, lambda on: KEPT & Q(zone=None)),
    SelfCheck("zone-without-target", "HIGH", _("Zones without a target level"), _("Set the SL-T of each zone of the site."),
              ZONES, lambda on: Q(external=False, sl_t=None)),
    SelfCheck("zone-without-owner", "MEDIUM", _("Zones without an owner"), _("Name who answers for each zone."),
              ZONES, lambda on: Q(external=False, owner="")),
    SelfCheck("conduit-without-flows", "MEDIUM", _("Conduits without flows"), _("Declare what runs through the conduit, or remove it."),
              CONDUITS, lambda on: Q(flows=None)),
    SelfCheck("asset-not-verified", "LOW", _("Assets not verified for a year"), _("Look at each asset on the next round and verify it."),
              ASSETS, lambda on: KEPT & (Q(verified_on=None) | Q(verified_on__lt=on - YEAR))),
)  # fmt: skip
