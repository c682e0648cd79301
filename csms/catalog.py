"""Every register of the portal in menu order, and what the apps declare for each other."""

from typing import Any

from django.db import models

import accounts.registers
import assets.registers

APPS = (assets.registers, accounts.registers)
REGISTERS = tuple(register for app in APPS for register in app.REGISTERS)
PANELS: tuple[tuple[type[models.Model] | None, Any], ...] = tuple(panel for app in APPS for panel in app.PANELS)
TIMELINE: tuple[Any, ...] = ()
FOLLOWERS: dict[type[models.Model], tuple[Any, ...]] = {}
JOBS: dict[str, Any] = {}
