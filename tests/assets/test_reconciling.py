"""How a seen device is matched: serial, hardware address, name, address; doubt is said and never guessed."""

import pytest

from assets.rules.reconciling import Index, Known, alike, differences, key_of


def known(pk: int, name: str, serial: str = "", mac: str = "", *ips: str) -> Known:
    """An asset with the keys that it has."""
    return Known(pk, name, {"serial_number": (serial,), "mac_address": (mac,), "name": (name,), "ip_address": ips})


PLANT = Index.of([
    known(1, "PLC01", "S C-L4B29817", "00:1B:1B:12:34:56", "10.21.11.10"), known(2, "PLC02", "", "00:1B:1B:12:34:57", "10.21.11.11", "10.21.12.11"),
    known(3, "HMI01", "X-77", "", "10.21.11.20"), known(4, "HMI02", "X77", "", "10.21.11.20"), known(5, "SW01", "0000"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "asset", "by", "doubt"),
    [
        ({"serial_number": "sc-l4b29817", "name": "PLC01"}, 1, "serial_number", ""),
        ({"mac_address": "00-1b-1b-12-34-57"}, 2, "mac_address", ""),
        ({"name": "plc02", "ip_address": "10.21.11.99"}, 2, "name", ""),
        ({"ip_address": "10.21.12.11"}, 2, "ip_address", ""),
        ({"serial_number": "S C-L4B29817", "mac_address": "00:1B:1B:12:34:57"}, 1, "serial_number", "hardware address 00:1B:1B:12:34:57 is recorded for PLC02"),
        ({"name": "PLC01", "ip_address": "10.21.11.11"}, 1, "name", "recorded for PLC02"),
        ({"serial_number": "X 77"}, None, "serial_number", "is on HMI01, HMI02"),
        ({"ip_address": "10.21.11.20"}, None, "ip_address", "is on HMI01, HMI02"),
        ({"name": "HMI01", "ip_address": "10.21.11.20"}, 3, "name", ""),
        ({"serial_number": "0000"}, None, "", ""), ({"serial_number": "12"}, None, "", ""), ({"mac_address": "ff:ff:ff:ff:ff:ff"}, None, "", ""),
        ({"name": "RTU09", "ip_address": "10.0.0.1"}, None, "", ""), ({}, None, "", ""), ({"ip_address": "not one"}, None, "", ""),
    ],
)  # fmt: skip
def test_the_first_key_that_fits_counts(seen: dict[str, str], asset: int | None, by: str, doubt: str) -> None:
    found = PLANT.find(seen)
    assert (found.asset, found.by) == (asset, by)
    assert doubt in found.doubt
    assert bool(doubt) == bool(found.doubt)


@pytest.mark.parametrize(
    ("name", "old", "new", "same"),
    [
        ("version", "V2.9.4", "2.9.4", True), ("version", "2.9.4", "2.9.5", False), ("model_number", "6ES7516-3AN02-0AB0", "6ES7 516-3AN02-0AB0", True), ("vendor", "Siemens", "Siemens AG", True),
        ("vendor", "", "Siemens", False), ("vendor", "Moxa", "Siemens", False), ("serial_number", "S C-1234", "sc1234", True),
        ("mac_address", "00:1B:1B:12:34:56", "001b1b123456", True), ("ip_address", "fe80::1", "fe80:0::1", True), ("product", "NPort", "nport", True),
    ],
)  # fmt: skip
def test_sources_write_the_same_thing_differently(name: str, old: str, new: str, same: bool) -> None:
    assert alike(name, old, new) is same


def test_what_was_not_seen_says_nothing() -> None:
    recorded = {"vendor": "Siemens", "version": "V2.9.4", "location": "Cabinet 2"}
    assert differences(recorded, {"vendor": "Siemens", "version": "V2.9.7", "location": ""}) == [
        ("version", "V2.9.4", "V2.9.7")
    ]
    assert differences(recorded, recorded) == []


def test_an_order_number_told_as_product_is_no_change() -> None:
    recorded = {"product": "ControlLogix 5580", "model_number": "1756-L83E"}
    assert differences(recorded, {"product": "1756-L83E/B"}) == []
    assert differences(recorded, {"product": "1756-L85E"}) == [("product", "ControlLogix 5580", "1756-L85E")]


def test_keys_that_identify_nothing_are_no_keys() -> None:
    assert [key_of("serial_number", one) for one in ("", None, "0000", "12", "AB1")] == ["", "", "", "", "ab1"]
    assert key_of("mac_address", "00:00:00:00:00:00") == key_of("mac_address", "no") == ""
