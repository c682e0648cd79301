"""The demo plant holds together: every name resolves, every address lies in its network, owners exist."""

import ipaddress
from collections import Counter

import pytest

from assets.models import Asset
from assets.rules.network import normal_cidr, normal_mac, validate_ports
from tests.demo.plant import DATA, SITES, advisories, assets, keyed, people, plant, protocols, table


def test_plant_has_the_size_of_a_small_utility() -> None:
    assert [site["code"] for site in plant("sites")] == SITES
    assert 30 <= len(plant("zones")) <= 36
    assert 30 <= len(plant("conduits")) <= 40
    assert 80 <= len(plant("flows")) <= 100
    assert 380 <= len(table("assets.csv")) <= 420
    assert len(advisories()) >= 60
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 1_500_000


def test_zones_have_their_system_parent_and_level() -> None:
    zones, systems = keyed(plant("zones")), keyed(plant("systems"))
    for (site, name), zone in zones.items():
        assert zone["level"] in {half / 2 for half in range(11)}, name
        assert zone["external"] or ((site, zone["system"]) in systems and len(zone["sl_t"]) == 7), name
        assert set(zone.get("sl_t", [0])) <= {0, 1, 2, 3, 4}, name
        assert "parent" not in zone or (site, zone["parent"]) in zones, name
    assert {site for (site, _), zone in zones.items() if zone["level"] == 3.5} == set(SITES)


def test_networks_are_normal_and_do_not_overlap() -> None:
    zones = keyed(plant("zones"))
    subnets = []
    for network in keyed(plant("networks")).values():
        assert (network["site"], network["zone"]) in zones
        assert normal_cidr(network["cidr"]) == network["cidr"]
        subnets.append(ipaddress.ip_network(network["cidr"]))
    assert not [(a, b) for n, a in enumerate(subnets) for b in subnets[n + 1 :] if a.overlaps(b)]


def test_conduits_join_two_zones_of_their_site_and_name_a_boundary_device() -> None:
    zones, devices = keyed(plant("zones")), assets()
    for conduit in keyed(plant("conduits")).values():
        ends = {(conduit["site"], conduit["zone_a"]), (conduit["site"], conduit["zone_b"])}
        assert len(ends) == 2
        assert ends <= zones.keys()
        assert (conduit["site"], conduit["boundary_device"]) in devices
        assert len(conduit["sl_t"]) == 7


def test_flows_start_at_one_end_of_their_conduit_by_a_known_protocol() -> None:
    conduits = keyed(plant("conduits"))
    for flow in plant("flows"):
        conduit = conduits[flow["site"], flow["conduit"]]
        assert flow["initiator"] in (conduit["zone_a"], conduit["zone_b"])
        assert flow["protocol"] in protocols()
        validate_ports(flow["ports"])
    assert {flow["conduit"] for flow in plant("flows")} == {name for _, name in conduits}


def test_protocols_name_known_secure_variants_and_ports() -> None:
    for protocol in protocols().values():
        assert not protocol["secure_variant"] or protocol["secure_variant"] in protocols()
        assert len(protocol["code"]) <= 40
        assert len(protocol["note"]) <= 300
        if protocol["ports"]:
            validate_ports(protocol["ports"])


def test_assets_fit_the_choices_and_their_zone() -> None:
    zones, all_assets = keyed(plant("zones")), assets()
    for (site, name), asset in all_assets.items():
        assert asset["kind"] in {*Asset.Kind.values, ""}, name
        assert asset["lifecycle"] in Asset.Lifecycle.values, name
        assert asset["criticality"] in {*Asset.Criticality.values, ""}, name
        assert not asset["zone"] or not zones[site, asset["zone"]]["external"], name
        assert not asset["mac_address"] or normal_mac(asset["mac_address"]) == asset["mac_address"], name
        assert "@" not in asset["owner"] or asset["owner"] in people(), name
        partner = asset["redundant_partner"]
        assert not partner or all_assets[site, partner]["redundant_partner"] == name
        assert all(asset[effect] in {"", "0", "1", "2", "3"} for effect in ("safety", "environment", "production"))


def test_addresses_are_unique_and_lie_in_a_network_of_the_zone() -> None:
    subnets = [(row["site"], row["zone"], ipaddress.ip_network(row["cidr"])) for row in plant("networks")]
    used = Counter(row["ip_address"] for row in table("assets.csv") if row["ip_address"])
    assert used
    assert set(used.values()) == {1}
    for asset in table("assets.csv"):
        if asset["ip_address"]:
            address = ipaddress.ip_address(asset["ip_address"])
            homes = {(site, zone) for site, zone, subnet in subnets if address in subnet}
            assert [site for site, _ in homes] == [asset["site"]], asset["name"]
            assert not asset["zone"] or (asset["site"], asset["zone"]) in homes, asset["name"]


def test_inventory_has_the_blemishes_of_a_real_one() -> None:
    rows = table("assets.csv")
    assert any(not row["kind"] for row in rows)
    assert any(not row["version"] for row in rows)
    assert any(not row["zone"] and row["lifecycle"] == "IN_USE" for row in rows)
    assert any(int(row["verified_days"]) < -420 for row in rows)
    assert any(row["supported_until"] and row["supported_until"] < "2025" for row in rows)


@pytest.mark.parametrize("name", ["interfaces.csv", "software.csv", "backups.csv"])
def test_parts_belong_to_an_asset(name: str) -> None:
    known = assets()
    assert len(table(name)) > 200
    assert [row for row in table(name) if (row["site"], row["asset"]) not in known] == []


def test_interfaces_sit_in_their_network_and_backups_were_tried_after_they_were_taken() -> None:
    networks = keyed(plant("networks"))
    for row in table("interfaces.csv"):
        cidr = networks[row["site"], row["network"]]["cidr"]
        assert ipaddress.ip_address(row["ip_address"]) in ipaddress.ip_network(cidr)
        assert set(row["protocols"].split()) <= protocols().keys()
    addresses = [row["ip_address"] for row in table("interfaces.csv")]
    assert len(addresses) == len(set(addresses))
    for row in table("backups.csv"):
        assert int(row["taken_days"]) < 0
        assert len(row["sha256"]) == 64
        assert not row["restore_tested_days"] or int(row["taken_days"]) <= int(row["restore_tested_days"]) < 0


def test_people_of_the_contract_sign_in_and_owners_exist() -> None:
    accounts = [email for email, person in people().items() if person["account"]]
    assert accounts == [f"{name}@demo.example" for name in ("admin", "mara", "petra", "nils", "emil", "ada", "sven")]
    names = {person["name"] for person in people().values()}
    owners = {row["owner"] for kind in ("zones", "systems", "flows") for row in plant(kind) if row.get("owner")}
    assert owners <= names
    assert {row["owner"] for row in table("assets.csv") if "@" not in row["owner"]} <= names | {""}
