"""The registers of patches, their deployments, and the windows in which they are installed."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from patching import deferring, deploying
from patching.controlling import deployment_filterset
from patching.deploying import backup_refusal
from patching.forms import WindowForm
from patching.models import (
    Advisory,
    Blackout,
    MaintenanceWindow,
    Match,
    Patch,
    PatchDeployment,
    PatchPolicy,
    VendorQualification,
)
from programme.models import Evidence
from registers.filters import RecordFilter
from registers.history.past import day_at
from registers.register import Register
from registers.together import Many
from registers.views import RecordDetail

STEPS = (*deploying.STEPS, *deferring.STEPS)


class DeploymentPage(RecordDetail):
    """A deployment: its gates, and the plan instead of a bare form for its window."""

    def actions(self, record: Any) -> list[dict[str, Any]]:
        """Lead to the plan for scheduling, and say beforehand that a backup is missing."""
        found = super().actions(record)
        for one in found:
            if one["url"] == self.link("schedule", record.pk):
                one["url"] = f"{reverse('patching:plan')}?site={record.site_id}#piece-{record.pk}"
            if one["url"] == self.link("install", record.pk) and not one["refused"]:
                one["refused"] = backup_refusal(record, day_at(record.site))
        return found


class DeploymentRegister(Register):
    model, name, step = PatchDeployment, "patch-deployments", 8
    fields = ("site", "asset", "patch", "due_on", "minutes", "after", "rollback_plan")
    shows = (
        "remedies", "status", "reason", "test_environment", "test_steps", "test_result", "test_passed", "test_proofs", "test_evidence", "tested_by", "tested_at",
        "window", "starts_at", "scheduled_by", "countermeasure", "deferred_until", "version_before", "installed_at", "installed_by",
        "version_read", "verified_at", "verified_by",
    )  # fmt: skip
    columns = (
        "__str__", "status", "due_on", "starts_at", "window", "deferred_until", "site", "asset", "patch", "minutes", "reason",
    )  # fmt: skip
    shown = 7
    filters = ("site", "asset", "patch", "status", "due_on", "window", "starts_at", "deferred_until")
    search = ("asset__name", "patch__product", "patch__version", "patch__title")
    order = ("due_on", "pk")
    joins = ("site", "asset", "patch", "window", "after", "tested_by", "scheduled_by", "installed_by", "verified_by")
    sections = (
        ("Patch", ("site", "asset", "patch", "remedies", "due_on", "minutes", "after", "reason")),
        (
            "Test",
            (
                "test_environment",
                "test_steps",
                "test_result",
                "test_passed",
                "test_proofs",
                "test_evidence",
                "tested_by",
                "tested_at",
            ),
        ),
        (
            "Installation",
            ("rollback_plan", "window", "starts_at", "scheduled_by", "version_before", "installed_at", "installed_by"),
        ),
        ("Verification", ("version_read", "verified_at", "verified_by")),
        ("Deferral", ("countermeasure", "deferred_until")),
    )
    bulk = ("due_on", "minutes")
    transitions = STEPS
    verbs = frozenset({"add", "change"})
    clause = "IEC 62443-2-1:2024 COMP 3.4"
    many = Many({step.name: step for step in STEPS if step.name != "schedule"})
    detail_view = DeploymentPage

    @cached_property
    def filterset_class(self) -> type[RecordFilter]:
        return deployment_filterset(self)


class PatchRegister(Register):
    model, name, step = Patch, "patches", 8
    fields = ("vendor", "product", "version", "title", "reference", "advisories", "released_on", "restart", "minutes")
    columns = ("__str__", "vendor", "version", "released_on", "restart", "minutes", "title", "reference")
    filters = ("vendor", "product", "released_on", "restart", "advisories")
    search = ("vendor", "product", "version", "title", "reference")
    order = ("vendor", "product", "version")
    clause = "IEC 62443-2-1:2024 COMP 3.1"


class QualificationRegister(Register):
    model, name, step = VendorQualification, "vendor-qualifications", 8
    fields = ("patch", "vendor", "product", "verdict", "stated_on", "reference")
    columns = ("__str__", "vendor", "product", "verdict", "stated_on", "reference")
    filters = ("patch", "vendor", "product", "verdict")
    search = ("vendor", "product", "patch__product", "patch__version")
    order = ("vendor", "product", "pk")
    joins = ("patch",)


class WindowRegister(Register):
    model, name, step = MaintenanceWindow, "maintenance-windows", 8
    fields = (
        "site", "name", "zone", "line", "starts_on", "starts_time", "rule", "minutes", "capacity_minutes", "capacity_assets",
        "exceptions", "active",
    )  # fmt: skip
    shows = ("repeats",)
    labels = {"repeats": _("repeats")}
    form_class = WindowForm
    sections = (
        ("When", ("repeats", "starts_on", "starts_time", "minutes", "exceptions", "active")),
        ("Where and how much", ("site", "zone", "line", "capacity_minutes", "capacity_assets")),
    )
    columns = (
        "name",
        "site",
        "repeats",
        "zone",
        "line",
        "starts_on",
        "starts_time",
        "minutes",
        "capacity_assets",
        "active",
    )
    filters = ("site", "zone", "active")
    search = ("name", "line")
    order = ("site", "name")
    joins = ("site", "zone")


class BlackoutRegister(Register):
    model, name, step = Blackout, "blackouts", 8
    fields = ("site", "title", "first_on", "last_on")
    columns = ("title", "site", "first_on", "last_on")
    filters = ("site", "first_on")
    search = ("title",)
    order = ("-first_on",)
    joins = ("site",)


class PolicyRegister(Register):
    model, name, step = PatchPolicy, "patch-policies", 8
    fields = ("site", "backup_days", "deferral_days")
    columns = ("__str__", "site", "backup_days", "deferral_days")
    filters = ("site",)
    order = ("site",)
    joins = ("site",)


DEPLOYMENTS = DeploymentRegister()
PATCHES = PatchRegister()
QUALIFICATIONS = QualificationRegister()
WINDOWS = WindowRegister()
REGISTERS = (DEPLOYMENTS, PATCHES, QUALIFICATIONS, WINDOWS, BlackoutRegister(), PolicyRegister())


def _panel(found: Any, title: str, **more: Any) -> tuple[str, dict[str, Any]] | None:
    rows = list(found.order_by("due_on", "pk")[:50])
    if not rows:
        return None
    return "patching/_deployments.html", {"title": title, "rows": rows, "count": found.count(), **more}


def patches_of_asset(asset: Asset, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of an asset's patches and their state."""
    panel = _panel(DEPLOYMENTS.queryset(user).filter(asset=asset), "Patches", named="patch")
    return panel and (panel[0], panel[1] | {"strip": [_told(panel[1]["rows"])]})


