"""A patch on an asset goes from available to verified; each step has its gate (IEC TR 62443-2-3)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Backup
from patching.models import PatchDeployment, policy_of
from patching.placing import place
from patching.rules.releases import compare, read_version
from programme.models import Decision, Evidence
from programme.workflow import DecisionKind, end_early
from programme.workflow import request as request_decision
from registers import clock
from registers.history.origin import because
from registers.wake import wake
from registers.wording import small
from registers.workflow import NotPossible, sentences, transition

S = PatchDeployment.Status
OPEN = (S.AVAILABLE, S.IN_TEST, S.TESTED, S.APPROVED, S.SCHEDULED)
UNPLACED: dict[str, Any] = {"window": None, "starts_at": None, "scheduled_by": None}


REASON = sentences(_("Reason"), most=500)
REMARK = forms.CharField(label=_("Remark on the evidence"), max_length=300, required=False)


def _proofs(*, required: bool = True) -> "forms.ModelMultipleChoiceField[Evidence]":
    return forms.ModelMultipleChoiceField(
        Evidence.objects.filter(superseded_by=None).order_by("-effective_from", "-pk"), label=_("Evidence"), required=required,
        help_text=_("The record of the test. Add it on a patch's page first; one record may stand for many patches."),
    )  # fmt: skip


@transition(PatchDeployment, [S.AVAILABLE], S.IN_TEST, label="Start the test", main=True, asks={
    "test_environment": forms.CharField(label=_("Test bench or device"), max_length=200, help_text=_("Test bench, spare device, digital twin.")),
})  # fmt: skip
def start_test(deployment: PatchDeployment, *, by: Any, test_environment: str) -> None:
    """Take the patch into test, on something that is like the asset."""
    deployment.test_environment, deployment.test_passed = test_environment, None


def _tested(
    deployment: PatchDeployment, by: Any, steps: str, result: str, proofs: Iterable[Evidence], remark: str, passed: bool
) -> None:
    if any(one.site_id != deployment.site_id for one in proofs):
        raise ValidationError({"test_proofs": gettext("Choose evidence of the same site.")})
    deployment.test_steps, deployment.test_result, deployment.test_evidence = steps, result, remark
    deployment.test_passed, deployment.tested_by, deployment.tested_at = passed, by, clock.now()
    deployment.test_proofs.set(proofs)


@transition(PatchDeployment, [S.IN_TEST], S.TESTED, label="Test passed", main=True, asks={
    "test_steps": sentences(_("Test steps")), "test_result": sentences(_("Test result"), most=500), "test_proofs": _proofs(), "test_evidence": REMARK,
})  # fmt: skip
def pass_test(
    deployment: PatchDeployment,
    *,
    by: Any,
    test_steps: str,
    test_result: str,
    test_proofs: Iterable[Evidence],
    test_evidence: str = "",
) -> None:
    """Record a test that the patch passed: steps, result and its evidence."""
    proofs = list(test_proofs)
    if not proofs:
        raise ValidationError({"test_proofs": gettext("Choose the evidence of the test.")})
    _tested(deployment, by, test_steps, test_result, proofs, test_evidence, passed=True)


@transition(PatchDeployment, [S.IN_TEST, S.TESTED], S.AVAILABLE, label="Test refused", danger=True, asks={
    "test_steps": sentences(_("Test steps"), required=False), "because_of": REASON, "test_proofs": _proofs(required=False), "test_evidence": REMARK,
})  # fmt: skip
def refuse_test(
    deployment: PatchDeployment,
    *,
    by: Any,
    because_of: str,
    test_steps: str = "",
    test_proofs: Iterable[Evidence] = (),
    test_evidence: str = "",
) -> None:
    """Record a test that the patch did not pass; it is available again, with the reason."""
    _tested(deployment, by, test_steps, because_of, list(test_proofs), test_evidence, passed=False)
    deployment.reason = because_of


@transition(PatchDeployment, [S.TESTED], "", label="Ask for approval", main=True, asks={
    "rollback_plan": sentences(_("Way back: how the asset returns to what it was")), "because_of": REASON,
})  # fmt: skip
def ask_approval(deployment: PatchDeployment, *, by: Any, rollback_plan: str, because_of: str) -> None:
    """Ask another person to approve the tested patch, with the way back written down."""
    if not deployment.test_passed:
        raise NotPossible(gettext("There is no passed test on record."))
    deployment.rollback_plan, deployment.reason = rollback_plan, because_of
    deployment.save()
    request_decision(
        deployment, Decision.Kind.PATCH_DEPLOYMENT, by=by, title=f"Install {deployment.patch} on {deployment.asset}", reason=because_of
    )  # fmt: skip


def _approved(deployment: Any, by: Any) -> None:
    moved = PatchDeployment.objects.filter(pk=deployment.pk, status=S.TESTED).update(status=S.APPROVED)
    if not moved:
        raise NotPossible(gettext("The patch is not waiting for approval any more."))


def _ended(deployment: Any) -> None:
    kept = PatchDeployment.objects.filter(pk=deployment.pk, status__in=[S.APPROVED, S.SCHEDULED])
    kept.update(status=S.TESTED, **UNPLACED)


PATCH_DEPLOYMENT = DecisionKind(snapshot=PatchDeployment.snapshot, approved=_approved, ended=_ended)


@transition(PatchDeployment, [S.APPROVED], S.SCHEDULED, again=[S.SCHEDULED], label="Schedule", main=True, asks={
    "window_id": forms.IntegerField(label=_("Window"), help_text=_("Its number; the plan offers windows by name.")),
    "begins_at": forms.DateTimeField(label=_("Beginning")), "seen": forms.IntegerField(label=_("Revision you saw"), required=False),
})  # fmt: skip
def schedule(
    deployment: PatchDeployment, *, by: Any, window_id: int, begins_at: datetime, seen: int | None = None
) -> None:
    """Put the approved patch into an occurrence of a window, if nothing stands against it."""
    if seen is not None and deployment.revision != seen:
        who = deployment.scheduled_by or "Somebody else"
        raise NotPossible(
            gettext("{who} changed this in the meantime: it is {place}. Look again.").format(
                who=who, place=_where(deployment)
            )
        )
    place(deployment, window=window_id, at=begins_at)
    deployment.scheduled_by = by


def _where(deployment: PatchDeployment) -> str:
    if deployment.window is None or deployment.starts_at is None:
        return small(deployment.get_status_display())
    day = f"{deployment.starts_at:%Y-%m-%d}"
    return gettext("in {window} of {day}").format(window=deployment.window, day=day)


@transition(PatchDeployment, [S.SCHEDULED], S.APPROVED, label="Take out of the window")
def unschedule(deployment: PatchDeployment, *, by: Any) -> None:
    """Take the patch out of its window; it waits for another one."""
    deployment.window = deployment.starts_at = deployment.scheduled_by = None


def backup_refusal(deployment: PatchDeployment, on: date) -> str:
    """Say why the backups of the asset do not allow an installation on that day, or nothing."""
    days = policy_of(deployment.site_id).backup_days
    newest = Backup.objects.filter(asset=deployment.asset_id, taken_on__lte=on).order_by("-taken_on").first()
    if newest is None:
        return gettext("{asset} has no backup. Take one and record it first.").format(asset=deployment.asset)
    if newest.taken_on < on - timedelta(days=days):
        told = gettext("The last backup is of {day}, and may be {days} days old. Take a new one first.")
        return told.format(day=newest.taken_on, days=days)
    return ""


@transition(PatchDeployment, [S.SCHEDULED], S.INSTALLED, label="Installed", main=True, asks={
    "note": sentences(_("What was seen"), required=False, most=500),
})  # fmt: skip
def install(deployment: PatchDeployment, *, by: Any, note: str = "") -> None:
    """Record the installation: the asset has the patch's version from now on, and its matches are looked at again."""
    now = clock.now()
    if refusal := backup_refusal(deployment, clock.day_of(now, deployment.site)):
        raise NotPossible(refusal)
    first = deployment.after
    if first is not None and first.status not in {S.INSTALLED, S.VERIFIED}:
        raise NotPossible(gettext("{first} has to be installed before.").format(first=first))
    if deployment.starts_at is not None and now < deployment.starts_at and not note:
        raise ValidationError({"note": _early(deployment, deployment.starts_at)})
    end_early(deployment, Decision.Kind.PATCH_DEFERRAL, by=by, why="Installed.")
    deployment.version_before = _set_version(deployment, deployment.patch.version, f"Installed: {deployment}")
    deployment.installed_by, deployment.installed_at = by, now
    deployment.version_read, deployment.verified_at, deployment.verified_by = "", None, None
    deployment.reason = note


