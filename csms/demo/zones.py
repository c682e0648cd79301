"""The demo's systems, zones, networks, conduits and flows, as each site drew them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from accounts.models import Site
from assets.models import Asset, Conduit, Flow, Network, Protocol, SuC, Zone
from csms.demo.files import Row, plant
from csms.demo.telling import Year


def draw(site: Site, names: Iterable[str], year: Year) -> None:
    """Add zones of a site with their networks, and every conduit whose second zone came with them."""
    wanted = set(names)
    systems = {one.name: one for one in SuC.objects.filter(site=site)}
    zones = {one.name: one for one in Zone.objects.filter(site=site)}
    for row in plant("zones", site.code):
        if row["name"] not in wanted:
            continue
        system = row.get("system") or ""
        if system and system not in systems:
            systems[system] = _system(site, system)
        known = ("name", "level", "external", "safety", "sl_t", "purpose", "owner")
        zones[row["name"]] = Zone.objects.create(
            site=site, suc=systems.get(system), parent=zones.get(row.get("parent", "")), **{name: row[name] for name in known if name in row}
        )  # fmt: skip
    Network.objects.bulk_create(
        Network(site=site, zone=zones[row["zone"]], name=row["name"], cidr=row.get("cidr", ""), vlan=row.get("vlan"))
        for row in plant("networks", site.code) if row["zone"] in wanted
    )  # fmt: skip
    _join(site, wanted, zones, year)


def guard(site: Site, assets: dict[str, Asset]) -> None:
    """Name the boundary devices of conduits among assets that were just imported."""
    for row in plant("conduits", site.code):
        if device := assets.get(row.get("boundary_device", "")):
            Conduit.objects.filter(site=site, name=row["name"]).update(boundary_device=device)


def _system(site: Site, name: str) -> SuC:
    row = next(row for row in plant("systems", site.code) if row["name"] == name)
    return SuC.objects.create(site=site, **{key: value for key, value in row.items() if key != "site"})


def _join(site: Site, fresh: set[str], zones: dict[str, Zone], year: Year) -> None:
    protocols = {one.code: one for one in Protocol.objects.all()}
    for row in plant("conduits", site.code):
        ends = {row["zone_a"], row["zone_b"]}
        if not ends & fresh or not ends <= zones.keys():
            continue
        conduit = Conduit.objects.create(
            site=site, name=row["name"], zone_a=zones[row["zone_a"]], zone_b=zones[row["zone_b"]],
            sl_t=row["sl_t"], controls=row.get("controls", ""),
            boundary_device=Asset.objects.filter(site=site, name=row.get("boundary_device", "")).first(),
        )  # fmt: skip
        Flow.objects.bulk_create(
            _flow(conduit, flow, zones, protocols, year)
            for flow in plant("flows", site.code)
            if flow["conduit"] == row["name"]
        )


def _flow(conduit: Conduit, row: Row, zones: dict[str, Zone], protocols: dict[str, Protocol], year: Year) -> Flow:
    plain: dict[str, Any] = {
        name: row[name] for name in ("ports", "encrypted", "authenticated", "purpose", "owner") if name in row
    }
    return Flow(
        site_id=conduit.site_id, conduit=conduit, initiator=zones[row["initiator"]], protocol=protocols[row["protocol"]],
        review_on=year.today + timedelta(days=row["review_days"]) if "review_days" in row else None, **plain,
    )  # fmt: skip
