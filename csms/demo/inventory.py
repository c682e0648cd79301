"""The demo's assets: imported zone by zone with the firmware of that day, later verified, backed up, updated."""

from collections.abc import Iterable
from datetime import date, timedelta

from accounts.models import Site
from assets.models import Asset, Backup, Interface, Network, Protocol, Software, Zone
from csms.demo.files import Row, events, plant, table
from csms.demo.telling import Year
from csms.demo.zones import guard

TEXTS = (
    "name", "vendor", "product", "model_number", "serial_number", "mac_address", "location", "owner", "redundant_partner", "note",
)  # fmt: skip
EFFECTS = {"safety": "safety_effect", "environment": "environment_effect", "production": "production_effect"}


def bring_in(site: Site, zones: Iterable[str], *, file: str, day: int, year: Year) -> list[int]:
    """Import the assets of some zones ("" for those without one) with what is on and in them; return their ids."""
    wanted = set(zones)
    known = {one.name: one for one in Zone.objects.filter(site=site)}
    was = {
        event["asset"]: event["was"]
        for event in events()
        if event["do"] == "set_version" and event["site"] == site.code
    }
    does = {row["asset"]: row["does"] for row in plant("functions", site.code)}
    rows = [row for row in table("assets.csv") if row["site"] == site.code and row["zone"] in wanted]
    fresh = {row["name"]: _asset(row, site, known, was, file, day, year) for row in rows}
    for one in fresh.values():
        one.functions = does.get(one.name, [])
    made = Asset.objects.bulk_create(fresh.values())
    guard(site, fresh)
    _interfaces(site, fresh)
    Software.objects.bulk_create(
        Software(site=site, asset=fresh[row["asset"]], name=row["name"], vendor=row["vendor"], version=row["version"], purl=row["purl"])
        for row in table("software.csv") if row["site"] == site.code and row["asset"] in fresh
    )  # fmt: skip
    return [one.pk for one in made]


def _asset(row: Row, site: Site, zones: dict[str, Zone], was: dict[str, str], file: str, day: int, year: Year) -> Asset:
    effects = {field: int(row[column]) for column, field in EFFECTS.items() if row[column]}
    seen = min(int(row["verified_days"] or day), day)
    return Asset(
        site=site, zone=zones[row["zone"]] if row["zone"] else None, kind=row["kind"] or Asset.Kind.OTHER,
        version=was.get(row["name"]) or row["version"], ip_address=row["ip_address"] or None, lifecycle=row["lifecycle"],
        criticality_override=row["criticality"], override_reason=f"import {file}" if row["criticality"] else "",
        recovery_hours=int(row["recovery_hours"]) if row["recovery_hours"] else None,
        supported_until=date.fromisoformat(row["supported_until"]) if row["supported_until"] else None,
        verified_on=year.today + timedelta(days=seen) if row["verified_days"] else None,
        **{name: row[name] for name in TEXTS}, **effects,
    )  # fmt: skip


def _interfaces(site: Site, assets: dict[str, Asset]) -> None:
    networks = {one.name: one for one in Network.objects.filter(site=site)}
    protocols = {one.code: one.pk for one in Protocol.objects.all()}
    rows = [row for row in table("interfaces.csv") if row["site"] == site.code and row["asset"] in assets]
    made = Interface.objects.bulk_create(
        Interface(
            site=site, asset=assets[row["asset"]], name=row["name"], network=networks.get(row["network"]),
            ip_address=row["ip_address"] or None, mac_address=row["mac_address"], medium=row["medium"],
        )
        for row in rows
    )  # fmt: skip
    through = Interface.protocols.through
    through.objects.bulk_create(
        through(interface_id=one.pk, protocol_id=protocols[code])
        for one, row in zip(made, rows, strict=True) for code in row["protocols"].split()
    )  # fmt: skip


def verify(site: Site, names: dict[str, int], year: Year) -> None:
    """Note for each asset by name the day, counted from the day of loading, on which somebody stood before it."""
    seen = list(Asset.objects.filter(site=site, name__in=names))
    for one in seen:
        one.verified_on = year.today + timedelta(days=names[one.name])
    Asset.objects.bulk_update(seen, ["verified_on"])


def back_up(site: Site, rows: list[Row], year: Year) -> None:
    """Record backups with the day they were taken and, where it was tried, restored."""
    assets = dict(Asset.objects.filter(site=site).values_list("name", "pk"))
    Backup.objects.bulk_create(
        Backup(
            site=site, asset_id=assets[row["asset"]], content=row["content"], place=row["place"], sha256=row["sha256"],
            taken_on=year.today + timedelta(days=int(row["taken_days"])),
            restore_tested_on=year.today + timedelta(days=int(row["restore_tested_days"])) if row["restore_tested_days"] else None,
        )
        for row in rows
    )  # fmt: skip