def _early(deployment: PatchDeployment, starts_at: datetime) -> str:
    begins = starts_at.astimezone(ZoneInfo(deployment.site.time_zone))
    told = gettext("Its window begins on {day} at {time}. Say why it was installed before.")
    return told.format(day=f"{begins:%Y-%m-%d}", time=f"{begins:%H:%M}")


def _set_version(deployment: PatchDeployment, version: str, why: str) -> str:
    """Give the asset this version, as this deployment in its history; return the one it had."""
    asset = Asset.objects.select_for_update(of=("self",)).get(pk=deployment.asset_id)
    before = asset.version
    with because(reason=f"{why} (deployment {deployment.pk})"[:300]):
        asset.version = version
        asset.save()
    transaction.on_commit(lambda: wake(Asset), robust=True)
    return before


@transition(PatchDeployment, [S.INSTALLED], S.VERIFIED, label="Verify", main=True, asks={
    "version_read": forms.CharField(label=_("Version that the device shows"), max_length=80),
})  # fmt: skip
def verify(deployment: PatchDeployment, *, by: Any, version_read: str) -> None:
    """Look again: the device itself shows the version that the patch brings."""
    if not same_version(version_read, deployment.patch.version):
        raise NotPossible(
            gettext("It shows {version_read}, not {version}. Install again or roll back.").format(
                version_read=version_read, version=deployment.patch.version
            )
        )
    deployment.version_read, deployment.verified_by, deployment.verified_at = version_read, by, clock.now()


