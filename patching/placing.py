"""Puts deployments into occurrences of maintenance windows: the board as it stands, and what a move would break."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext

from accounts.models import Site
from assets.models import Asset, Backup
from patching.models import Blackout, MaintenanceWindow, Match, PatchDeployment, policy_of
from patching.rules.planning import Board, Conflict, Piece, Slot, conflicts, partners
from registers import clock
from registers.clock import day_of
from registers.workflow import NotPossible

S = PatchDeployment.Status
URGENCY = {"ACT": 8, "ATTEND": 4, "TRACK_CLOSELY": 2}


def slot_key(window: int, starts_at: datetime) -> str:
    """Return the name of an occurrence in forms and REST."""
    return f"{window}@{int(starts_at.timestamp())}"


def slots_of(site: Site, first: datetime, last: datetime) -> list[Slot]:
    """Return the occurrences of a site's windows that begin within [first, last), without those in a blackout."""
    closed = list(Blackout.objects.filter(site=site).values_list("first_on", "last_on"))
    days, found = policy_of(site.pk).backup_days, []
    for window in MaintenanceWindow.objects.filter(site=site, active=True).select_related("site"):
        for start, end in window.recurrence.between(first, last):
            on = day_of(start, site)
            if any(since <= on <= until for since, until in closed):
                continue
            found.append(
                Slot(slot_key(window.pk, start), window.name, start, end, window.room, window.capacity_assets, window.zone_id, window.line, days, site.time_zone)
            )  # fmt: skip
    return sorted(found, key=lambda slot: (slot.starts_at, slot.title))


def pieces_of(site: Site, deployments: Iterable[PatchDeployment]) -> dict[int, Piece]:
    """Return deployments of a site as pieces of work, with backups, partners and urgency read at once."""
    rows = list(deployments)
    assets = {one.asset_id for one in rows}
    backups = dict(Backup.objects.filter(asset__in=assets).values_list("asset").annotate(day=Max("taken_on")))
    named = dict(Asset.objects.filter(site=site).exclude(redundant_partner="").values_list("name", "redundant_partner"))
    pairs = partners(named)
    urgent: dict[int, int] = {}
    open_ones = Match.objects.filter(asset__in=assets, verdict="AFFECTED").values_list("asset", "priority")
    for asset, priority in open_ones:
        urgent[asset] = max(urgent.get(asset, 1), URGENCY.get(priority, 1))
    return {
        one.pk: Piece(
            one.pk, one.asset.name, one.minutes, one.due_on, one.asset.zone_id, one.asset.location,
            pairs.get(one.asset.name, frozenset()), one.after_id, backups.get(one.asset_id), urgent.get(one.asset_id, 1),
        )
        for one in rows
    }  # fmt: skip


def board_of(site: Site, slots: list[Slot]) -> Board:
    """Return what is scheduled at a site."""
    scheduled = list(PatchDeployment.objects.filter(site=site, status=S.SCHEDULED).select_related("asset", "patch"))
    placed = {one.pk: slot_key(one.window_id, one.starts_at) for one in scheduled if one.window_id and one.starts_at}
    return Board(pieces_of(site, scheduled), {slot.key: slot for slot in slots}, placed)


def done_at(site: Site) -> frozenset[int]:
    """Return the deployments of a site that are installed."""
    found = PatchDeployment.objects.filter(site=site, status__in=[S.INSTALLED, S.VERIFIED])
    return frozenset(found.values_list("pk", flat=True))


def against(deployment: PatchDeployment, slot: Slot, board: Board, done: frozenset[int]) -> list[Conflict]:
    """Return what stands against a deployment in a slot."""
    piece = board.pieces.get(deployment.pk) or pieces_of(deployment.site, [deployment])[deployment.pk]
    return conflicts(piece, slot, board, done=done)


def place(deployment: Any, *, window: int, at: datetime) -> None:
    """Put a deployment into an occurrence; the site's windows are locked, so that two people cannot fill the same room."""
    windows = MaintenanceWindow.objects.select_for_update(of=("self",)).filter(site=deployment.site_id).order_by("pk")
    kept = next((one for one in windows if one.pk == window), None)
    if kept is None or not kept.active:
        raise NotPossible(gettext("There is no such window at this site."))
    if at <= clock.now():
        raise NotPossible(gettext("This window has begun already. Choose one that is ahead."))
    slots = slots_of(deployment.site, at - timedelta(days=400), at + timedelta(days=400))
    slot = next((one for one in slots if one.key == slot_key(kept.pk, at)), None)
    if slot is None:
        raise NotPossible(gettext("{kept} does not take place then.").format(kept=kept))
    hard = [
        one for one in against(deployment, slot, board_of(deployment.site, slots), done_at(deployment.site)) if one.hard
    ]
    if hard:
        raise NotPossible(" ".join(one.text for one in hard))
    deployment.window, deployment.starts_at = kept, at
