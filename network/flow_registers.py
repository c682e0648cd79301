"""The registers of firewall rule sets and of observed flows."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from assets.registers import FLOWS
from network import captures, deciding, rulesets
from network.declared import places_of, without_addresses
from network.flow_forms import CaptureForm, RulesetForm
from network.models import FirewallRule, FirewallRuleset, FlowCapture, ObservedFlow
from registers.history.past import moment
from registers.register import Register
from registers.taking import Taking
from registers.together import HINT, Many
from registers.views.listing import RecordList
from registers.views.record import RecordDetail

PER_PAGE = 100


def tabs(found: Any, field: str, choices: Any, asked: str) -> list[dict[str, Any]]:
    """Return one tab for each value of a field, with its count, after one for all."""
    counts = {row[field]: row["n"] for row in found.values(field).annotate(n=Count("pk"))}
    made = [
        {"label": label, "url": f"?{field}={value}", "current": asked == value, "count": counts.get(value, 0), "value": value}
        for value, label in choices
    ]  # fmt: skip
    alone = not any(tab["current"] for tab in made)
    return [{"label": gettext("All"), "url": "?", "current": alone, "count": sum(counts.values()), "value": ""}, *made]


class RulesetPage(RecordDetail):
    """The rule set with its rules, in the order of the file."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the rules of the chosen verdict."""
        user, asked = self.request.user, self.request.GET
        rules = RULES.queryset(user).filter(ruleset=context["record"])
        made = tabs(rules, "verdict", FirewallRule.Verdict.choices, asked.get("verdict", ""))
        current = next((tab["value"] for tab in made if tab["current"]), "")
        chosen = rules.filter(verdict=current) if current else rules
        shown = Paginator(chosen.order_by("line", "number"), PER_PAGE).get_page(asked.get("page"))
        wanted = {flow for rule in shown for flow in rule.flows[:3]}
        flows = {flow.pk: flow for flow in FLOWS.queryset(user).filter(pk__in=wanted).select_related("conduit")}
        for rule in shown:
            rule.touched = [flows[one] for one in rule.flows[:3] if one in flows]
        return super().page(
            status, **context, tabs=made, rules=shown, verdict=current, counts={tab["value"]: tab["count"] for tab in made},
            bare=without_addresses(context["record"].site, places_of(context["record"].site)),
        )  # fmt: skip


class CapturePage(RecordDetail):
    """The log with the flows that were last seen in it, to be decided together."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the flows of the chosen verdict."""
        user, asked, capture = self.request.user, self.request.GET, context["record"]
        flows = OBSERVED.queryset(user).filter(capture=capture)
        made = tabs(flows, "verdict", ObservedFlow.Verdict.choices, asked.get("verdict", ""))
        current = next((tab["value"] for tab in made if tab["current"]), "")
        chosen = flows.filter(verdict=current) if current else flows
        shown = Paginator(chosen.order_by("-verdict", "-status", "-connections", "pk"), PER_PAGE)
        return super().page(
            status, **context, tabs=made, flows=shown.get_page(asked.get("page")), verdict=current,
            counts={tab["value"]: tab["count"] for tab in made}, open_count=flows.filter(status="NEW").count(),
            may_decide=moment() is None and OBSERVED.queryset(user, "block").filter(capture=capture).exists(),
        )  # fmt: skip


class ObservedList(RecordList):
    """The list of observed flows, whose import takes a log in."""

    def import_url(self, request: HttpRequest) -> str:
        """Return the page that takes a log."""
        return reverse("network:flow-captures-take")


class RulesetRegister(Register):
    model, name, step = FirewallRuleset, "firewall-rulesets", 7
    fields = ("site", "name", "device", "note")
    shows = ("format", "read_at", "judged_at", "taken_by", "sha256")
    columns = ("name", "site", "device", "format", "read_at", "judged_at", "taken_by")
    filters = ("site", "device", "format", "read_at")
    search = ("name", "note")
    order = ("-read_at", "-pk")
    joins = ("site", "device", "taken_by")
    verbs = frozenset({"change", "delete"})
    clause = "IEC 62443-3-3 SR 5.2"
    taking = Taking(RulesetForm, rulesets.ask, "network/take_ruleset.html")
    detail_view = RulesetPage


