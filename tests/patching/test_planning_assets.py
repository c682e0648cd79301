"""The patches of the assets ticked in their list are gone on with together; an asset that waits for none is named with the reason (V4)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assets.models import Asset
from patching.models import Advisory, MaintenanceWindow, Match, Patch, PatchDeployment
from registers.history.timeline import entries
from tests.patching.test_course import advisory

PLAN = "/patching/plan/patches/"
pytestmark = pytest.mark.django_db
DUE = timezone.now().date() + timedelta(days=20)


@pytest.fixture
def about(patch: Patch) -> Advisory:
    """An advisory that the patch of the controller mends."""
    made = advisory()
    patch.advisories.add(made)
    return made


@pytest.fixture
def met(about: Advisory) -> Callable[..., Match]:
    def make(asset: Asset, verdict: str = "AFFECTED") -> Match:
        return Match.objects.create(
            site=asset.site, asset=asset, advisory=about, verdict=verdict, computed_verdict=verdict, reason="r", found_on=timezone.now().date(), due_on=DUE
        )  # fmt: skip

    return make


def alike(plc: Asset, name: str, **more: Any) -> Asset:
    return Asset.objects.create(
        site=plc.site, name=name, vendor="Siemens", product="CPU 1516-3 PN/DP", version="V2.9.4", **more
    )


@pytest.fixture
def known(plc: Asset, patch: Patch) -> Asset:
    Asset.objects.filter(pk=plc.pk).update(vendor=patch.vendor, product=patch.product, version="V2.9.4")
    plc.refresh_from_db()
    return plc


def told(answer: Any) -> dict[str, str]:
    return {asset.name: why for asset, why in answer.context["left"]}


def test_what_waits_leads_to_the_step_for_many(
    known: Asset, deployment: PatchDeployment, met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client]
) -> None:  # fmt: skip
    met(known)
    idle = alike(known, "N-IDLE")
    client = signed_in(emil)
    assert f'formaction="{PLAN}">Plan patch' in client.get("/assets/assets/").content.decode()
    shown = client.post(PLAN, {"ids": [known.pk, idle.pk]})
    assert [one.pk for one in shown.context["deployments"]] == [deployment.pk]
    assert told(shown) == {"N-IDLE": "it has no open match"}
    page = shown.content.decode()
    assert 'action="/patching/patch-deployments/together/"' in page
    assert client.post("/patching/patch-deployments/together/", {"ids": [deployment.pk]}).status_code == 200


def test_what_is_scheduled_does_not_wait(
    known: Asset, deployment: PatchDeployment, window: MaintenanceWindow, met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client]
) -> None:  # fmt: skip
    met(known)
    assert signed_in(emil).post(PLAN, {"ids": [known.pk]}).context["groups"] == [("Wait for a patch", [deployment])]
    PatchDeployment.objects.filter(pk=deployment.pk).update(status="SCHEDULED", window=window, starts_at=timezone.now())
    assert signed_in(emil).post(PLAN, {"ids": [known.pk]}).context["groups"] == [("Scheduled already", [deployment])]


def test_a_known_patch_that_nobody_planned_is_planned_by_who_may(
    known: Asset, patch: Patch, met: Callable[..., Match], nils: User, emil: User, signed_in: Callable[[User], Client]
) -> None:
    match = met(known, "REVIEW")
    assert told(signed_in(emil).post(PLAN, {"ids": [known.pk], "confirm": "1"})) == {
        known.name: f"{patch} is not planned yet, and you may not add it"
    }
    client = signed_in(nils)
    asked = client.post(PLAN, {"ids": [known.pk]})
    assert asked.context["unplanned"] == [(known, patch)]
    assert not PatchDeployment.objects.exists()
    done = client.post(PLAN, {"ids": [known.pk], "confirm": "1"})
    made = PatchDeployment.objects.get()
    assert (made.asset, made.patch, made.status, made.due_on) == (known, patch, "AVAILABLE", match.due_on)
    assert entries(made)[0].actor == nils.name
    assert [one.pk for one in done.context["deployments"]] == [made.pk]
    client.post(PLAN, {"ids": [known.pk], "confirm": "1"})
    assert PatchDeployment.objects.count() == 1


def test_each_that_is_left_out_says_why(
    known: Asset, patch: Patch, rtu: Asset, met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client]
) -> None:
    newer, other, put_off = alike(known, "N-NEW"), alike(known, "N-OTHER"), alike(known, "N-OFF")
    Asset.objects.filter(pk=newer.pk).update(version="V3.2")
    Asset.objects.filter(pk=other.pk).update(product="CPU 1214C")
    for asset in (newer, other, put_off):
        met(asset)
    PatchDeployment.objects.create(
        site=put_off.site,
        asset=put_off,
        patch=patch,
        status="DEFERRED",
        deferred_until=DUE,
        countermeasure="Port closed",
    )
    shown = signed_in(emil).post(PLAN, {"ids": [newer.pk, other.pk, put_off.pk, rtu.pk]})
    none = "no patch is known for its open matches"
    assert told(shown) == {"N-NEW": none, "N-OTHER": none, "N-OFF": f"{patch} is deferred"}
    assert "None of these assets waits for a patch." in shown.content.decode()


def test_the_wrong_people(
    known: Asset, met: Callable[..., Match], ada: User, sven: User, signed_in: Callable[[User], Client]
) -> None:
    met(known)
    assert PLAN not in signed_in(ada).get("/assets/assets/").content.decode()
    assert signed_in(ada).post(PLAN, {"ids": [known.pk]}).status_code == 403
    assert signed_in(sven).post(PLAN, {"ids": [known.pk]}).status_code == 302


def test_more_assets_cost_no_more_queries(
    known: Asset, deployment: PatchDeployment, patch: Patch, met: Callable[..., Match], emil: User, signed_in: Callable[[User], Client]
) -> None:  # fmt: skip
    client = signed_in(emil)
    met(known)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.post(PLAN, {"ids": list(Asset.objects.values_list("pk", flat=True))})
        return len(asked)

    queries()
    few = queries()
    for number in range(4):
        one = alike(known, f"N-{number}")
        met(one), PatchDeployment.objects.create(site=one.site, asset=one, patch=patch)
    assert queries() == few
