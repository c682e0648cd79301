"""The two questions that the machinery asks of the portal's permission file, and the catalogue it is given.

`registers` stands below every app, so it is told by name (settings) where the answers are.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from registers.figures import SelfCheck
    from registers.register import Register


class Reach(models.TextChoices):
    """How far a record is seen; every record type has exactly one."""

    SITE = "SITE", "One site"
    SHARED = "SHARED", "Everyone who signs in"
    ORGANISATION = "ORGANISATION", "The whole organisation"
    OWN = "OWN", "One person"
    SITES = "SITES", "Some sites"


def may(user: Any, verb: str, record: models.Model) -> bool:
    """Tell whether the user may do this to this one record."""
    return bool(import_module(settings.REGISTERS_PERMISSIONS).may(user, verb, record))


def may_anywhere(user: Any, verb: str, model: type[models.Model]) -> bool:
    """Tell whether there is any place where the user may do this to such a record."""
    return bool(import_module(settings.REGISTERS_PERMISSIONS).may_anywhere(user, verb, model))


def visible(queryset: models.QuerySet[Any], user: Any, verb: str = "view") -> models.QuerySet[Any]:
    """Narrow a queryset to the records on which the user may do this."""
    narrowed: models.QuerySet[Any] = import_module(settings.REGISTERS_PERMISSIONS).visible(queryset, user, verb)
    return narrowed


def registers() -> Iterable["Register"]:
    """Return every register of the portal, in menu order."""
    found: Iterable[Register] = import_module(settings.REGISTERS_CATALOG).REGISTERS
    return found


def importer_of(register: "Register") -> Any:
    """Return what reads files into this register, or None."""
    return import_module(settings.REGISTERS_CATALOG).IMPORTERS.get(register.name)


def tagged(queryset: models.QuerySet[Any], name: str) -> models.QuerySet[Any]:
    """Narrow a queryset to the records that carry a tag of this name."""
    narrowed: models.QuerySet[Any] = import_module(settings.REGISTERS_CATALOG).TAGGED(queryset, name)
    return narrowed


def record_at(path: str) -> models.Model | None:
    """Return the record whose page has this address; who may see it is for the caller to ask."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    register: Register | None = getattr(match.func, "view_initkwargs", {}).get("register")
    key = match.kwargs.get("pk")
    return register.model._default_manager.filter(pk=key).first() if register is not None and key else None


def self_checks(model: type[models.Model]) -> list["SelfCheck"]:
    """Return the rules of consistency that records of this model may break."""
    known = import_module(settings.REGISTERS_CATALOG).SELF_CHECKS
    return [check for check in known if check.register.model is model]


def hold(record: models.Model) -> None:
    """Let the apps above say that a record may not be kept like this; ValidationError names the field and the way."""
    for guard in import_module(settings.REGISTERS_CATALOG).GUARDS.get(type(record), ()):
        guard(record)


def beside(model: type[models.Model]) -> tuple[Any, ...]:
    """Return the groups of columns that other apps add to the list of this model."""
    found: tuple[Any, ...] = import_module(settings.REGISTERS_CATALOG).BESIDE.get(model, ())
    return found


def acts(model: type[models.Model]) -> tuple[Any, ...]:
    """Return what other apps offer for many records of this model."""
    found: tuple[Any, ...] = import_module(settings.REGISTERS_CATALOG).ACTS.get(model, ())
    return found


@cache
def register_of(model: type[models.Model]) -> "Register | None":
    """Return the register that lists this model, if one does."""
    return next((register for register in registers() if register.model is model), None)