class RuleRegister(Register):
    model, name, step = FirewallRule, "firewall-rules", 7
    shows = (
        "site", "ruleset", "number", "line", "text", "chain", "permits", "active", "source", "destination", "service", "hits", "remark",
        "verdict", "words",
    )  # fmt: skip
    columns = ("__str__", "site", "verdict", "words", "source", "destination", "service", "hits", "remark", "text")
    filters = ("site", "ruleset", "verdict", "permits", "active", "chain")
    search = ("text", "remark")
    order = ("-ruleset", "line", "number")
    joins = ("site", "ruleset")
    verbs = frozenset()
    clause = "IEC 62443-3-3 SR 5.2"
    sections = (
        ("As written", ("ruleset", "line", "chain", "text", "remark", "active")),
        ("What it does", ("permits", "source", "destination", "service", "hits")),
        ("Measured by the declared flows", ("verdict", "words")),
    )


class CaptureRegister(Register):
    model, name, step = FlowCapture, "flow-captures", 7
    fields = ("site", "name", "sensor", "note")
    shows = (
        "first_seen_at", "last_seen_at", "lines", "not_understood", "reasons", "counts", "read_at", "taken_by", "sha256",
    )  # fmt: skip
    columns = (
        "name",
        "site",
        "sensor",
        "first_seen_at",
        "last_seen_at",
        "lines",
        "not_understood",
        "read_at",
        "taken_by",
    )
    filters = ("site", "sensor", "read_at")
    search = ("name", "sensor")
    order = ("-read_at", "-pk")
    joins = ("site", "taken_by")
    verbs = frozenset({"change", "delete"})
    clause = "IEC 62443-3-3 SR 6.2"
    sections = (
        ("Log", ("name", "site", "sensor", "first_seen_at", "last_seen_at", "lines", "not_understood", "note")),
        ("File", ("read_at", "taken_by", "sha256")),
    )
    taking = Taking(CaptureForm, captures.ask, "network/take_capture.html")
    detail_view = CapturePage


class ObservedRegister(Register):
    model, name, step = ObservedFlow, "observed-flows", 7
    fields = ("owner", "due_on")
    shows = (
        "site", "source_zone", "destination_zone", "protocol", "port", "service", "connections", "answered", "bytes", "first_seen_at",
        "last_seen_at", "pairs", "pair_count", "verdict", "status", "flow", "exception", "capture", "reason",
    )  # fmt: skip
    columns = (
        "__str__", "site", "verdict", "status", "connections", "answered", "last_seen_at", "owner", "due_on", "source_zone",
        "destination_zone", "port", "pair_count", "first_seen_at", "flow", "exception", "capture",
    )  # fmt: skip
    shown = 7
    filters = (
        "site", "source_zone", "destination_zone", "protocol", "port", "verdict", "status", "owner", "due_on", "capture",
    )  # fmt: skip
    search = ("source_zone__name", "destination_zone__name", "service")
    order = ("-verdict", "-status", "-last_seen_at", "-pk")
    joins = ("site", "source_zone", "destination_zone", "flow__protocol", "exception", "capture")
    bulk = ("owner", "due_on")
    transitions = deciding.STEPS
    verbs = frozenset({"change"})
    labels = {"__str__": "Flow"}
    clause = "IEC 62443-3-3 SR 6.2"
    sections = (
        ("Seen", ("source_zone", "destination_zone", "connections", "answered", "bytes", "first_seen_at", "last_seen_at", "capture")),
        ("Decided", ("verdict", "status", "flow", "exception", "owner", "due_on", "reason")),
    )  # fmt: skip
    many = Many(
        {step.name: step for step in deciding.STEPS}, deciding.together, badge="verdict",
        hint=f"{HINT} One exception covers those that are let stand at a site.",
    )  # fmt: skip
    list_view = ObservedList


RULESETS, RULES, CAPTURES, OBSERVED = RulesetRegister(), RuleRegister(), CaptureRegister(), ObservedRegister()
REGISTERS = (RULESETS, RULES, CAPTURES, OBSERVED)


def pairs_of(observed: ObservedFlow, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of the addresses that an observed flow was seen between."""
    return "network/_pairs.html", {"pairs": observed.pairs, "more": max(0, observed.pair_count - len(observed.pairs))}


def seen_on(flow: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of when a declared flow was seen."""
    found = list(OBSERVED.queryset(user).filter(flow=flow).order_by("-last_seen_at")[:8])
    return ("network/_seen.html", {"flows": found}) if found else None
