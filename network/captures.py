"""Takes a log of connections in, adds it to what was observed before, and keeps the standing of each flow in step (N5)."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Site, User
from network.declared import declarations_of, flows_of, places_of
from network.feeds.terms import NotUnderstood, protocols
from network.models import FlowCapture, ObservedFlow
from network.rules.observed import MOST_PAIRS, Between, Declarations, Seen, Standing, between_zones
from policies.models import PolicyException
from registers import clock, jobs
from registers.files.sandbox import told
from registers.history.origin import because
from registers.models import Job
from registers.taking import take_in

V, S = ObservedFlow.Verdict, ObservedFlow.Status
BATCH = 1000
KEPT = ("capture", "service", "connections", "answered", "bytes", "first_seen_at", "last_seen_at", "pairs", "pair_count", "verdict", "status", "flow", "reason")  # fmt: skip
BROKEN = "The file cannot be read: it is damaged, or far larger than a log. Take a shorter stretch of time."


class Log:
    """A log as it is read: its flows once and as they come; then the lines, and those that were not understood."""

    def __init__(self, path: Path, job: Job | None = None) -> None:
        self.path, self.job = path, job
        self.end: dict[str, Any] = {}

    def flows(self) -> Iterator[Seen]:
        """Yield what was added up; raises Refused."""
        for one in told("network.feeds.connections_reader", self.path, broken=BROKEN):
            if "progress" in one:
                self._show(one["progress"])
            elif "lines" in one:
                self.end = one
            else:
                yield Seen(**{**one, "protocol": _number(one["protocol"])})

    def _show(self, percent: int) -> None:
        if self.job is not None:
            jobs.report(self.job, percent, 100, now=timezone.now())


def _number(protocol: str) -> int:
    try:
        return protocols(protocol)[0][0]
    except NotUnderstood:
        return 255  # Zeek could not tell


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None


def take(
    path: Path, name: str, *, site: Site, by: User, now: datetime, sensor: str = "", job: Job | None = None
) -> tuple[FlowCapture, bool]:
    """Return the record of this log, and whether it is new; raises Refused."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    known = FlowCapture.objects.filter(site=site, sha256=sha256).first()
    if known:
        return known, False
    log, declared = Log(path, job), declarations_of(flows_of(site, on=clock.day_of(now, site)))
    found, counts = between_zones(log.flows(), places_of(site), declared)
    times = [moment for one in found for moment in (one.first, one.last) if moment]
    with because(by=by, step="network.flowcapture.take", reason=f"log {name}"[:300]):
        capture = FlowCapture.objects.create(
            site=site, name=name[:160], sensor=sensor, sha256=sha256, read_at=now, taken_by=by, lines=log.end["lines"],
            not_understood=log.end["unread_count"], reasons=log.end["unread"], counts={str(one): count for one, count in counts.items()},
            first_seen_at=_moment(min(times, default=0)), last_seen_at=_moment(max(times, default=0)),
        )  # fmt: skip
        _keep(capture, found)
    return capture, True


def _keep(capture: FlowCapture, found: list[Between]) -> None:
    """Add what was seen to the flows of the site; what was to be blocked by now and is seen again is to be decided anew."""
    known = {
        (row.source_zone_id, row.destination_zone_id, row.protocol, row.port): row
        for row in ObservedFlow.objects.select_for_update().filter(site=capture.site_id)
    }
    fresh: list[ObservedFlow] = []
    changed: list[ObservedFlow] = []
    for one in found:
        key = (one.source, one.destination, one.protocol, one.port)
        row = known.get(key) or ObservedFlow(
            site_id=capture.site_id, source_zone_id=one.source, destination_zone_id=one.destination, protocol=one.protocol,
            port=one.port,
        )  # fmt: skip
        (changed if key in known else fresh).append(row)
        _add(row, one, capture)
    ObservedFlow.objects.bulk_create(fresh, batch_size=BATCH)
    ObservedFlow.objects.bulk_update(changed, KEPT, batch_size=BATCH)


def _add(row: ObservedFlow, one: Between, capture: FlowCapture) -> None:
    _sum(row, one)
    row.capture, last = capture, _moment(one.last)
    stand(row, str(one.standing), one.flow)
    if row.status == S.BLOCKED and last and row.due_on and (day := clock.day_of(last, capture.site)) > row.due_on:
        told = f"It was to be blocked by {row.due_on} and was seen again on {day}."
        row.status, row.reason = S.NEW, f"{told} {row.reason}".strip()