def _told(rows: list[PatchDeployment]) -> dict[str, str]:
    """Return an asset's patches as one fact of it: how many are overdue, else how many are to come."""
    to_come = [one for one in rows if one.status in deploying.OPEN]
    late = sum(one.due_on is not None and one.due_on < day_at(one.site) for one in to_come)
    if late:
        told = ("bad", "triangle", gettext("{n} overdue").format(n=late))
    else:
        told = (
            ("", "clock", gettext("{n} to come").format(n=len(to_come)))
            if to_come
            else ("ok", "tick", gettext("all settled"))
        )
    return {"label": gettext("Patches")} | dict(zip(("tone", "shape", "word"), told, strict=True))


def patches_of_advisory(advisory: Advisory, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of what mends an advisory, asset by asset."""
    found = DEPLOYMENTS.queryset(user).filter(PatchDeployment.mending(advisory.pk))
    return _panel(found, gettext("Patches that mend it"))


def patches_of_match(match: Match, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of what mends a match."""
    found = DEPLOYMENTS.queryset(user).filter(PatchDeployment.mending(match.advisory_id), asset=match.asset_id)
    return _panel(found, gettext("Patches that mend it"), named="patch")


def assets_of_patch(patch: Patch, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the assets that a patch is for."""
    return _panel(DEPLOYMENTS.queryset(user).filter(patch=patch), gettext("On these assets"), named="asset")


def tests_proved(evidence: Evidence, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the patches whose test a piece of evidence proves."""
    return _panel(DEPLOYMENTS.queryset(user).filter(test_proofs=evidence), gettext("Proves the test of"))


def said_of_patch(patch: Patch, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of what vendors say of a patch for their products."""
    rows = list(QUALIFICATIONS.queryset(user).filter(patch=patch).order_by("vendor", "product", "pk")[:50])
    return ("patching/_qualifications.html", {"rows": rows}) if rows else None


def said_of_deployment(deployment: PatchDeployment, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the same panel on the page of one deployment."""
    return said_of_patch(deployment.patch, user)


PANELS = (
    (PatchDeployment, said_of_deployment), (Patch, said_of_patch), (Asset, patches_of_asset), (Advisory, patches_of_advisory), (Match, patches_of_match), (Patch, assets_of_patch),
    (Evidence, tests_proved),
)  # fmt: skip
