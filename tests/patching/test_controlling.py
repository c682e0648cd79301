"""Whether a patch is planned in time is judged by the day at its site, whatever the clock of the server says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Site, User
from patching.controlling import Control, control
from patching.models import MaintenanceWindow, PatchDeployment
from patching.placing import slots_of
from registers.history.past import day_at

DUE = date(2027, 3, 10)
LATE_IN_BERLIN = datetime(2027, 3, 10, 23, 30, tzinfo=UTC)
EVENING_IN_NEW_YORK = datetime(2027, 3, 11, 1, 0, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("time_zone", "starts_at", "stands"),
    [
        ("Europe/Berlin", datetime(2027, 3, 10, 22, 30, tzinfo=UTC), Control.PLACED),
        ("Europe/Berlin", LATE_IN_BERLIN, Control.WAITING),
        ("America/New_York", EVENING_IN_NEW_YORK, Control.PLACED),
    ],
)
def test_a_window_is_in_time_by_the_clock_of_its_site(
    deployment: PatchDeployment, window: MaintenanceWindow, time_zone: str, starts_at: datetime, stands: str
) -> None:
    Site.objects.filter(pk=deployment.site_id).update(time_zone=time_zone)
    kept = PatchDeployment.objects.filter(pk=deployment.pk)
    kept.update(status="SCHEDULED", window=window, starts_at=starts_at, due_on=DUE)
    assert kept.annotate(stands=control(date(2027, 3, 1))).get().stands == stands


@pytest.mark.django_db
def test_the_plan_knows_the_day_of_a_window_at_its_site(window: MaintenanceWindow) -> None:
    Site.objects.filter(pk=window.site_id).update(time_zone="Europe/Berlin")
    window.site.refresh_from_db()
    window.starts_time = datetime(2026, 1, 4, 0, 30).time()
    window.save()
    slot = slots_of(window.site, datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 8, tzinfo=UTC))[0]
    assert (slot.starts_at, slot.day) == (datetime(2027, 3, 6, 23, 30, tzinfo=UTC), date(2027, 3, 7))


@pytest.mark.django_db
@pytest.mark.parametrize("east", [True, False])
def test_the_overview_of_a_site_and_its_list_go_by_the_day_there(
    deployment: PatchDeployment, mara: User, signed_in: Callable[[User], Any], east: bool
) -> None:
    """Fourteen hours ahead or eleven behind, it is another day there for a part of the day."""
    site, utc = deployment.site, day_at()
    Site.objects.filter(pk=site.pk).update(time_zone="Pacific/Kiritimati" if east else "Pacific/Pago_Pago")
    site.refresh_from_db()
    due = utc if east else utc - timedelta(days=1)
    PatchDeployment.objects.filter(pk=deployment.pk).update(due_on=due)
    browser, late = signed_in(mara), int(due < day_at(site))
    figure = browser.get(f"/?site={site.pk}").context["tiles"]["patching"]["parts"]["OVERDUE"]
    assert figure.value == late
    assert browser.get(figure.url).context["count"] == late
