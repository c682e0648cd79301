"""The steps that a patch takes before what a test looks at."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Backup
from patching import deploying
from patching.models import MaintenanceWindow, PatchDeployment
from programme.models import Decision, Evidence
from programme.workflow import approve
from registers import clock

TEST = {"test_steps": "Loaded on the bench, ran for a day", "test_result": "No alarm"}


def occurrence(window: MaintenanceWindow, number: int = 0) -> datetime:
    """Return when a window begins, the next time or a later one."""
    now = clock.now()
    return [start for start, _end in window.recurrence.between(now, now + timedelta(days=90))][number]


def log_of(site: Site) -> Evidence:
    """The log of a day on the bench."""
    return Evidence.objects.get_or_create(
        site=site, title="Bench log 41", kind="RECORD_OF_PRACTICE", note="In the workshop", effective_from=timezone.now().date()
    )[0]  # fmt: skip


def bench_tested(deployment: PatchDeployment, by: User) -> PatchDeployment:
    """Let a patch pass its test."""
    testing = deploying.start_test(deployment, by=by, test_environment="Bench")
    return deploying.pass_test(testing, by=by, test_proofs=[log_of(deployment.site)], **TEST)


def approved(deployment: PatchDeployment, by: User, petra: User) -> PatchDeployment:
    """Let it be tested and approved."""
    deploying.ask_approval(
        bench_tested(deployment, by), by=by, rollback_plan="Load the old firmware", because_of="Critical"
    )
    approve(Decision.objects.get(object_id=deployment.pk, status="REQUESTED"), by=petra, decision_reason="Go")
    deployment.refresh_from_db()
    return deployment


def scheduled(deployment: PatchDeployment, window: MaintenanceWindow, by: User, number: int = 0) -> PatchDeployment:
    """Place it in a window."""
    return deploying.schedule(deployment, by=by, window_id=window.pk, begins_at=occurrence(window, number))


def back_up(asset: Asset, days: int = 1) -> Backup:
    """Take a backup, so many days ago."""
    return Backup.objects.create(
        site=asset.site, asset=asset, taken_on=timezone.now().date() - timedelta(days=days), content="Project"
    )
