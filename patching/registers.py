"""The registers of advisories, their sources, and matches."""

from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext

from assets.models import Asset
from patching import patch_registers, workflow
from patching.endpoints import MatchSerializer, match_viewset, source_viewset
from patching.forms import PriorityTableForm
from patching.listing import CvssColumn, MatchList
from patching.models import (
    Advisory,
    AdvisorySource,
    Exploited,
    Match,
    PatchDeployment,
    Poll,
    PriorityTable,
    ProductLink,
    VendorAlias,
)
from patching.pages import AdvisoryPage, MatchPage, PriorityTablePage, SourcePage
from registers.api.serializers import serializer_for
from registers.door import may
from registers.history.past import moment
from registers.register import Register
from registers.tables import table_for


class MatchRegister(Register):
    model, name, step = Match, "matches", 8
    shows = (
        "site", "asset", "advisory", "verdict", "reason", "clause", "product", "cves", "exploited", "priority",
        "priority_reason", "found_on", "due_on", "status", "computed_verdict", "decided_by", "decided_at",
        "decision_reason", "justification", "reopened_because", "closed_on", "was_due_on",
    )  # fmt: skip
    columns = (
        "__str__", "verdict", "priority", "due_on", "asset", "reason", "exploited", "cvss", "epss", "site", "status", "found_on", "decided_by",
    )  # fmt: skip
    shown = 7
    labels = {"cvss": "CVSS", "epss": "EPSS"}
    filters = ("site", "asset", "advisory", "verdict", "priority", "status", "exploited", "due_on", "found_on")
    search = ("asset__name", "advisory__tracking_id", "advisory__title", "product")
    order = ("due_on", "pk")
    joins = ("site", "asset", "advisory", "decided_by")
    transitions = (workflow.confirm, workflow.reject, workflow.investigate, workflow.reopen)
    verbs = frozenset()
    sensitive = Register.sensitive | {"vex"}
    clause = "IEC 62443-2-1:2024 COMP 3.1"
    list_view, detail_view = MatchList, MatchPage

    @cached_property
    def table_class(self) -> Any:
        """The table, whose CVSS is the advisory's."""
        table = table_for(self)
        table.base_columns["cvss"] = CvssColumn(verbose_name="CVSS")
        for name in ("cvss", "epss"):
            table.base_columns[name].attrs = {"th": {"class": "num"}}
        return table

    @cached_property
    def serializer_class(self) -> Any:
        return serializer_for(self, MatchSerializer)

    @cached_property
    def viewset_class(self) -> Any:
        return match_viewset(self)


class AdvisoryRegister(Register):
    model, name, step = Advisory, "advisories", 8
    shows = (
        "tracking_id", "title", "publisher", "namespace", "version", "status", "severity", "cvss", "cves",
        "initial_release_on", "current_release_on", "signature", "source", "sha256",
    )  # fmt: skip
    columns = (
        "tracking_id",
        "title",
        "publisher",
        "severity",
        "cvss",
        "current_release_on",
        "status",
        "signature",
        "source",
    )
    filters = ("publisher", "severity", "status", "source", "current_release_on", "tracking_id")
    search = ("tracking_id", "title", "publisher")
    order = ("-current_release_on", "tracking_id")
    joins = ("source",)
    verbs = frozenset()
    clause = "IEC 62443-2-1:2024 COMP 3.1"
    detail_view = AdvisoryPage


class SourceRegister(Register):
    model, name, step = AdvisorySource, "advisory-sources", 8
    fields = ("name", "kind", "address", "enabled", "every_hours", "public_key", "fingerprint")
    shows = ("health", "last_success_at", "next_poll_at", "failures", "trust")
    columns = ("name", "kind", "health", "last_success_at", "next_poll_at", "enabled", "address")
    filters = ("kind", "enabled")
    search = ("name", "address")
    order = ("name",)
    detail_view = SourcePage

    @cached_property
    def viewset_class(self) -> Any:
        return source_viewset(self)


class PollRegister(Register):
    model, name, step = Poll, "polls", 8
    shows = (
        "source", "started_at", "finished_at", "state", "new", "changed", "unchanged", "refused", "problems", "file_name",
        "rechecked", "retry_at", "asked_by",
    )  # fmt: skip
    columns = ("__str__", "source", "state", "started_at", "new", "changed", "unchanged", "refused")
    filters = ("source", "state", "started_at")
    order = ("-started_at",)
    joins = ("source", "asked_by")
    verbs = frozenset()


