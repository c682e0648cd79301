"""Fills the patch status of a site from its registers, through the one door (IEC TR 62443-2-3)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from accounts.models import Site, User
from patching import patch_registers
from patching.patch_summary import OPEN
from patching.placing import slot_key, slots_of
from reports.compliance import Figure
from reports.patches import Deployment, Qualification, Work

PATCHING = {register.name: register for register in patch_registers.REGISTERS}
STATES = (*OPEN, "DEFERRED", "ROLLED_BACK", "INSTALLED", "VERIFIED", "NOT_APPLICABLE")
DONE = frozenset({"INSTALLED", "VERIFIED"})
AHEAD = timedelta(days=91)


@dataclass(frozen=True)
class PatchStatus:
    """What a report of patch status holds beside cover, scope and checks."""

    figures: tuple[Figure, ...]
    deployments: tuple[Deployment, ...]
    qualifications: tuple[Qualification, ...]
    work: tuple[Work, ...]


def read(user: User, site: Site, as_of: datetime) -> PatchStatus:
    """Return the patch status of a site; call it inside `as_of` for a past moment."""
    zone = ZoneInfo(site.time_zone)
    found = PATCHING["patch-deployments"].queryset(user).filter(site=site)
    records = list(
        found.select_related("asset__zone", "patch", "window").order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    on = as_of.astimezone(zone).date()
    rows = sorted((_deployment(one, site, on) for one in records), key=lambda row: STATES.index(row.state))
    return PatchStatus(
        figures(rows, on, zone), tuple(rows), _qualifications(user, {one.patch_id for one in records}),
        _work(user, site, records, as_of),
    )  # fmt: skip


def figures(rows: Iterable[Deployment], on: date, zone: ZoneInfo) -> tuple[Figure, ...]:
    """Return the figures of the summary on a day of the site; what has no due day is in time nowhere and late nowhere."""
    rows = list(rows)
    still = [row for row in rows if row.state in OPEN]
    due = [row for row in rows if row.state in DONE and row.due_on and row.installed_at]
    in_time = [row for row in due if row.installed_at.astimezone(zone).date() <= row.due_on]  # type: ignore[union-attr,operator]
    deferred = [row for row in rows if row.state == "DEFERRED"]
    ends = min((row.deferred_until for row in deferred if row.deferred_until), default=None)
    ahead = [row for row in still if row.state == "SCHEDULED"]
    return (
        Figure(label="Open patches", value=str(len(still)), numerator=len(still), denominator=len(rows), note="not yet installed, deferred or ruled out"),
        Figure(label="Overdue", value=str(sum(row.late for row in still)), numerator=sum(row.late for row in still), denominator=len(still), note=f"open, due day before {on}"),
        Figure(label="Scheduled", value=str(len(ahead)), numerator=len(ahead), denominator=len(still), note="open, with a window"),
        Figure(label="Installed in time", value=f"{len(in_time) * 100 // len(due)} %" if due else "none", numerator=len(in_time), denominator=len(due), note="installed by the due day, of those that had one"),
        Figure(label="Deferred", value=str(len(deferred)), numerator=len(deferred), denominator=len(rows), note=f"the first deferral ends {ends}" if ends else "no patch is deferred"),
    )  # fmt: skip


def _deployment(one: Any, site: Site, on: date) -> Deployment:
    planned, deferred = one.status == "SCHEDULED", one.status == "DEFERRED"
    return Deployment(
        site=site.code, asset=one.asset.name, zone=one.asset.zone.name if one.asset.zone else "", patch=str(one.patch),
        vendor=one.patch.vendor, state=one.status, due_on=one.due_on,
        late=one.status in OPEN and one.due_on is not None and one.due_on < on,
        window=one.window.name if planned and one.window else "", starts_at=one.starts_at if planned else None,
        installed_at=one.installed_at if one.status in DONE else None, reason=one.reason,
        countermeasure=one.countermeasure if deferred else "", deferred_until=one.deferred_until if deferred else None,
    )  # fmt: skip


def _qualifications(user: User, patches: set[int]) -> tuple[Qualification, ...]:
    found = PATCHING["vendor-qualifications"].queryset(user).filter(patch__in=patches).select_related("patch")
    return tuple(
        Qualification(patch=str(one.patch), vendor=one.vendor, product=one.product, verdict=str(one.get_verdict_display()),
                      stated_on=one.stated_on, reference=one.reference)
        for one in found.order_by("patch__product", "patch__version", "vendor", "product", "pk")
    )  # fmt: skip


def _work(user: User, site: Site, records: list[Any], as_of: datetime) -> tuple[Work, ...]:
    """Return the occurrences of the next thirteen weeks, without those in a blackout."""
    windows = PATCHING["maintenance-windows"].queryset(user).filter(site=site).select_related("zone")
    zones = {one.pk: one.zone.name if one.zone else "" for one in windows}
    placed: dict[str, list[int]] = defaultdict(list)
    for one in records:
        if one.status == "SCHEDULED":
            placed[slot_key(one.window_id, one.starts_at)].append(one.minutes)
    slots = slots_of(site, as_of, as_of + AHEAD) if zones else []
    return tuple(
        Work(window=slot.title, zone=zones.get(int(slot.key.split("@")[0]), ""), starts_at=slot.starts_at, ends_at=slot.ends_at,
             deployments=len(placed[slot.key]), minutes=sum(placed[slot.key]), room=slot.minutes)
        for slot in slots
    )  # fmt: skip