def _sum(row: ObservedFlow, one: Between) -> None:
    """Add figures and addresses to a flow; of the addresses those that say most are kept."""
    pairs = {(source, destination): count for source, destination, count in row.pairs}
    fresh = sum(pair not in pairs for pair in one.pairs)
    for pair, count in one.pairs.items():
        pairs[pair] = pairs.get(pair, 0) + count
    row.pair_count = max(len(pairs), row.pair_count + (fresh if row.pair_count <= MOST_PAIRS else 0))
    row.pairs = [[*pair, count] for pair, count in sorted(pairs.items(), key=lambda told: -told[1])[:MOST_PAIRS]]
    row.service = row.service or one.service
    row.connections, row.answered, row.bytes = (
        row.connections + one.count,
        row.answered + one.answered,
        row.bytes + one.bytes,
    )
    first, last = _moment(one.first), _moment(one.last)
    row.first_seen_at = min(filter(None, (row.first_seen_at, first)), default=None)
    row.last_seen_at = max(filter(None, (row.last_seen_at, last)), default=None)


def stand(row: ObservedFlow, verdict: str, flow: int | None) -> None:
    """Set how a flow stands to what is declared, and the status that follows from it."""
    row.verdict, row.flow_id = verdict, flow
    in_force = row.exception is not None and row.exception.status == PolicyException.Status.IN_FORCE
    if verdict == V.DECLARED:
        row.status = S.DECLARED
    elif in_force:
        row.status = S.WAIVED
    elif row.status in {S.DECLARED, S.WAIVED}:
        row.status = S.NEW


@transaction.atomic
def rejudge(site: Site, *, on: date) -> int:
    """Measure the observed flows of a site by the flows declared on a day; return how many changed. What people decide meanwhile waits."""
    if not ObservedFlow.objects.filter(site=site).exists():
        return 0
    declared = declarations_of(flows_of(site, on=on))
    changed = _place(site, declared)
    locked = ObservedFlow.objects.select_for_update(of=("self",)).select_related("exception")
    for row in locked.filter(site=site).order_by("pk"):
        before = (row.verdict, row.status, row.flow_id)
        stand(row, *_standing(row, declared))
        if (row.verdict, row.status, row.flow_id) != before:
            row.save()
            changed += 1
    return changed


def _place(site: Site, declared: Declarations) -> int:
    """Look anew for the zones of unknown addresses; a flow of more pairs than are kept waits for the next log."""
    places, changed = places_of(site), 0
    unknown = ObservedFlow.objects.select_for_update().filter(site=site, verdict=V.UNKNOWN, pair_count__lte=MOST_PAIRS)
    for row in unknown.order_by("pk"):
        told = (Seen(source=one, destination=other, protocol=row.protocol, port=row.port, count=count) for one, other, count in row.pairs)  # fmt: skip
        found, _counts = between_zones(told, places, declared)
        if len(found) > 1 or any(one.standing == Standing.UNKNOWN for one in found):
            continue
        changed += 1
        twins = [
            ObservedFlow.objects.select_for_update()
            .filter(
                site=site,
                source_zone=one.source,
                destination_zone=one.destination,
                protocol=row.protocol,
                port=row.port,
            )
            .first()
            for one in found
        ]
        if not found:
            row.delete()
        elif twins[0] is None:
            row.source_zone_id, row.destination_zone_id, row.verdict = (
                found[0].source,
                found[0].destination,
                V.UNDECLARED,
            )
            row.save()
        else:
            _join(twins[0], row)
    return changed


def _join(into: ObservedFlow, row: ObservedFlow) -> None:
    """Add what was seen of a flow to the one that it turned out to be."""
    one = Between(
        None, None, row.protocol, row.port, Standing.UNKNOWN, count=row.connections, answered=row.answered, bytes=row.bytes,
        first=row.first_seen_at.timestamp() if row.first_seen_at else 0.0, last=row.last_seen_at.timestamp() if row.last_seen_at else 0.0,
        service=row.service, pairs={(source, other): count for source, other, count in row.pairs},
    )  # fmt: skip
    _sum(into, one)
    into.save()
    row.delete()


def _standing(row: ObservedFlow, declared: Declarations) -> tuple[str, int | None]:
    if row.source_zone_id is None or row.destination_zone_id is None:
        return V.UNKNOWN, None
    flow = declared.find(row.source_zone_id, row.destination_zone_id, row.protocol, row.port)
    return (V.UNDECLARED if flow is None else V.DECLARED), flow


def ask(user: User, *, site: Site, name: str, path: str, sensor: str = "") -> Job:
    """Start the job that takes a kept file in."""
    return jobs.start(
        user, "observed-flows", f"Connections {name} of {site.code}", site=site.pk, path=path, name=name[:120], sensor=sensor
    )  # fmt: skip


def run(job: Job) -> None:
    """Do the job; raises JobFailed with the sentence for a file of no use."""
    given = job.arguments

    def take_of(site: Site, path: Path) -> tuple[FlowCapture, bool]:
        return take(path, given["name"], site=site, by=job.owner, now=timezone.now(), sensor=given["sensor"], job=job)

    capture, fresh = take_in(job, take_of)
    job.counts = {name.lower(): count for name, count in capture.counts.items()} | {"taken before": int(not fresh)}
    job.total, job.result = capture.lines, capture.get_absolute_url()
    jobs.report(job, 1, 1, now=timezone.now())
