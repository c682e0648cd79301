"""A folder of advisories; a patch for the controller of NORTH, the window in which it may be installed, and who may approve it."""

import json
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role, Site
from assets.models import Asset
from patching import polling, tasks
from patching.models import MaintenanceWindow, Patch, PatchDeployment
from programme.models import Authority


@pytest.fixture
def patch(organisation: Any) -> Patch:
    return Patch.objects.create(vendor="Siemens", product="CPU 1516-3 PN/DP", version="V3.1.2", minutes=60)


@pytest.fixture
def deployment(plc: Asset, patch: Patch) -> PatchDeployment:
    return PatchDeployment.objects.create(site=plc.site, asset=plc, patch=patch, minutes=60)


@pytest.fixture
def window(north: Site) -> MaintenanceWindow:
    """Every Sunday night, for two hours of work."""
    return MaintenanceWindow.objects.create(
        site=north, name="Sunday night", starts_on=date(2026, 1, 4), starts_time=time(22), rule="FREQ=WEEKLY;BYDAY=SU", minutes=120
    )  # fmt: skip


@pytest.fixture
def authority(organisation: Any) -> Authority:
    return Authority.objects.create(kind="PATCH_DEPLOYMENT", role=Role.APPROVER, most_days=90)


@pytest.fixture
def deferrer(organisation: Any) -> Authority:
    return Authority.objects.create(kind="PATCH_DEFERRAL", role=Role.APPROVER, most_days=90)


@pytest.fixture
def feed(tmp_path: Path) -> Callable[[dict[str, Any]], None]:
    """Publish a document and let the poll and the real follower take it."""

    def publish(document: dict[str, Any]) -> None:
        (tmp_path / "one.json").write_text(json.dumps(document))
        visit = polling.poll(polling.source_for(str(tmp_path)), now=timezone.now())
        assert visit is not None
        assert visit.state == "DONE", visit.problems
        tasks.rematch()

    return publish
