"""nmap's XML (`-oX`): hosts that are up, with addresses, open services, and what the scripts for PLCs told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from assets.feeds.seen import Seen, seen
from registers.files.sandbox import Refused

# script > element > field: what nmap's own scripts for industrial protocols print
TOLD = {
    "s7-info": {"Module": "model_number", "Module Type": "product", "Version": "version", "Serial Number": "serial_number", "System Name": "note"},
    "enip-info": {"Vendor": "vendor", "Product Name": "product", "Serial Number": "serial_number", "Revision": "version"},
    "bacnet-info": {"Vendor Name": "vendor", "Model Name": "product", "Firmware": "version", "Object Name": "note", "Location": "location"},
    "fox-info": {"hostId": "serial_number", "app.version": "version", "brandId": "vendor"},
    "modicon-info": {"Vendor Name": "vendor", "CPU Module": "product", "Firmware": "version"},
}  # fmt: skip
BESIDE_ETHERNET = {"s7-info": "Siemens"}
NOT_WELL_FORMED = "The XML breaks off or is damaged at line {line}. Take the scan's file anew."
HOSTILE = "The file defines entities or refers to other files, which nmap never does. It is not read."


def read(path: Path) -> Iterator[Seen]:
    """Yield each host that is up; the tree is thrown away as it is read."""
    try:
        root: Element | None = None
        for event, element in iterparse(path, events=("start", "end"), forbid_dtd=False):
            if root is None:
                root = element
                if root.tag != "nmaprun":
                    raise Refused(f"This XML is a '{root.tag[:40]}', not a scan of nmap. Save the scan with -oX.")
            elif event == "end" and element.tag == "host":
                if told := _host(element):
                    yield told
                root.clear()
    except ParseError as wrong:
        raise Refused(NOT_WELL_FORMED.format(line=wrong.position[0])) from wrong
    except DefusedXmlException as wrong:
        raise Refused(HOSTILE) from wrong
    except (ValueError, LookupError) as wrong:
        raise Refused("The file claims an encoding that is not known. Save it as UTF-8.") from wrong


def _host(host: Element) -> Seen | None:
    status = host.find("status")
    if status is not None and status.get("state") != "up":
        return None
    cells: dict[str, Any] = {}
    for address in host.findall("address"):
        if address.get("addrtype") == "mac":
            cells |= {"mac_address": address.get("addr"), "vendor": address.get("vendor")}
        elif "ip_address" not in cells:
            cells["ip_address"] = address.get("addr")
    name = host.find("hostnames/hostname")
    if name is not None:
        cells["name"] = (name.get("name") or "").split(".")[0]
    for script in host.iter("script"):
        _script(script, cells)
    return seen(cells, services=_services(host))


def _services(host: Element) -> Iterator[str]:
    for port in host.findall("ports/port"):
        state, service = port.find("state"), port.find("service")
        if state is not None and state.get("state") == "open":
            parts = [service.get(part) for part in ("name", "product", "version")] if service is not None else []
            yield " ".join([f"{port.get('portid')}/{port.get('protocol')}", *(part for part in parts if part)])


def _script(script: Element, cells: dict[str, Any]) -> None:
    name = script.get("id") or ""
    told = {one.get("key"): (one.text or "").strip() for one in script.iter("elem")}
    for key, field in TOLD.get(name, {}).items():
        if told.get(key):
            cells[field] = told[key]
    if name in BESIDE_ETHERNET and told:
        cells["vendor"] = BESIDE_ETHERNET[name]
