"""A walk-down is asked for with the assets ticked in their list: exactly these, one for each site, and who is left out is named (A7)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from assets import floor
from assets.models import Asset, WalkDown, Zone
from registers.workflow import NotPossible

ASK = "/assets/walk-downs/ask/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def others(pumping: Zone) -> dict[str, Asset]:
    """Beside the controller: one in store, one retired, one that nobody ticks."""
    return {
        name: Asset.objects.create(site=pumping.site, zone=pumping, name=name, lifecycle=state)
        for name, state in (("N-SPARE", "SPARE"), ("N-OLD", "RETIRED"), ("N-REST", "IN_USE"))
    }


def test_the_list_offers_it_to_those_who_may(
    plc: Asset, emil: User, ada: User, signed_in: Callable[[User], Client]
) -> None:
    assert f'formaction="{ASK}">Ask for walk-down' in signed_in(emil).get("/assets/assets/").content.decode()
    assert ASK not in signed_in(ada).get("/assets/assets/").content.decode()
    assert signed_in(ada).post(ASK, {"ids": [plc.pk], "confirm": "1", "title": "x"}).status_code == 403
    assert not WalkDown.objects.exists()


def test_it_looks_for_exactly_the_ticked_ones_that_can_be_found(
    plc: Asset, others: dict[str, Asset], emil: User, signed_in: Callable[[User], Client]
) -> None:
    client, ids = signed_in(emil), [plc.pk, others["N-SPARE"].pk, others["N-OLD"].pk]
    asked = client.post(ASK, {"ids": ids})
    assert asked.status_code == 200
    assert [(asset.name, why.split(";")[0]) for asset, why in asked.context["left"]] == [("N-OLD", "is retired")]
    assert not WalkDown.objects.exists()
    assert client.post(ASK, {"ids": ids, "confirm": "1", "title": ""}).status_code == 422
    answer = client.post(ASK, {"ids": ids, "confirm": "1", "title": "After the flood"})
    made = WalkDown.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert {one.name for one in floor.expected(made)} == {"N-PS1-PLC01", "N-SPARE"}
    assert b"After the flood" in client.get(plc.get_absolute_url()).content
    assert b"After the flood" not in client.get(others["N-REST"].get_absolute_url()).content
    assert b"N-REST" not in client.get(f"/assets/walk-downs/{made.pk}/walk/").content
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(pgh_context->>'name') FROM assets_walkdownassetshistoryevent")
        assert cursor.fetchone() == (2, emil.name)


def test_a_site_gets_its_own_and_another_site_is_not_there(
    plc: Asset, rtu: Asset, emil: User, mara: User, signed_in: Callable[[User], Client]
) -> None:
    sent = {"ids": [plc.pk, rtu.pk], "confirm": "1", "title": "Both"}
    signed_in(emil).post(ASK, sent)
    assert [one.site for one in WalkDown.objects.all()] == [plc.site]
    assert signed_in(mara).post(ASK, sent)["Location"] == "/assets/walk-downs/"
    assert {one.site for one in WalkDown.objects.order_by("-pk")[:2]} == {plc.site, rtu.site}


def test_all_that_the_filter_lets_through(
    plc: Asset, others: dict[str, Asset], emil: User, signed_in: Callable[[User], Client]
) -> None:
    signed_in(emil).post(ASK, {"all": "1", "query": "lifecycle=SPARE", "confirm": "1", "title": "Store"})
    assert [one.name for one in floor.expected(WalkDown.objects.get())] == ["N-SPARE"]
    assert signed_in(emil).post(ASK, {"ids": []}).status_code == 302


def test_nothing_is_half_done(plc: Asset, others: dict[str, Asset], emil: User) -> None:
    with pytest.raises(NotPossible, match="N-OLD: is retired"):
        floor.ask([plc, others["N-OLD"]], by=emil, title="x")
    assert not WalkDown.objects.exists()


def test_rest_names_them_too(
    plc: Asset, rtu: Asset, others: dict[str, Asset], emil: User, rest: Callable[..., Any]
) -> None:
    body = {"site": str(plc.site_id), "title": "By program", "assets": [str(plc.pk)]}
    made = rest(emil).send("post", "walk-downs/", body)
    assert (made.status_code, made.json()["assets"]) == (201, [str(plc.pk)])
    assert [one.pk for one in floor.expected(WalkDown.objects.get())] == [plc.pk]
    assert rest(emil).send("post", "walk-downs/", body | {"assets": [str(rtu.pk)]}).status_code == 400
