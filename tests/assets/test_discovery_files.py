"""Files that tell of devices: each kind is read, and what is hostile, broken or of no use is refused with a sentence."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from assets.discovering import read
from registers.files import sandbox
from registers.files.sandbox import Refused

NMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" args="nmap -sV -oX - 10.21.11.0/24" version="7.95">
<host><status state="up"/><address addr="10.21.11.10" addrtype="ipv4"/><address addr="00:1b:1b:12:34:56" addrtype="mac" vendor="Siemens AG"/>
<hostnames><hostname name="n-ps1-plc01.plant.local" type="PTR"/></hostnames>
<ports><port protocol="tcp" portid="102"><state state="open"/><service name="iso-tsap" product="Siemens S7 PLC"/>
<script id="s7-info" output=""><elem key="Module">6ES7 516-3AN02-0AB0</elem><elem key="Version">2.9.7</elem><elem key="Serial Number">S C-L4B29817</elem></script></port>
<port protocol="tcp" portid="80"><state state="closed"/><service name="http"/></port></ports></host>
<host><status state="down"/><address addr="10.21.11.11" addrtype="ipv4"/></host>
<host><status state="up"/><address addr="10.21.11.12" addrtype="ipv4"/></host></nmaprun>"""
HOSTS = "#separator \\x09\n#set_separator\t,\n#path\tknown_hosts\n#fields\tts\thost\n#types\ttime\taddr\n1.0\t10.21.11.10\n2.0\t8.8.8.8\n3.0\t10.21.11.255\n"
IDENTITY = "#separator \\x09\n#path\tcip_identity\n#fields\tts\tuid\tsource_h\tvendor_name\trevision\tserial_number\tproduct_name\n1\tC\t10.21.11.30\tRockwell Automation\t33.011\t00c8a41f\t1756-L83E/B\n"
S7COMM = "#separator \\x09\n#path\ts7comm_known_devices\n#fields\tts\tid.orig_h\tid.resp_h\tsource_h\tmodule_name\tmodule_serial\n1\t10.21.11.41\t10.21.11.41\t-\tCPU 315-2 PN/DP\tS C-C2UR28922012\n"
MODBUS = [{"_path": "modbus", "id.orig_h": "10.21.11.5", "id.resp_h": "10.21.11.40", "func": "READ_COILS"}] * 2
CONN = [{"id.orig_h": "10.1.1.1", "id.resp_h": "10.1.1.2", "conn_state": "S0", "orig_l2_addr": "00:1b:1b:00:00:01"}]
NETBOX = {"count": 1, "results": [{
    "name": "N-PS2-SW02", "serial": "TAFEB1234", "device_type": {"model": "EDS-510E", "part_number": "EDS-510E-3GTXSFP", "manufacturer": {"name": "Moxa"}},
    "role": {"name": "Access switch"}, "primary_ip": {"address": "10.21.12.2/24"}, "location": {"name": "Hall 2"}, "custom_fields": {"firmware": "5.3"},
}]}  # fmt: skip
SBOM = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {
    "type": "device", "name": "N-SUP-SRV01", "manufacturer": {"name": "Siemens"}, "version": "V7.5", "properties": [{"name": "cdx:device:serialNumber", "value": "SRV-991"}],
}}, "components": [
    {"type": "application", "name": "WinCC", "version": "7.5", "publisher": "Siemens", "components": [{"type": "library", "name": "openssl", "version": "3.0.9", "purl": "pkg:generic/openssl@3.0.9"}]},
    {"type": "device", "name": "N-SUP-PLC09", "components": [{"type": "firmware", "name": "CPU firmware", "version": "V4.5"}]},
]}  # fmt: skip

MEASURED = """
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from registers.files.sandbox import values
assert sum(1 for _ in values("assets.feeds.reader", Path(sys.argv[1]))) == 40_000
print(getrusage(RUSAGE_CHILDREN).ru_maxrss)
"""


def put(tmp_path: Path, told: Any, name: str = "scan") -> Path:
    """Put a file down."""
    path = tmp_path / name
    path.write_bytes(
        told if isinstance(told, bytes) else told.encode() if isinstance(told, str) else json.dumps(told).encode()
    )
    return path


def lines(records: list[dict[str, Any]]) -> str:
    """Return records as JSON, one a line."""
    return "\n".join(json.dumps(one) for one in records)


