"""The plan of a site: what the board shows, and the proposal that a job computes."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Site, User
from accounts.permissions import sites_where
from patching.models import PatchDeployment
from patching.placing import board_of, done_at, pieces_of, slot_key, slots_of
from patching.rules.planning import Conflict, Slot, conflicts
from registers import clock, jobs
from registers.models import Job

S = PatchDeployment.Status
WEEKS = 5
AHEAD = timedelta(weeks=8)
MOST = 200


@dataclass
class Card:
    """A deployment on the board."""

    record: PatchDeployment
    slot: str


@dataclass
class Column:
    """An occurrence of a window on the board, with what stands in it and the room that is left."""

    slot: Slot
    local: datetime
    cards: list[Card]
    used: int
    over: bool

    @property
    def share(self) -> int:
        """Return the used room in percent, in steps of ten, for the bar."""
        return min(100, round(self.used * 10 / max(1, self.slot.minutes)) * 10)


def week_of(moment: datetime, site: Site) -> datetime:
    """Return the beginning of the week, Monday midnight at the site."""
    local = moment.astimezone(ZoneInfo(site.time_zone))
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, datetime.min.time(), ZoneInfo(site.time_zone))


def shown(site: Site, deployments: Any, first: datetime) -> dict[str, Any]:
    """Return the board of a site from a week on: weeks with columns, the tray, and what stands against each move."""
    now, last = clock.now(), first + timedelta(weeks=WEEKS)
    every = slots_of(site, min(first, now) - timedelta(weeks=1), last + AHEAD)
    board = board_of(site, every)
    rows = list(
        deployments.filter(site=site, status__in=[S.APPROVED, S.SCHEDULED])
        .select_related("asset__zone", "patch", "window", "scheduled_by")
        .order_by("due_on", "pk")[: MOST * 2]
    )
    slots = [slot for slot in every if first <= slot.starts_at < last]
    at = {one.pk: slot_key(one.window_id, one.starts_at) if one.starts_at else "" for one in rows}
    columns = [_column(slot, site, [Card(one, slot.key) for one in rows if at[one.pk] == slot.key]) for slot in slots]
    weeks: dict[Any, list[Column]] = {}
    for number in range(WEEKS):
        weeks[(first + timedelta(weeks=number)).date()] = []
    for column in columns:
        weeks.setdefault(week_of(column.slot.starts_at, site).date(), []).append(column)
    here = {slot.key for slot in slots}
    lost = {one.pk for one in rows if one.starts_at and (at[one.pk] not in board.slots or one.starts_at < now)}
    tray = [one for one in rows if one.status == S.APPROVED or (one.pk in lost and at[one.pk] not in here)][:MOST]
    ahead = [slot for slot in slots if slot.starts_at > now]
    pieces, done = pieces_of(site, rows), done_at(site)
    hindered = {
        str(one.pk): {slot.key: told for slot in ahead if (told := _told(conflicts(pieces[one.pk], slot, board, done=done)))}
        for one in rows
    }  # fmt: skip
    return {"weeks": list(weeks.items()), "tray": tray, "conflicts": hindered, "now": now, "slots": [
        {"key": slot.key, "title": slot.title, "local": _on_wall(slot, site)} for slot in ahead
    ]}  # fmt: skip


def _column(slot: Slot, site: Site, cards: list[Card]) -> Column:
    used = sum(card.record.minutes for card in cards)
    return Column(slot, _on_wall(slot, site), cards, used, used > slot.minutes)


def _on_wall(slot: Slot, site: Site) -> datetime:
    """Return what the clock on the wall of the site shows; without zone, so that no page turns it into another."""
    return slot.starts_at.astimezone(ZoneInfo(site.time_zone)).replace(tzinfo=None)


def _told(found: list[Conflict]) -> list[dict[str, Any]]:
    return [{"text": one.text, "hard": one.hard} for one in found]


def ask(site: Site, *, by: User) -> Job:
    """Start the job that proposes where the approved patches of a site go."""
    return jobs.start(by, "patch-plan", f"Plan of {site.code}", site=site.pk)


def run(job: Job) -> None:
    """Compute the proposal and keep it with the job; nothing is scheduled by it."""
    from patching.rules.solving import plan  # the solver is large, and only the worker needs it

    site = Site.objects.filter(pk__in=sites_where(job.owner, "schedule", "patching"), pk=job.arguments["site"]).first()
    if site is None:
        raise jobs.JobFailed([{"message": "This site is not there for you any more."}])
    now = clock.now()
    with jobs.beating(job):
        slots = slots_of(site, now, now + AHEAD)
        waiting = PatchDeployment.objects.filter(site=site, status=S.APPROVED).select_related("asset", "patch")
        rows = list(waiting.order_by("due_on", "pk")[:MOST])
        placements = plan(list(pieces_of(site, rows).values()), slots, board_of(site, slots), done=done_at(site))
    revisions = {one.pk: one.revision for one in rows}
    job.counts = {"placements": [asdict(one) | {"seen": revisions[one.piece]} for one in placements]}
    job.result = f"/patching/plan/?site={site.pk}&job={job.pk}"


def proposal(job: Job, deployments: Any, site: Site) -> list[dict[str, Any]]:
    """Return what a job proposes, with the records as they stand, as far as this person may see them."""
    slots = {slot.key: slot for slot in slots_of(site, clock.now(), clock.now() + AHEAD)}
    found = {one.pk: one for one in deployments.filter(site=site, status=S.APPROVED).select_related("asset", "patch")}
    rows = []
    for placement in job.counts.get("placements", []):
        record, slot = found.get(placement["piece"]), slots.get(placement["slot"])
        if record is not None and (slot is not None or not placement["slot"]):
            local = _on_wall(slot, site) if slot else None
            rows.append(placement | {"record": record, "window": slot, "local": local})
    return rows
