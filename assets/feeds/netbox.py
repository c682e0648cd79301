"""NetBox's devices: the answer of its REST API as JSON, or the export of its list as CSV."""

from collections.abc import Iterator
from typing import Any

from assets.feeds.seen import TELLING, Seen, seen
from registers.files.sandbox import Refused

COLUMNS = {
    "name": "name", "manufacturer": "vendor", "type": "product", "device_type": "product", "device type": "product", "serial number": "serial_number",
    "serial": "serial_number", "ip address": "ip_address", "primary_ip": "ip_address", "primary ip": "ip_address", "primary_ip4": "ip_address",
    "ipv4 address": "ip_address", "location": "location", "rack": "rack", "role": "role", "mac address": "mac_address", "cf_mac_address": "mac_address",
    "part number": "model_number", "cf_firmware_version": "version", "cf_firmware": "version", "cf_version": "version",
}  # fmt: skip
VERSIONS = ("firmware_version", "firmware", "version")
KINDS = {"plc": "PLC", "hmi": "HMI", "switch": "NETWORK_DEVICE", "router": "NETWORK_DEVICE", "firewall": "NETWORK_DEVICE", "server": "SERVER",
         "engineering": "ENGINEERING_WORKSTATION", "scada": "SCADA_SERVER", "safety": "SAFETY_SYSTEM", "rtu": "CONTROL_HARDWARE"}  # fmt: skip


def kind_of(role: str) -> str:
    """Return the kind that a role's name speaks of, or nothing."""
    return next((kind for word, kind in KINDS.items() if word in role.lower()), "")


def read_json(found: Any) -> Iterator[Seen]:
    """Yield each device of the API's answer, or of its bare list."""
    devices = found.get("results") if isinstance(found, dict) else found
    if not isinstance(devices, list):
        raise Refused("This JSON is neither a list of devices of NetBox nor a CycloneDX document.")
    for number, device in enumerate(devices, start=1):
        if not isinstance(device, dict) or not ({"device_type", "serial", "name"} & set(device)):
            raise Refused(f"Entry {number} is no device of NetBox. Export the devices, not another list.")
        yield _device(device)


def _part(record: Any, *names: str) -> Any:
    for name in names:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def _device(device: dict[str, Any]) -> Seen:
    kind = _part(device, "role", "name") or _part(device, "device_role", "name") or ""
    address = _part(device, "primary_ip", "address") or _part(device, "primary_ip4", "address") or ""
    own = device.get("custom_fields")
    return seen({
        "name": device.get("name"), "vendor": _part(device, "device_type", "manufacturer", "name"), "product": _part(device, "device_type", "model"),
        "model_number": _part(device, "device_type", "part_number"), "serial_number": device.get("serial"), "ip_address": str(address).split("/")[0],
        "location": _part(device, "rack", "name") or _part(device, "location", "name"), "kind": kind_of(str(kind)),
        "version": next(filter(None, (_part(own, name) for name in VERSIONS)), ""), "mac_address": _part(own, "mac_address"), "note": device.get("description"),
    })  # fmt: skip


def is_export(header: list[str]) -> bool:
    """Tell whether a table's columns are those of NetBox's list of devices."""
    told = {COLUMNS[column] for column in header if column in COLUMNS}
    return bool({"manufacturer", "device_type", "device type"} & set(header)) and bool(set(TELLING) & told)


def read_row(cells: dict[str, str]) -> Seen:
    """Return the device of one row of the export."""
    told = {field: cells[column] for column, field in COLUMNS.items() if cells.get(column)}
    return seen({
        **told, "ip_address": told.get("ip_address", "").split("/")[0], "location": told.get("rack") or told.get("location"),
        "kind": kind_of(told.get("role", "")),
    })  # fmt: skip
