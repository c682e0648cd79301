"""Pure rules of the programme: frozen snapshots and how a live record differs from one."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


def digest(snapshot: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a snapshot in its canonical form (RFC 8785), hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(snapshot))).hexdigest()


def differences(frozen: Mapping[str, Any], live: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (field, frozen, live) for each fact in which a live record differs from its snapshot."""
    names = sorted(set(frozen) | set(live))
    return [
        (name, str(frozen.get(name, "")), str(live.get(name, "")))
        for name in names
        if frozen.get(name) != live.get(name)
    ]
