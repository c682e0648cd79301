"""The registers of sites and people."""

from typing import Any

from accounts.models import Site, User
from registers.register import Register


class SiteRegister(Register):
    model, name, step = Site, "sites", 2
    fields = ("code", "name", "time_zone", "address", "owner", "description")
    columns = ("code", "name", "time_zone", "owner", "address")
    filters = ("code",)
    search = ("code", "name", "address")
    order = ("code",)
    clause = "IEC 62443-3-2 ZCR 1"


class PeopleRegister(Register):
    model, name, step = User, "people", 13
    fields = ("email", "name", "title", "is_active")
    columns = ("name", "email", "title", "is_active")
    filters = ("is_active",)
    search = ("name", "email", "title")
    order = ("name",)
    verbs = frozenset({"add", "change"})


SITES = SiteRegister()
PEOPLE = PeopleRegister()
REGISTERS = (SITES, PEOPLE)
PANELS: tuple[Any, ...] = ()
