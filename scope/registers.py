"""The registers of scope."""

from typing import Any

from registers.register import Register
from scope import workflow
from scope.models import Process, ScopeStatement


class StatementRegister(Register):
    model, name, step = ScopeStatement, "scope-statements", 2
    fields = ("site", "title", "inside", "outside")
    shows = ("number", "status")
    columns = ("__str__", "site", "status", "inside", "outside")
    filters = ("site", "status", "title")
    search = ("title", "inside", "outside")
    order = ("site", "title", "-number")
    joins = ("site",)
    transitions = (workflow.submit, workflow.next_version)
    verbs = frozenset({"add", "change"})
    clause = "IEC 62443-2-1:2024 ORG 1.1"


class ProcessRegister(Register):
    model, name, step = Process, "processes", 2
    file_key = ("name",)
    fields = ("site", "name", "criticality", "owner", "description", "assets")
    columns = ("name", "site", "criticality", "owner", "description")
    filters = ("site", "criticality")
    search = ("name", "description")
    order = ("name",)
    joins = ("site",)


STATEMENTS, PROCESSES = StatementRegister(), ProcessRegister()
REGISTERS = (STATEMENTS, PROCESSES)
PANELS: tuple[Any, ...] = ()
