"""Takes a discovery file in: read in a process of its own, compared with the inventory, and put down for people to decide.

The same file at the same site is taken once. Nothing in the inventory changes here.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Site, User
from assets.feeds import tables
from assets.feeds.seen import MOST_DEVICES, Seen
from assets.models import Asset, DiscoveredDevice, DiscoveryScan, Interface, Software, Zone
from assets.rules.reconciling import COMPARED, KEYS, Found, Index, Known, differences, key_of
from registers import jobs
from registers.door import visible
from registers.files.sandbox import Refused, told
from registers.history.origin import because
from registers.models import Job
from registers.taking import take_in

BATCH = 2000
V, S = DiscoveredDevice.Verdict, DiscoveredDevice.Status
BROKEN = "The file cannot be read: it is damaged, or holds far more than a scan does. Take the scan's file anew."


class Inventory:
    """The assets of a site as the comparison needs them; with `near`, only those that share a key with one device."""

    def __init__(self, site: Any, near: Seen | None = None) -> None:
        found = Asset.objects.filter(site=site).exclude(lifecycle=Asset.Lifecycle.RETIRED)
        ports = Interface.objects.filter(site=site)
        if near is not None:
            found, ports = _near(found, near), ports.filter(_same(near, ("mac_address", "ip_address")))
            found = found | Asset.objects.filter(site=site, pk__in=ports.values("asset"))
        more: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for asset, mac, ip in ports.values_list("asset", "mac_address", "ip_address"):
            more[asset]["mac_address"].add(mac)
            more[asset]["ip_address"].add(ip or "")
        self.assets: dict[int, dict[str, Any]] = {
            one["pk"]: {name: "" if value is None else value for name, value in one.items()}
            for one in found.values("pk", "zone", "lifecycle", "name", *COMPARED)
        }
        self.index = Index.of(
            Known(pk, one["name"], {name: (one[name], *more[pk][name]) for name in KEYS}) for pk, one in self.assets.items()
        )  # fmt: skip

    def find(self, seen: Seen) -> Found:
        """Return what a device is."""
        return self.index.find(seen)


def _same(seen: Seen, names: Iterable[str]) -> Q:
    asked = Q(pk__in=[])
    for name in names:
        if seen.get(name):
            asked |= Q(**{name if name == "ip_address" else f"{name}__iexact": seen[name]})
    return asked


def _near(found: QuerySet[Asset], seen: Seen) -> QuerySet[Asset]:
    return found.filter(_same(seen, KEYS))


def read(path: Path, name: str, mapping: Mapping[str, str | None] | None = None) -> list[Seen]:
    """Return what the file tells of, a table's columns under the names that `mapping` gives them; raises Refused."""
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Refused("The file is empty.")
    if start.startswith((b"<", b"{", b"[", b"#", b"\xff\xfe<", b"\xfe\xff\x00<")):
        found = list(told("assets.feeds.reader", path, broken=BROKEN))
    else:
        found = list(tables.read(path, name, mapping or {}))
    if not found:
        raise Refused("The file tells of no device.")
    if len(found) > MOST_DEVICES:
        raise Refused(f"The file tells of over {MOST_DEVICES:,} devices. Split it.")
    return found


def title_of(seen: Seen) -> str:
    """Return what a device is called until it has a name."""
    told = seen.get("name") or seen.get("ip_address") or seen.get("mac_address") or seen.get("serial_number")
    return str(told or seen.get("product") or "without name")[:160]


