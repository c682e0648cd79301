"""The register of exceptions."""

from typing import Any

from policies import workflow
from policies.models import PolicyException
from registers.register import Register


class ExceptionRegister(Register):
    model, name, step = PolicyException, "exceptions", 5
    fields = ("site", "title", "covers", "reason", "compensating_control", "requirement", "owner")
    shows = ("status",)
    columns = ("title", "site", "status", "owner", "covers", "compensating_control")
    filters = ("site", "status", "owner")
    search = ("title", "covers", "reason", "compensating_control")
    order = ("status", "title")
    joins = ("site", "requirement")
    transitions = (workflow.submit, workflow.end)
    verbs = frozenset({"add", "change"})
    clause = "IEC 62443-2-1:2024 ORG 1.1"


EXCEPTIONS = ExceptionRegister()
REGISTERS = (EXCEPTIONS,)
PANELS: tuple[Any, ...] = ()
