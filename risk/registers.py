"""The registers of risk."""

from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from registers.filters import RecordFilter, filterset_for
from registers.register import Register
from risk import targets, workflow
from risk.forms import RiskForm
from risk.models import (
    Reassessment,
    Risk,
    RiskAcceptance,
    RiskAssessment,
    RiskMethodology,
    Scenario,
    TargetOverride,
    Threat,
    Treatment,
)
from risk.models.methods import level_names


class RiskRegister(Register):
    model, name, step = Risk, "risks", 3
    fields = (
        "site",
        "title",
        "scenario",
        "zone",
        "conduit",
        "asset",
        "owner",
        "likelihood",
        "impacts",
        "reason",
        "review_on",
    )
    shows = (
        "status", "unmitigated", "current", "residual", "above", "pressed_by", "impact", "current_likelihood", "current_impact",
        "residual_likelihood", "residual_impact",
    )  # fmt: skip
    columns = (
        "title",
        "site",
        "current",
        "residual",
        "unmitigated",
        "status",
        "zone",
        "owner",
        "review_on",
        "pressed_by",
        "above",
        "asset",
        "conduit",
        "scenario",
    )
    filters = (
        "site", "status", "current", "residual", "unmitigated", "above", "zone", "conduit", "asset", "scenario", "owner", "review_on", "likelihood",
        "impact", "current_likelihood", "current_impact", "residual_likelihood", "residual_impact",
    )  # fmt: skip
    search = ("title", "reason", "owner")
    order = ("-current", "-residual", "title")
    joins = ("site", "zone", "conduit", "asset", "scenario")
    bulk = ("owner", "review_on")
    sections = (
        ("Risk", ("title", "site", "scenario", "zone", "conduit", "asset", "owner", "review_on", "reason")),
        ("Rating", ("likelihood", "impacts", "unmitigated", "current", "pressed_by", "residual", "above")),
    )
    transitions = (workflow.ask_acceptance, workflow.close, workflow.reopen)
    clause = "IEC 62443-3-2 ZCR 5"

    @cached_property
    def filterset_class(self) -> type[RecordFilter]:
        """The filters of list and file, with the residual level from a level up: above what is tolerable lie several."""
        base = filterset_for(self.model, self.filters)
        upwards = django_filters.NumberFilter(field_name="residual", lookup_expr="gte", label=_("Residual from"))
        return type("RiskFilter", (base,), {"residual__gte": upwards, "Meta": base.Meta})

    def queryset(self, user: Any, verb: str = "view") -> QuerySet[Any]:
        """The one door; the names of levels come with each risk, in the same query."""
        found: QuerySet[Any] = super().queryset(user, verb).annotate(levels=level_names())
        return found

    @cached_property
    def form_class(self) -> Any:
        """The form in the words of the methodology."""
        return modelform_factory(Risk, form=RiskForm, fields=list(self.fields))


class ScenarioRegister(Register):
    model, name, step = Scenario, "scenarios", 3
    file_key = ("title",)
    fields = ("site", "title", "threat", "weakness", "consequence", "zone", "process")
    columns = ("title", "site", "threat", "zone", "process", "weakness")
    filters = ("site", "threat", "zone", "process")
    search = ("title", "weakness", "consequence")
    order = ("title",)
    joins = ("site", "threat", "zone", "process")
    clause = "IEC 62443-3-2 ZCR 5.1"


class TreatmentRegister(Register):
    model, name, step = Treatment, "treatments", 3
    fields = ("site", "risk", "title", "kind", "owner", "due_on", "cost", "lowers_likelihood", "lowers_impact")
    shows = ("status", "done_on", "proof")
    columns = (
        "title",
        "risk",
        "site",
        "status",
        "due_on",
        "owner",
        "kind",
        "cost",
        "lowers_likelihood",
        "lowers_impact",
        "done_on",
    )
    filters = ("site", "risk", "status", "kind", "owner", "due_on")
    search = ("title", "owner", "risk__title")
    order = ("status", "due_on", "title")
    joins = ("site", "risk")
    bulk = ("owner", "due_on")
    transitions = (workflow.begin, workflow.finish, workflow.drop)
    clause = "IEC 62443-3-2 ZCR 5.12"