def label_of(name: str) -> str:
    """Return what a person calls a field of an asset."""
    text = str(Asset._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return text[:1].upper() + text[1:]


def changes(asset: dict[str, Any], seen: Seen, software: dict[str, str]) -> list[dict[str, str]]:
    """Return the cells that were seen otherwise than recorded, software as one cell."""
    found = [
        {"field": name, "label": label_of(name), "old": old, "new": new} for name, old, new in differences(asset, seen)
    ]
    listed = {one["name"].lower(): one["version"] for one in seen.get("software", ())}
    fresh = sum(name not in software for name in listed)
    other = sum(name in software and software[name] != version for name, version in listed.items())
    if fresh or other:
        told = f"{len(listed)} programs: {fresh} not recorded, {other} in another version"
        found.append({"field": "software", "label": "Software", "old": f"{len(software)} programs", "new": told})
    return found


def software_of(assets: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return the recorded version of each program, by asset and lower-case name."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for asset, name, version in Software.objects.filter(asset__in=assets).values_list("asset", "name", "version"):
        found[asset][name.lower()] = version
    return found


class Ignored:
    """What people chose to ignore at a site: the last word on each device that is in no inventory, and on each difference."""

    NAMES = ("serial_number", "mac_address", "name")  # an address is not enough: another device may have it by now

    def __init__(self, site: Site) -> None:
        asked = DiscoveredDevice.objects.filter(
            site=site, verdict__in=[V.NEW, V.CHANGED], status__in=[S.IGNORED, S.OPEN]
        )
        self.reasons: dict[Any, str] = {}
        told = asked.order_by("pk").values_list(
            *(f"seen__{name}" for name in self.NAMES), "asset", "changes", "status", "reason"
        )
        for *seen, asset, changed, status, reason in told:
            for key in self._keys(dict(zip(self.NAMES, seen, strict=True)), asset, changed):
                self.reasons[key] = reason if status == S.IGNORED else ""

    def reason(self, row: DiscoveredDevice) -> str:
        """Return why this was ignored before, or nothing where it was not, or is to be decided anew."""
        found = (self.reasons[key] for key in self._keys(row.seen, row.asset_id, row.changes) if key in self.reasons)
        return next(found, "")

    def _keys(self, seen: dict[str, Any], asset: int | None, changed: list[dict[str, str]]) -> Iterator[Any]:
        if asset is not None:
            yield asset, frozenset((one["field"], one["new"]) for one in changed)
            return
        for name in self.NAMES:
            if key := key_of(name, seen.get(name)):
                yield name, key


def compare(scan: DiscoveryScan, devices: list[Seen]) -> list[DiscoveredDevice]:
    """Return each device with its verdict, and the assets that the scan covers and does not name."""
    inventory, ignored = Inventory(scan.site), Ignored(scan.site)
    found = [inventory.find(one) for one in devices]
    software = software_of(
        match.asset for one, match in zip(devices, found, strict=True) if match.asset and one.get("software")
    )
    by_asset: dict[int, list[int]] = defaultdict(list)
    for number, match in enumerate(found, start=1):
        if match.asset:
            by_asset[match.asset].append(number)
    made = []
    for number, (one, match) in enumerate(zip(devices, found, strict=True), start=1):
        row = DiscoveredDevice(
            site=scan.site,
            scan=scan,
            number=number,
            title=title_of(one),
            seen=one,
            matched_by=match.by,
            why=match.doubt,
        )
        if match.asset:
            row.asset_id = match.asset
            row.changes = changes(inventory.assets[match.asset], one, software[match.asset])
            twins = by_asset[match.asset]
            if len(twins) > 1:
                row.why = f"Numbers {', '.join(map(str, twins[:6]))} of this scan all seem to be {inventory.index.names[match.asset]}."
        row.verdict = V.UNCLEAR if row.why else V.NEW if not match.asset else V.CHANGED if row.changes else V.SAME
        row.status = S.AS_RECORDED if row.verdict == V.SAME else S.OPEN
        row.why = row.why[:400]
        if row.verdict in {V.NEW, V.CHANGED} and (reason := ignored.reason(row)):
            row.status, row.reason = S.IGNORED, reason
        made.append(row)
    return made + _missing(scan, devices, inventory, set(by_asset), len(made))


def _missing(
    scan: DiscoveryScan, devices: list[Seen], inventory: Inventory, met: set[int], count: int
) -> list[DiscoveredDevice]:
    """Return the covered assets that were not seen; a scanner of addresses cannot miss what has none."""
    if scan.covers == DiscoveryScan.Covers.SEEN:
        return []
    by_address = all("ip_address" in one for one in devices)
    gone = [
        pk for pk, one in inventory.assets.items()
        if pk not in met and one["lifecycle"] == Asset.Lifecycle.IN_USE and (one["ip_address"] or not by_address)
        and (scan.covers == DiscoveryScan.Covers.SITE or one["zone"] == scan.zone_id)
    ]  # fmt: skip
    return [
        DiscoveredDevice(site=scan.site, scan=scan, number=number, title=inventory.assets[pk]["name"], asset_id=pk, verdict=V.MISSING)
        for number, pk in enumerate(sorted(gone, key=lambda pk: inventory.assets[pk]["name"]), start=count + 1)
    ]  # fmt: skip


def take(
    path: Path,
    name: str,
    *,
    site: Site,
    by: User,
    seen_on: date,
    source: str = "",
    covers: str = "SEEN",
    zone: Any = None,
    mapping: Mapping[str, str | None] | None = None,
) -> tuple[DiscoveryScan, bool]:
    """Return the scan of this file, and whether it is new; raises Refused."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    known = DiscoveryScan.objects.filter(site=site, sha256=sha256).first()
    if known:
        return known, False
    devices = read(path, name, mapping)
    with because(by=by, step="assets.discoveryscan.take", reason=f"scan {name}"[:300]):
        scan = DiscoveryScan.objects.create(
            site=site,
            name=name[:160],
            source=source,
            seen_on=seen_on,
            covers=covers,
            zone=zone,
            sha256=sha256,
            taken_by=by,
        )
        DiscoveredDevice.objects.bulk_create(compare(scan, devices), batch_size=BATCH)
    return scan, True


def ask(
    user: User,
    *,
    site: Site,
    name: str,
    path: str,
    seen_on: date,
    source: str = "",
    covers: str = "SEEN",
    zone: Any = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Job:
    """Start the job that takes a kept file in."""
    return jobs.start(
        user, "discovery", f"Scan {name} of {site.code}", site=site.pk, path=path, name=name[:120], source=source, covers=covers,
        zone=zone.pk if zone else None, seen_on=seen_on.isoformat(), mapping=json.dumps(mapping or {}),
    )  # fmt: skip


def run(job: Job) -> None:
    """Do the job; raises JobFailed with the sentence for a file of no use."""
    given = job.arguments

    def take_of(site: Site, path: Path) -> tuple[DiscoveryScan, bool]:
        zone = visible(Zone.objects.filter(site=site), job.owner).filter(pk=given["zone"]).first()
        return take(
            path, given["name"], site=site, by=job.owner, seen_on=date.fromisoformat(given["seen_on"]), source=given["source"],
            covers=given["covers"], zone=zone, mapping=json.loads(given.get("mapping", "{}")),
        )  # fmt: skip

    scan, fresh = take_in(job, take_of)
    found = scan.devices.values_list("verdict", flat=True)
    job.counts = {str(verdict.label).lower(): list(found).count(verdict.value) for verdict in V}
    job.counts["taken before"] = int(not fresh)
    job.total, job.result = len(found), scan.get_absolute_url()
    jobs.report(job, 1, 1, now=timezone.now())
