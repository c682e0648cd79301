"""`as_of`: which moment is meant, who may ask for it, and that the past is never written."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from registers.history import seals
from registers.middleware import _zone, parse_moment


@pytest.mark.django_db(transaction=True)
def test_the_past_is_read_and_never_written(plc: Asset, emil: User, rest: Callable[..., Any]) -> None:
    program = rest(emil)
    then = timezone.now()
    Asset.objects.filter(pk=plc.pk).update(version="V2.9.7")
    seals.seal()
    moment = then.isoformat().replace("+00:00", "Z")
    assert program.send("get", f"assets/{plc.pk}/?as_of={moment}").json()["version"] == "V2.9.4"
    assert program.send("get", f"assets/?as_of={moment}").json()["results"][0]["version"] == "V2.9.4"
    assert program.send("get", f"assets/{plc.pk}/").json()["version"] == "V2.9.7"
    written = program.send("patch", f"assets/{plc.pk}/?as_of={moment}", {"version": "V3"})
    assert (written.status_code, written.json()["errors"][0]["pointer"]) == (400, "/as_of")
    assert Asset.objects.get(pk=plc.pk).version == "V2.9.7"
    later = (timezone.now() + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert program.send("get", f"assets/?as_of={later}").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_what_comes_with_the_product_is_there_on_every_day(emil: User, rest: Callable[..., Any]) -> None:
    then = timezone.now().isoformat().replace("+00:00", "Z")
    call_command("load_reference", stdout=StringIO())
    seals.seal()
    for register in ("protocols", "threats", "requirements"):
        here, past = (rest(emil).send("get", f"{register}/{asked}").json()["count"] for asked in ("", f"?as_of={then}"))
        assert 0 < here == past, register


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["", "20260331", "2026-W10-1", "2026-03-31T12:00:00", "2026-03-31T12:00Z", "2026-02-30", "0001-01-01", "0001-01-01T00:00:00%2B02:00",
     "9999-12-31T23:59:59-10:00", "2026-03-31T24:00:01Z", "\u0662026-03-31"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str, emil: User, rest: Callable[..., Any]) -> None:
    answer = rest(emil).send("get", f"assets/?as_of={text}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/as_of")


@pytest.mark.django_db(transaction=True)
def test_a_bare_date_ends_in_the_time_zone_of_the_site(north: Site, emil: User) -> None:
    for asked in (str(north.pk), "NORTH"):
        zone = _zone(RequestFactory().get("/api/v1/assets/", {"site": asked, "as_of": "2026-03-31"}), emil)
        assert parse_moment("2026-03-31", zone).isoformat() == "2026-03-31T21:59:59.999999+00:00"
    assert _zone(RequestFactory().get("/", {"site": "NOWHERE"}), emil) == "UTC"
    assert _zone(RequestFactory().get("/", {"site": ["NORTH", "NORTH"]}), emil) == "UTC"


@pytest.mark.django_db
def test_the_time_zone_of_a_foreign_site_is_not_told(north: Site, sven: User) -> None:
    asked = []
    for site in ("NORTH", "NOWHERE", str(north.pk), "999999"):
        with CaptureQueriesContext(connection) as queries:
            assert _zone(RequestFactory().get("/", {"site": site}), User.objects.get(pk=sven.pk)) == "UTC"
        asked.append(len(queries))
    assert len(set(asked)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["as_of=junk", "as_of=2026-03-31&site=NORTH", "as_of=2026-03-31&as_of=2026-04-01"])
def test_who_is_not_signed_in_hears_of_that_before_the_past(query: str, north: Site, client: Client) -> None:
    told = []
    for path in (f"/api/v1/assets/?{query}", "/api/v1/assets/", f"/assets/assets/?{query}"):
        with CaptureQueriesContext(connection) as queries:
            told.append(client.get(path))
        assert not queries.captured_queries
    assert [answer.status_code for answer in told] == [401, 401, 302]
    assert client.post(f"/api/v1/assets/?{query}").status_code == 401
    wrong = client.get(f"/api/v1/assets/?{query}", headers={"Authorization": "Bearer csms_x.y"})
    assert (wrong.status_code, wrong["Content-Type"]) == (401, "application/problem+json")