class TestKinds:
    def test_nmap_tells_hosts_that_are_up_with_what_the_scripts_learned(self, tmp_path: Path) -> None:
        first, second = read(put(tmp_path, NMAP), "scan.xml")
        assert first == {
            "name": "n-ps1-plc01", "vendor": "Siemens", "model_number": "6ES7 516-3AN02-0AB0", "serial_number": "S C-L4B29817", "version": "2.9.7",
            "ip_address": "10.21.11.10", "mac_address": "00:1B:1B:12:34:56", "services": ["102/tcp iso-tsap Siemens S7 PLC"],
        }  # fmt: skip
        assert second == {"ip_address": "10.21.11.12"}

    def test_zeek_tells_addresses_of_the_plant_once(self, tmp_path: Path) -> None:
        assert read(put(tmp_path, HOSTS), "known_hosts.log") == [{"ip_address": "10.21.11.10"}]
        assert read(put(tmp_path, IDENTITY), "cip_identity.log") == [{
            "ip_address": "10.21.11.30", "vendor": "Rockwell Automation", "product": "1756-L83E/B", "serial_number": "00c8a41f", "version": "33.011",
            "services": ["EtherNet/IP"],
        }]  # fmt: skip
        assert read(put(tmp_path, lines(MODBUS)), "modbus.log") == [
            {"ip_address": "10.21.11.40", "services": ["Modbus"]},
            {"ip_address": "10.21.11.5"},
        ]
        assert read(put(tmp_path, lines(CONN)), "conn.log") == [
            {"ip_address": "10.1.1.1", "mac_address": "00:1B:1B:00:00:01"}
        ]

    def test_zeek_s7comm_known_devices_with_a_remark_above_its_head(self, tmp_path: Path) -> None:
        told = "### Baseline of a test\n" + S7COMM
        assert read(put(tmp_path, told), "s7comm_known_devices.log") == [
            {"ip_address": "10.21.11.41", "product": "CPU 315-2 PN/DP", "serial_number": "S C-C2UR28922012", "services": ["S7comm"]},
        ]  # fmt: skip

    def test_netbox_s_export_for_machines_keeps_address_and_firmware(self, tmp_path: Path) -> None:
        export = "name,manufacturer,device_type,role,serial,status,primary_ip4,cf_firmware_version\nN-GW1,Moxa,MGate MB3180,PLC,AB-1,active,10.21.11.7/24,2.2\n"
        assert read(put(tmp_path, export), "devices.csv") == [{
            "name": "N-GW1", "vendor": "Moxa", "product": "MGate MB3180", "serial_number": "AB-1", "version": "2.2", "ip_address": "10.21.11.7", "kind": "PLC",
        }]  # fmt: skip

    def test_a_table_with_other_names_of_columns(self, tmp_path: Path) -> None:
        path = put(tmp_path, "asset_tag,vendor,firmware_version,last_seen\nAT-1,Moxa,2.2,2026-07-17\n")
        mapping = {"asset_tag": "name", "firmware_version": "version", "last_seen": None}
        assert read(path, "plant.csv", mapping) == [{"name": "AT-1", "vendor": "Moxa", "version": "2.2"}]
        with pytest.raises(Refused, match="columns that the file does not have: colour"):
            read(path, "plant.csv", {"colour": "name"})

    def test_netbox_as_json_and_as_its_export(self, tmp_path: Path) -> None:
        told = {
            "name": "N-PS2-SW02",
            "vendor": "Moxa",
            "product": "EDS-510E",
            "ip_address": "10.21.12.2",
            "kind": "NETWORK_DEVICE",
        }
        more = {
            "model_number": "EDS-510E-3GTXSFP",
            "serial_number": "TAFEB1234",
            "version": "5.3",
            "location": "Hall 2",
        }
        assert (
            read(put(tmp_path, NETBOX), "devices.json")
            == read(put(tmp_path, NETBOX["results"]), "devices.json")
            == [told | more]
        )
        export = "Name,Status,Site,Role,Manufacturer,Type,IP Address\nN-PS2-SW02,Active,North,Access switch,Moxa,EDS-510E,10.21.12.2/24\n"
        assert read(put(tmp_path, export), "devices.csv") == [told]

    def test_cyclonedx_tells_its_subject_with_software_and_devices(self, tmp_path: Path) -> None:
        server, plc = read(put(tmp_path, SBOM), "bom.json")
        assert (server["name"], server["vendor"], server["serial_number"]) == ("N-SUP-SRV01", "Siemens", "SRV-991")
        assert [(one["name"], one["version"]) for one in server["software"]] == [("WinCC", "7.5"), ("openssl", "3.0.9")]
        assert (plc["name"], plc["version"], plc["software"][0]["version"]) == ("N-SUP-PLC09", "V4.5", "V4.5")

    def test_cyclonedx_of_a_whole_plant_names_devices_by_their_tags(self, tmp_path: Path) -> None:
        gateway = {
            "type": "device", "manufacturer": {"name": "Moxa"}, "name": "MGate MB3180", "version": "0", "properties": [{"name": "asset:tag", "value": "AT-1"}],
            "components": [{"type": "firmware", "name": "MGate MB3180 firmware", "version": "2.2"}],
        }  # fmt: skip
        plant = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "platform", "name": "Plant"}}, "components": [gateway]}  # fmt: skip
        (one,) = read(put(tmp_path, plant), "bom.json")
        assert (one["name"], one["vendor"], one["product"], one["version"]) == ("AT-1", "Moxa", "MGate MB3180", "2.2")

    def test_a_table_of_assets(self, tmp_path: Path) -> None:
        path = put(tmp_path, "name;zone;kind;serial_number;version\nN-A1;N-PS1;Network device;AB-1;-\n")
        assert read(path, "plant.csv") == [
            {"name": "N-A1", "zone": "N-PS1", "kind": "NETWORK_DEVICE", "serial_number": "AB-1"}
        ]


