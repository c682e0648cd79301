"""CycloneDX JSON: the device that a document is about with its software, and devices among the components.

Where a device bears an asset tag, that is its name, and the component's name the product. Its version is that of its only firmware, unless it has one.
"""

from collections.abc import Iterator
from typing import Any

from assets.feeds.seen import Seen, seen, text
from registers.files.sandbox import Refused

SOFTWARE = {
    "application",
    "framework",
    "library",
    "operating-system",
    "firmware",
    "device-driver",
    "platform",
    "container",
}
DEEPEST = 20


def read(found: dict[str, Any]) -> Iterator[Seen]:
    """Yield the subject of the document with what is installed on it, then each device of its components."""
    version = text(found.get("specVersion"))
    if not version.startswith("1."):
        raise Refused(f"CycloneDX {version or 'without specVersion'} is not known. Write the document as 1.6.")
    metadata = found.get("metadata")
    subject = metadata.get("component") if isinstance(metadata, dict) else None
    software: list[dict[str, str]] = []
    devices = []
    for component in _components(found.get("components"), 0):
        if component.get("type") == "device":
            devices.append(component)
        elif component.get("type") in SOFTWARE:
            software.append(_program(component))
    if not isinstance(subject, dict) and not devices:
        raise Refused(
            "The document names no device: neither its subject (metadata.component) nor a component of type device."
        )
    if isinstance(subject, dict) and (subject.get("type") == "device" or software or not devices):
        yield _device(subject, [one for one in software if one["name"]])
    for device in devices:
        own = [_program(one) for one in _components(device.get("components"), 1) if one.get("type") in SOFTWARE]
        yield _device(device, [one for one in own if one["name"]])


def _components(listed: Any, depth: int) -> Iterator[dict[str, Any]]:
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            yield one
            if depth < DEEPEST and one.get("type") != "device":
                yield from _components(one.get("components"), depth + 1)


def _maker(component: dict[str, Any]) -> str:
    for name in ("manufacturer", "supplier"):
        one = component.get(name)
        if isinstance(one, dict) and text(one.get("name")):
            return text(one.get("name"), 120)
    return text(component.get("publisher"), 120) or text(component.get("group"), 120)


def _program(component: dict[str, Any]) -> dict[str, str]:
    return {
        "name": text(component.get("name")), "vendor": _maker(component), "version": text(component.get("version"), 80),
        "purl": text(component.get("purl"), 300),
    }  # fmt: skip


def _device(component: dict[str, Any], software: list[dict[str, str]]) -> Seen:
    listed = component.get("properties")
    own = {
        text(one.get("name")).rsplit(":", 1)[-1].lower(): one.get("value")
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    }
    tag = own.get("tag") or own.get("assettag") or own.get("asset_tag")
    firmware = [
        text(one.get("version")) for one in _components(component.get("components"), 1) if one.get("type") == "firmware"
    ]
    version = text(component.get("version"))
    return seen({
        "name": tag or component.get("name"), "vendor": _maker(component),
        "product": component.get("name") if tag else component.get("description"),
        "version": firmware[0] if len(firmware) == 1 and version in {"", "0"} else version,
        "serial_number": own.get("serialnumber") or own.get("serial_number"), "model_number": own.get("modelnumber") or own.get("model_number"),
        "ip_address": own.get("ipaddress") or own.get("ip_address"), "mac_address": own.get("macaddress") or own.get("mac_address"),
    }, software=software)  # fmt: skip
