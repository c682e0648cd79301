"""Subnets, ports and hardware addresses as people write them."""

import ipaddress
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

PORTS = re.compile(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*")
MAC = re.compile(r"[0-9A-F]{12}")


def normal_cidr(text: str) -> str:
    """Return a subnet in its normal form; raise ValueError with the remedy."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as wrong:
        raise ValueError(f"'{text}' is not a subnet. Write it such as 10.21.11.0/24.") from wrong


def validate_ports(text: str) -> None:
    """Refuse a port list that is not numbers and ranges between 0 and 65535."""
    plain = text.replace(" ", "")
    numbers = [int(number) for number in re.findall(r"\d+", plain)]
    if not PORTS.fullmatch(plain) or any(number > 65535 for number in numbers):
        raise ValidationError(
            gettext("'{text}' is not a list of ports. Write it such as 502 or 4840,49320-49330.").format(text=text)
        )


def normal_mac(text: str) -> str:
    """Return a hardware address as 00:1B:1B:12:34:56; raise ValueError with the remedy."""
    plain = re.sub(r"[\s:.\-]", "", text).upper()
    if not MAC.fullmatch(plain):
        raise ValueError(f"'{text}' is not a hardware address. Write it such as 00:1B:1B:12:34:56.")
    return ":".join(plain[index : index + 2] for index in range(0, 12, 2))