BOMB = '<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]><nmaprun><host>&j;</host></nmaprun>"  # fmt: skip


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("", "is empty"), (BOMB, "defines entities"), ('<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd"><nmaprun/>', "tells of no device"),
        ('<!DOCTYPE n [<!ENTITY x SYSTEM "file:///etc/passwd">]><nmaprun>&x;</nmaprun>', "defines entities"),
        (NMAP[:900], "breaks off"), ("<html><body/></html>", "'html', not a scan"), ("<nmaprun></nmaprun>", "tells of no device"),
        ('<?xml version="1.0" encoding="x-klingon"?><nmaprun/>', "encoding"), ('{"a": ', "not JSON"), ("[" * 200_000, "nested too deeply"),
        ('[{"colour": "red"}]', "Entry 1 is no device"), ('{"colour": "red"}', "Zeek's log ''"), ('{"bomFormat": "CycloneDX", "specVersion": "2.0"}', "CycloneDX 2.0"),
        ('{"bomFormat": "CycloneDX", "specVersion": "1.6"}', "names no device"), ("#separator \\x09\n1\t2\n", "before the log's #path"),
        ("#separator \\x09\n#path\thttp\n#fields\tts\n1\n", "'http' tells of no devices"), ("colour,name\nred,A\n", "Unknown column: colour"),
        ("vendor,zone\nMoxa,N-PS1\n", "No column tells the devices apart"), ("manufacturer,model,slug\nAPC,AP4421,ap4421\n", "Unknown column: manufacturer"),
        ("name,zone\nN-A1\x00,N-PS1\n", "Row 2, column 1 holds NUL"), ("name,zone\n" + "x" * 200_000, "over 100,000 characters"), ("name,zone\nN-A1,N-PS1,x\n", "more cells"),
        ("### A remark\n1.0\t10.1.1.167\n", "before the log's #path"), (b"%PDF-1.7 x", "neither CSV nor XLSX"), (b"PK\x03\x04nonsense", "broken"),
        (NMAP.encode("utf-16"), "damaged at line 1"),
    ],
)  # fmt: skip
def test_what_is_of_no_use_is_refused_with_a_sentence(tmp_path: Path, told: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(put(tmp_path, told), "file")


def test_a_large_scan_is_read_in_bounded_memory(tmp_path: Path) -> None:
    host = (
        '<host><status state="up"/><address addr="10.{}.{}.{}" addrtype="ipv4"/><ports>'
        + '<port protocol="tcp" portid="1"><state state="filtered"/></port>' * 12
        + "</ports></host>"
    )
    path = tmp_path / "large.xml"
    with path.open("w") as file:
        file.write("<nmaprun>")
        for number in range(40_000):
            file.write(host.format(number >> 16 & 255, number >> 8 & 255, number & 255))
        file.write("</nmaprun>")
    tracemalloc.start()
    found = read(path, "large.xml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 40_000
    assert path.stat().st_size > 30_000_000
    assert peak < 60_000_000
    # From a small process, for a child's peak begins at that of the process it left.
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True, cwd=sandbox.ROOT
    )
    assert int(measured.stdout) < 100_000  # kilobytes