def same_version(one: str, other: str) -> bool:
    """Tell whether two writings mean the same release."""
    left, right = read_version(one), read_version(other)
    if left is None or right is None:
        return one.strip().casefold() == other.strip().casefold()
    return compare(left, right) == 0


@transition(
    PatchDeployment,
    [S.INSTALLED, S.VERIFIED],
    S.ROLLED_BACK,
    label="Roll back",
    danger=True,
    asks={"because_of": REASON},
)
def roll_back(deployment: PatchDeployment, *, by: Any, because_of: str) -> None:
    """Return the asset to the version it had; what the patch closed is open again."""
    asset = deployment.asset
    if not same_version(asset.version, deployment.patch.version):
        raise NotPossible(
            gettext("{asset} has version {version} by now: something else was installed since.").format(
                asset=asset, version=asset.version or gettext("unknown")
            )
        )
    _set_version(deployment, deployment.version_before, f"Rolled back: {deployment}")
    _start_over(deployment, by, because_of)


def _start_over(deployment: PatchDeployment, by: Any, why: str) -> None:
    """Leave the window, and what was decided or asked for with it: whoever takes the patch up again asks anew."""
    for kind in (Decision.Kind.PATCH_DEPLOYMENT, Decision.Kind.PATCH_DEFERRAL):
        end_early(deployment, kind, by=by, why=why)
    deployment.window = deployment.starts_at = deployment.scheduled_by = None
    deployment.reason = why


@transition(PatchDeployment, OPEN, S.NOT_APPLICABLE, label="Does not apply", asks={"because_of": REASON})
def rule_out(deployment: PatchDeployment, *, by: Any, because_of: str) -> None:
    """Say that the patch is not for this asset, and why."""
    _start_over(deployment, by, because_of)


STEPS = (start_test, pass_test, refuse_test, ask_approval, schedule, unschedule, install, verify, roll_back, rule_out)
