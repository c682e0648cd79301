"""Every register of the portal in menu order, and what the apps declare for each other."""

from typing import Any

from django.db import models

import accounts.registers
import assets.registers
import patching.registers
import patching.summary
from assets.models import Asset, Zone
from patching.models import Advisory, Match, VendorAlias
from patching.tasks import rematch

APPS = (patching.registers, assets.registers, accounts.registers)
REGISTERS = tuple(register for app in APPS for register in app.REGISTERS)
PANELS: tuple[tuple[type[models.Model] | None, Any], ...] = tuple(panel for app in APPS for panel in app.PANELS)
TIMELINE: tuple[Any, ...] = ()
FOLLOWERS: dict[type[models.Model], tuple[Any, ...]] = dict.fromkeys(
    (Asset, Zone, Advisory, Match, VendorAlias), (rematch,)
)
JOBS: dict[str, Any] = {}
SUMMARIES: tuple[Any, ...] = (patching.summary,)
