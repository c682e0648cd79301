"""The list of assets tells open matches and where the patches stand, though assets know nothing of either."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from patching.models import Advisory, AdvisorySource, Match, Patch, PatchDeployment
from registers.history import seals

LIST = "/assets/assets/"


@pytest.fixture
def met(db: None) -> Callable[..., Match]:
    """Make a match of an asset with an advisory of this name."""
    source = AdvisorySource.objects.create(name="Pumps", kind="CSAF", address="pumps.example")

    def make(asset: Asset, name: str, verdict: str = "AFFECTED") -> Match:
        advisory, _new = Advisory.objects.get_or_create(
            source=source, namespace="https://pumps.example", tracking_id=name,
            defaults={"title": name, "initial_release_on": timezone.now(), "current_release_on": timezone.now()},
        )  # fmt: skip
        return Match.objects.create(
            site=asset.site, asset=asset, advisory=advisory, verdict=verdict, computed_verdict=verdict, found_on=timezone.now().date()
        )  # fmt: skip

    return make


@pytest.fixture
def patched(db: None) -> Callable[..., PatchDeployment]:
    """Put a patch on an asset, in this state and due in so many days."""

    def make(asset: Asset, status: str, days: int) -> PatchDeployment:
        patch, _new = Patch.objects.get_or_create(vendor="Pumps", product="PLC", version="2.1")
        return PatchDeployment.objects.create(
            site=asset.site, asset=asset, patch=patch, status=status, due_on=timezone.now().date() + timedelta(days=days)
        )  # fmt: skip

    return make


def row(client: Client, asset: Asset, address: str = LIST) -> str:
    """Return the row of an asset."""
    page = client.get(address).content.decode()
    rows: list[str] = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    return next(one for one in rows if f">{asset.name}</a>" in one)


def cells(client: Client, asset: Asset) -> tuple[str, str]:
    """Return what stands below Matches and Patch state for an asset, in words."""
    told = client.get(LIST).context["beside"][asset.pk]
    words = [re.sub(r"<div.*?</div>|<[^>]+>", "", str(told[name].html)) for name in ("open_matches", "patch_state")]
    return words[0], words[1]


def test_open_matches_are_a_way_to_exactly_that_list(
    plc: Asset, emil: User, met: Callable[..., Match], signed_in: Callable[[User], Client]
) -> None:
    met(plc, "A"), met(plc, "B", "REVIEW"), met(plc, "C", "FIXED")
    client = signed_in(emil)
    shown = row(client, plc)
    assert "2 open" in shown
    assert '<span class="st bad">' in shown
    address = re.search(r'href="(/patching/matches/[^"]+)"', shown)
    assert address
    listed = client.get(address[1].replace("&amp;", "&")).context["page_obj"]
    assert {match.advisory.tracking_id for match in listed} == {"A", "B"}


def test_what_a_person_must_judge_is_told_apart(
    plc: Asset, emil: User, met: Callable[..., Match], signed_in: Callable[[User], Client]
) -> None:
    met(plc, "B", "REVIEW")
    assert '<span class="st ask">' in row(signed_in(emil), plc)
    assert cells(signed_in(emil), plc) == ("1 open", "To decide")


def test_the_patch_state_follows_from_deployments_and_matches(
    plc: Asset, emil: User, met: Callable[..., Match], patched: Callable[..., PatchDeployment], signed_in: Callable[[User], Client]
) -> None:  # fmt: skip
    client = signed_in(emil)
    Asset.objects.filter(pk=plc.pk).update(product="", model_number="")
    assert cells(client, plc) == ("0", "not matched")
    Asset.objects.filter(pk=plc.pk).update(product="CPU 1516")
    assert cells(client, plc) == ("0", "Current")
    met(plc, "A")
    assert cells(client, plc) == ("1 open", "No fix")
    deployment = patched(plc, "IN_TEST", 3)
    assert cells(client, plc) == ("1 open", "In test")
    PatchDeployment.objects.filter(pk=deployment.pk).update(due_on=timezone.now().date() - timedelta(days=1))
    assert cells(client, plc) == ("1 open", "Overdue")
    Asset.objects.filter(pk=plc.pk).update(lifecycle="RETIRED")
    assert cells(client, plc)[1] == "–"


def test_a_product_stands_with_its_vendor_until_the_vendor_has_a_column(
    plc: Asset, emil: User, signed_in: Callable[[User], Client]
) -> None:
    Asset.objects.filter(pk=plc.pk).update(vendor="Siemens", product="CPU 1516")
    client = signed_in(emil)
    assert ">Siemens CPU 1516<" in row(client, plc)
    apart = row(client, plc, f"{LIST}?columns=name,vendor,product")
    assert ">Siemens<" in apart
    assert ">CPU 1516<" in apart


def test_more_assets_with_more_matches_cost_no_more_queries(
    plc: Asset, emil: User, met: Callable[..., Match], patched: Callable[..., PatchDeployment], signed_in: Callable[[User], Client]
) -> None:  # fmt: skip
    client = signed_in(emil)

    def queries(address: str = LIST) -> list[str]:
        with CaptureQueriesContext(connection) as told:
            client.get(address)
        return [one["sql"] for one in told.captured_queries]

    met(plc, "A"), queries()
    few = queries()
    for number in range(4):
        one = Asset.objects.create(site=plc.site, zone=plc.zone, name=f"N-{number}", product="CPU 1516")
        met(one, "A"), met(one, "B"), patched(one, "AVAILABLE", number)
    many = queries()
    assert len(many) == len(few)
    assert sum('FROM "patching_' in sql for sql in many) == 2
    assert not any('FROM "patching_' in sql for sql in queries(f"{LIST}?columns=name,zone"))


def test_another_site_is_not_counted(
    plc: Asset, south: Site, emil: User, mara: User, met: Callable[..., Match], signed_in: Callable[[User], Client]
) -> None:
    other = Asset.objects.create(site=south, name="S-PLC01", product="CPU 1516")
    met(other, "A"), met(plc, "A")
    assert set(signed_in(emil).get(LIST).context["beside"]) == {plc.pk}
    assert set(signed_in(mara).get(LIST).context["beside"]) == {plc.pk, other.pk}


def test_columns_of_another_app_are_chosen_kept_and_left_out_like_any(
    plc: Asset, emil: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(emil)
    assert "Patch state" in client.get(LIST).content.decode()
    client.post(reverse("registers:columns", args=["assets"]), {"columns": ["name", "patch_state"]})
    shown = client.get(LIST).context["table"]
    assert [column.name for column in shown.columns] == ["name", "patch_state"]
    assert client.get(f"{LIST}?sort=patch_state").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_past_tells_what_was_open_then(
    plc: Asset, emil: User, met: Callable[..., Match], patched: Callable[..., PatchDeployment], signed_in: Callable[[User], Client]
) -> None:  # fmt: skip
    match, deployment = met(plc, "A"), patched(plc, "IN_TEST", 3)
    before = timezone.now()
    Match.objects.filter(pk=match.pk).update(verdict="FIXED")
    PatchDeployment.objects.filter(pk=deployment.pk).update(status="VERIFIED")
    seals.seal()
    then = quote(before.isoformat())
    shown = row(signed_in(emil), plc, f"{LIST}?as_of={then}")
    assert "1 open" in shown
    assert "In test" in shown
    assert f"as_of={then}" in shown
    assert cells(signed_in(emil), plc) == ("0", "Current")


def test_the_ticked_ones_are_moved_to_a_zone_in_one_go(
    plc: Asset, emil: User, ada: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(emil)
    assert ">Move to zone</button>" in client.get(LIST).content.decode()
    assert "Move to zone" not in signed_in(ada).get(LIST).content.decode()
    asked = client.post(f"{LIST}bulk/", {"ids": [plc.pk], "set": "zone"})
    assert asked.context["ticked"] == ["zone"]
    assert "checked" in str(asked.content.decode().split('name="set" value="zone"')[1][:9])
