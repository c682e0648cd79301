"""The registers of scope."""

from typing import Any

from registers.register import Register
from scope import workflow
from scope.models import Dependency, Process, ScopeMark, ScopeStatement, Stakeholder


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


class MarkRegister(Register):
    model, name, step = ScopeMark, "scope-marks", 2
    fields = ("site", "asset", "inside", "reason")
    columns = ("asset", "site", "inside", "reason")
    filters = ("site", "asset", "inside")
    search = ("asset__name", "reason")
    order = ("asset__name",)
    joins = ("site", "asset")
    clause = "IEC 62443-2-1:2010 4.3.2.2.2"


class StakeholderRegister(Register):
    model, name, step = Stakeholder, "stakeholders", 2
    file_key = ("name",)
    fields = ("site", "name", "kind", "interest", "obligation", "contact")
    columns = ("name", "site", "kind", "interest", "obligation", "contact")
    filters = ("site", "kind")
    search = ("name", "kind", "interest", "obligation", "contact")
    order = ("name",)
    joins = ("site",)
    clause = "IEC 62443-2-1:2010 4.3.2.2.2"


class DependencyRegister(Register):
    model, name, step = Dependency, "dependencies", 2
    file_key = ("name",)
    fields = ("site", "name", "provider", "process", "without", "contact")
    columns = ("name", "site", "provider", "process", "without", "contact")
    filters = ("site", "provider", "process")
    search = ("name", "provider", "without")
    order = ("name",)
    joins = ("site", "process")
    clause = "IEC 62443-2-1:2010 4.3.2.2.2"


STATEMENTS, PROCESSES, MARKS = StatementRegister(), ProcessRegister(), MarkRegister()
STAKEHOLDERS, DEPENDENCIES = StakeholderRegister(), DependencyRegister()
REGISTERS = (STATEMENTS, PROCESSES, STAKEHOLDERS, DEPENDENCIES, MARKS)
PANELS: tuple[Any, ...] = ()
