"""The change log of a report: one line for each act at the site, and nothing from another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Zone
from registers.history.origin import because
from registers.history.past import tracked
from reports.changes import changes


@pytest.mark.django_db
def test_an_act_on_many_records_is_one_line_and_other_sites_are_left_out(
    mara: User, emil: User, north: Site, south: Site, pumping: Zone
) -> None:
    start = timezone.now()
    with because(by=emil, reason="Walk-down"):
        Asset.objects.bulk_create(Asset(site=north, zone=pumping, name=f"N-{n}") for n in range(3))
    with because(by=emil, reason="Wrong label"):
        Asset.objects.filter(name="N-1").update(location="Cabinet 7")
    with because(by=emil):
        Asset.objects.get(name="N-2").delete()
    with because(by=mara, reason="Not your business"):
        Asset.objects.create(site=south, name="S-1")
    found = changes(mara, north, since=start, until=timezone.now())
    assert [(entry.by, entry.what) for entry in found] == [
        ("Emil Sand", "One asset deleted"),
        ("Emil Sand", "Asset N-1 changed: Wrong label"),
        ("Emil Sand", "3 assets added: Walk-down"),
    ]
    assert changes(mara, north, since=timezone.now(), until=timezone.now() + timedelta(days=1)) == ()


@pytest.mark.django_db
def test_a_day_of_the_same_work_is_one_line(
    mara: User, emil: User, north: Site, pumping: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with because(by=emil, reason="Round"):
        made = [Asset.objects.create(site=north, zone=pumping, name=f"N-{n}") for n in range(2)]
    events = next(event for model, event in tracked() if model is Asset)
    monkeypatch.setattr(events._meta.get_field("pgh_created_at"), "auto_now_add", False)
    day = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
    for hours, one in zip((0, 6), made, strict=True):
        copied = events.objects.get(pgh_obj_id=one.pk)
        copied.pk, copied.pgh_created_at = None, day + timedelta(hours=hours)
        copied.save()
    found = changes(mara, north, since=day - timedelta(hours=1), until=day + timedelta(hours=12))
    assert [(entry.at.hour, entry.what) for entry in found] == [(14, "2 assets added: Round")]
