"""What can be said of a session or of a provider's claims without asking anybody."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"), ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"), ("Chrome", r"(?:Chrome|CriOS|Chromium)/(\d+)"),
    ("Safari", r"Version/(\d+)[.\d]* (?:Mobile/\w+ )?Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", r"Android"), ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Windows", r"Windows"), ("macOS", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)  # fmt: skip

FACTORS = frozenset({"password", "mfa", "provider"})


def device(user_agent: str) -> str:
    """Return browser and system in words, such as `Firefox 140, Windows`; what is not known stands as it was sent."""
    browser = next((f"{name} {found[1]}" for name, mark in BROWSERS if (found := re.search(mark, user_agent))), "")
    system = next((name for name, mark in SYSTEMS if re.search(mark, user_agent)), "")
    return ", ".join(filter(None, (browser, system))) or user_agent.strip()[:60] or "unknown"


def fresh(records: Sequence[Mapping[str, Any]], *, now: float, within: float) -> bool:
    """Tell whether one of these records of a session is of a factor proven less than `within` seconds before `now`.

    That a provider led back (`socialaccount`) is no proof: it may have asked for nothing.
    """
    return any(one["method"] in FACTORS and now - one["at"] < within for one in records)


def vouches(claims: Mapping[str, Any], accepted: Sequence[str]) -> bool:
    """Tell whether an ID token says, by `amr` (RFC 8176) or `acr`, that a second factor of the accepted kind was used."""
    methods = claims.get("amr")
    said = {one for one in (*(methods if isinstance(methods, list) else ()), claims.get("acr")) if isinstance(one, str)}
    return bool(said & set(accepted))