class ExploitedRegister(Register):
    model, name, step = Exploited, "exploited", 8
    shows = ("cve", "name", "added_on", "due_on", "ransomware")
    columns = ("cve", "name", "added_on", "due_on", "ransomware")
    filters = ("cve", "added_on", "ransomware")
    search = ("cve", "name")
    order = ("-added_on", "cve")
    verbs = frozenset()


class AliasRegister(Register):
    model, name, step = VendorAlias, "vendor-aliases", 8
    fields = ("written", "means")
    columns = ("written", "means")
    search = ("written", "means")
    order = ("written",)


class LinkRegister(Register):
    model, name, step = ProductLink, "product-links", 8
    fields = ("vendor", "product", "model_number", "named_vendor", "named_product", "same", "reason")
    columns = ("__str__", "vendor", "product", "model_number", "named_vendor", "named_product", "same", "reason")
    filters = ("same",)
    search = ("vendor", "product", "model_number", "named_vendor", "named_product")
    order = ("vendor", "product", "pk")


class PriorityTableRegister(Register):
    model, name, step = PriorityTable, "priority-tables", 8
    fields = ("title", "why", "decisions", "intervals", "epss_threshold")
    shows = ("status", "effective_on", "drafted_by", "approved_by")
    columns = ("title", "status", "effective_on", "drafted_by", "approved_by")
    filters = ("status",)
    search = ("title", "why")
    order = ("-effective_on", "-pk")
    joins = ("drafted_by", "approved_by")
    transitions = (workflow.submit,)
    form_class = PriorityTableForm
    detail_view = PriorityTablePage
    clause = "IEC 62443-2-1:2024 COMP 3.2"


MATCHES = MatchRegister()
SOURCES = SourceRegister()
ADVISORIES = AdvisoryRegister()
REGISTERS = (
    MATCHES, ADVISORIES, SOURCES, PollRegister(), ExploitedRegister(), AliasRegister(), LinkRegister(), PriorityTableRegister(),
    *patch_registers.REGISTERS,
)  # fmt: skip


def open_matches(asset: Asset, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of an asset's open matches, the most urgent first, with the clause that decided."""
    found = MATCHES.queryset(user).filter(asset=asset)
    shown = found.filter(verdict__in=Match.OPEN).order_by("due_on", "pk")
    counts: dict[str, int] = dict(found.order_by().values_list("verdict").annotate(n=Count("pk")))
    affected, asked = counts.get("AFFECTED", 0), counts.get("REVIEW", 0)
    first = list(shown[:20])
    return "patching/_open_matches.html", {
        "matches": first, "may_decide": bool(first) and may(user, "confirm", first[0]), "count": affected + asked, "closed": sum(counts.values()) - affected - asked,
        "strip": [_told(affected, asked)],
    }  # fmt: skip


def _told(affected: int, asked: int) -> dict[str, str]:
    """Return the open matches as one fact of the asset: how many affect it, how many a person must judge."""
    words = [
        gettext("{n} affected").format(n=affected) if affected else "",
        gettext("{n} to decide").format(n=asked) if asked else "",
    ]
    tone, shape = ("bad", "triangle") if affected else ("ask", "diamond") if asked else ("ok", "tick")
    return {
        "label": gettext("Open matches"), "tone": tone, "shape": shape, "word": ", ".join(filter(None, words)) or gettext("none"),
    }  # fmt: skip


def advisory_matches(advisory: Advisory, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of the assets that an advisory names, as far as this person may see them."""
    found = MATCHES.queryset(user).filter(advisory=advisory)
    asked = MATCHES.queryset(user, "confirm").filter(
        advisory=advisory, verdict="REVIEW", status__in=["OPEN", "EXAMINING"]
    )
    return "patching/_advisory_matches.html", {
        "matches": list(found.order_by("due_on", "verdict", "pk")[:100]), "count": found.count(),
        "decidable": set() if moment() else set(asked.values_list("pk", flat=True)),
    }  # fmt: skip


def matches_mended(deployment: PatchDeployment, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the matches that a patch closes on its asset."""
    found = MATCHES.queryset(user).filter(asset=deployment.asset_id, advisory__in=deployment.advisories)
    rows = list(found.order_by("due_on", "pk")[:50])
    return ("patching/_mended.html", {"matches": rows, "count": found.count()}) if rows else None


PANELS = (
    (Asset, open_matches),
    (Advisory, advisory_matches),
    (PatchDeployment, matches_mended),
    *patch_registers.PANELS,
)
