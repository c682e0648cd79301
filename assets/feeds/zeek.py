"""Zeek's logs, TSV or JSON, of its own scripts and of ICSNPP: who speaks an industrial protocol, and what it says of itself."""

import ipaddress
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assets.feeds.seen import MOST_DEVICES, Seen, seen
from registers.files.sandbox import Refused

SERVERS = {"modbus": "Modbus", "modbus_detailed": "Modbus", "s7comm": "S7comm", "s7comm_plus": "S7comm", "s7comm_read_szl": "S7comm",
           "s7comm_known_devices": "S7comm",
           "dnp3": "DNP3", "dnp3_control": "DNP3", "dnp3_objects": "DNP3", "enip": "EtherNet/IP", "cip": "EtherNet/IP", "cip_io": "EtherNet/IP",
           "cip_identity": "EtherNet/IP", "bacnet": "BACnet", "bacnet_discovery": "BACnet", "bacnet_property": "BACnet", "cotp": "COTP"}  # fmt: skip
PLAIN = ("known_hosts", "known_services", "known_devices", "conn", "dhcp")
IDENTITY = {
    "cip_identity": {"vendor_name": "vendor", "product_name": "product", "serial_number": "serial_number", "revision": "version"},
    "s7comm_known_devices": {"module_name": "product", "module_serial": "serial_number"},
}  # fmt: skip
UNSET = {"-", "(empty)", ""}
LONGEST_LINE = 1_000_000


def read(path: Path) -> Iterator[Seen]:
    """Yield each address that the log tells of, once, with what speaks there."""
    devices: dict[str, dict[str, Any]] = {}
    for log, record in _records(path):
        for address, cells, service in _told(log, record):
            if not _of_a_plant(address):
                continue
            if address not in devices and len(devices) >= MOST_DEVICES:
                raise Refused(f"The log tells of over {MOST_DEVICES:,} addresses. Take a shorter stretch of time.")
            device = devices.setdefault(address, {"services": {}})
            device |= {name: value for name, value in cells.items() if value}
            if service:
                device["services"][service] = None
    for address, device in devices.items():
        services = device.pop("services")
        yield seen({"ip_address": address, **device}, services=services)


def _told(log: str, record: dict[str, str]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield address, cells and service for each end that one line of a log tells of."""
    get = record.get
    if log in SERVERS:
        cells = {field: get(name, "") for name, field in IDENTITY.get(log, {}).items()}
        yield get("source_h") or get("id.resp_h", ""), cells, SERVERS[log]
        if get("source_h") is None:
            yield get("id.orig_h", ""), {}, ""
    elif log == "known_services":
        named = get("service", "")
        yield get("host", ""), {}, f"{get('port_num', '')}/{get('port_proto', '')} {named}".strip()
    elif log == "dhcp":
        mac, name = get("mac", ""), get("host_name", "")
        yield get("assigned_addr") or get("client_addr", ""), {"mac_address": mac, "name": name}, ""
    elif log == "conn":
        yield get("id.orig_h", ""), {"mac_address": get("orig_l2_addr", "")}, ""
        if get("conn_state", "SF") not in {"S0", "REJ", "RSTOS0", "OTH"}:
            yield get("id.resp_h", ""), {"mac_address": get("resp_l2_addr", "")}, ""
    else:
        yield get("host", ""), {}, ""


def _of_a_plant(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    one_device = not (address.is_multicast or address.is_loopback or address.is_unspecified or address.is_reserved)
    return one_device and address.is_private and not text.endswith(".255")


def _records(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        tabbed = file.read(1) == "#"
        file.seek(0)
        lines = iter(lambda: file.readline(LONGEST_LINE), "")
        yield from _tsv(lines) if tabbed else _json(lines)


def _tsv(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    log, fields, separator = "", [], "\t"
    for number, line in enumerate(lines, start=1):
        plain = line.rstrip("\r\n")
        if plain.startswith("#separator"):
            told = plain.split(" ", 1)[-1].strip()
            separator = chr(int(told[2:], 16)) if told.startswith("\\x") else told
        elif plain.startswith("#path"):
            log = _known(plain.split(separator)[-1])
        elif plain.startswith("#fields"):
            fields = plain.split(separator)[1:]
        elif plain and not plain.startswith("#"):
            if not log or not fields:
                raise Refused(f"Line {number} comes before the log's #path and #fields. Take the whole log.")
            cells = zip(fields, plain.split(separator), strict=False)
            yield log, {name: cell for name, cell in cells if cell not in UNSET}


def _json(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as wrong:
            raise Refused(f"Line {number} is not JSON. Take the log anew.") from wrong
        if not isinstance(record, dict):
            raise Refused(f"Line {number} is no record of a log.")
        cells = {str(name): str(value) for name, value in record.items() if isinstance(value, str | int | float)}
        yield _known(cells.get("_path") or _guess(cells)), cells


def _known(log: str) -> str:
    if log not in SERVERS and log not in PLAIN:
        raise Refused(
            f"Zeek's log '{log[:40]}' tells of no devices. Take known_hosts, conn, or one of an industrial protocol."
        )
    return log


def _guess(cells: dict[str, str]) -> str:
    """Return which log a JSON line without `_path` is of, by the fields that only this log has."""
    by = {
        "port_num": "known_services", "assigned_addr": "dhcp", "conn_state": "conn", "product_name": "cip_identity", "module_serial": "s7comm_known_devices", "rosctr_code": "s7comm",
        "fc_request": "dnp3", "bvlc_function": "bacnet", "enip_command": "enip", "cip_service": "cip", "func": "modbus", "host": "known_hosts",
    }  # fmt: skip
    return next((log for name, log in by.items() if name in cells), "")