class AcceptanceRegister(Register):
    model, name, step = RiskAcceptance, "risk-acceptances", 3
    fields = ("site", "risk", "reason")
    shows = ("title", "status")
    columns = ("__str__", "site", "status", "risk", "reason")
    filters = ("site", "risk", "status")
    search = ("risk__title", "reason")
    order = ("-pk",)
    joins = ("site", "risk")
    transitions = (workflow.submit, workflow.end)
    verbs = frozenset({"add", "change"})
    controlled = True
    clause = "IEC 62443-3-2 ZCR 5.11"


class ReassessmentRegister(Register):
    model, name, step = Reassessment, "reassessments", 3
    shows = ("site", "risk", "cause", "figure", "opened_at", "status", "outcome")
    columns = ("__str__", "site", "status", "cause", "figure", "opened_at", "outcome")
    filters = ("site", "risk", "cause", "status")
    search = ("risk__title", "figure", "outcome")
    order = ("-status", "-opened_at")
    joins = ("site", "risk")
    transitions = (workflow.conclude,)
    verbs = frozenset()
    clause = "IEC 62443-2-1:2010 4.2.3.10"


class OverrideRegister(Register):
    model, name, step = TargetOverride, "target-overrides", 3
    fields = ("site", "zone", "conduit", "sl_t", "reason")
    shows = ("status",)
    columns = ("__str__", "site", "status", "sl_t", "reason", "zone", "conduit")
    filters = ("site", "zone", "conduit", "status")
    search = ("zone__name", "conduit__name", "reason")
    order = ("-pk",)
    joins = ("site", "zone", "conduit")
    labels = {"__str__": "Place"}
    transitions = (targets.submit, targets.end)
    verbs = frozenset({"add", "change"})
    clause = "IEC 62443-3-2 ZCR 5.6"


class AssessmentRegister(Register):
    model, name, step = RiskAssessment, "risk-assessments", 3
    fields = ("site", "suc", "title", "participants", "started_on", "cycle_months")
    shows = ("status", "methodology", "next_on", "notes")
    columns = ("title", "site", "suc", "status", "started_on", "next_on", "methodology")
    filters = ("site", "suc", "status", "next_on")
    search = ("title", "participants")
    order = ("-pk",)
    joins = ("site", "suc", "methodology")
    transitions = (workflow.ask_approval, workflow.assess_again)
    verbs = frozenset({"add", "change"})
    clause = "IEC 62443-3-2 ZCR 1 to 7"


class MethodologyRegister(Register):
    model, name, step = RiskMethodology, "methodologies", 3
    fields = ("title", "number", "definition", "note")
    shows = ("status",)
    columns = ("__str__", "status", "note")
    filters = ("status",)
    search = ("title", "note")
    sections = (("Version", ("title", "number", "status", "note")),)
    order = ("title", "-number")
    transitions = (workflow.put_in_force, workflow.next_version)
    verbs = frozenset({"add", "change"})
    clause = "IEC 62443-2-1:2010 4.2.3.1"


class ThreatRegister(Register):
    model, name, step = Threat, "threats", 3
    fields = ("code", "name", "tactic", "source", "words")
    columns = ("name", "code", "tactic", "source", "words")
    filters = ("tactic", "source")
    search = ("code", "name", "words")
    order = ("code",)
    clause = "IEC 62443-3-2 ZCR 5.1"


RISKS, SCENARIOS, TREATMENTS, ACCEPTANCES = (
    RiskRegister(),
    ScenarioRegister(),
    TreatmentRegister(),
    AcceptanceRegister(),
)
REASSESSMENTS, OVERRIDES, ASSESSMENTS, METHODOLOGIES, THREATS = (
    ReassessmentRegister(),
    OverrideRegister(),
    AssessmentRegister(),
    MethodologyRegister(),
    ThreatRegister(),
)
REGISTERS = (RISKS, TREATMENTS, ACCEPTANCES, REASSESSMENTS, ASSESSMENTS, OVERRIDES, SCENARIOS, THREATS, METHODOLOGIES)
PANELS: tuple[Any, ...] = ()  # those of risk stand in risk/panels.py, since they read the guide
