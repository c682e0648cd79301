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
from assets.models import Asset, Interface, Protocol, Zone
from registers.history import seals
from registers.history.past import _expressions, as_of, tracked
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
def test_every_moment_is_told_by_the_newest_rows_of_history_up_to_it(
    plc: Asset, pumping: Zone, north: Site, south: Site
) -> None:
    """Whatever is added, changed, deleted, joined, and added again under its old number."""
    moments = [timezone.now()]

    def then(_done: Any) -> None:
        moments.append(timezone.now())

    other = Asset.objects.create(site=south, name="other", kind="PLC")
    interface = Interface.objects.create(site=north, asset=plc, name="X1")
    opc, modbus = (Protocol.objects.create(code=code, name=code) for code in ("opc", "modbus"))
    then(interface.protocols.add(opc))
    then(Asset.objects.update(version="V2.9.7"))
    then([Asset.objects.filter(pk=plc.pk).update(note=note) for note in ("one", "two")])
    then(interface.protocols.set([modbus]))
    then(Zone.objects.create(site=north, name="Hall"))
    then(Asset.objects.filter(pk=other.pk).delete())
    then(Asset.objects.create(pk=other.pk, site=south, name="again", kind="PLC"))
    then(Asset.objects.filter(pk=other.pk).update(name="and again"))
    seals.seal()
    states = set()
    for when in moments:
        with as_of(when, now=timezone.now()), connection.cursor() as cursor:
            for model in (Asset, Zone, Interface, Interface.protocols.through):
                cursor.execute(f'SELECT * FROM past."{model._meta.db_table}" ORDER BY id')
                rows = cursor.fetchall()
                cursor.execute(_newest(model))
                assert rows == cursor.fetchall()
                states.add((model, str(rows)))
    assert len(states) == 7 + 2 + 2 + 3  # so many states of each kind were told apart


def _newest(model: Any) -> str:
    """Return the SQL for the newest row of history of each record up to the moment, in the columns of the view."""
    event = next(event for tracked_model, event in tracked() if tracked_model is model)
    subject = "pgh_obj_id" if hasattr(event, "pgh_obj") else "id"
    kept = {field.column for field in event._meta.concrete_fields}
    generated = _expressions(model._meta.db_table)
    columns = [
        f'"{name}"' if name in kept else generated.get(name, "NULL")
        for name in (field.column for field in model._meta.concrete_fields)
    ]
    return (
        f'SELECT {", ".join(columns)} FROM (SELECT DISTINCT ON ({subject}) * FROM public."{event._meta.db_table}"'
        f" WHERE pgh_created_at <= past.moment() ORDER BY {subject}, pgh_id DESC) e WHERE pgh_label <> 'delete' ORDER BY id"
    )


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
    Site.objects.filter(pk=north.pk).update(time_zone="Europe/Berlin")
    for asked in (str(north.pk), "NORTH"):
        zone = _zone(RequestFactory().get("/api/v1/assets/", {"site": asked, "as_of": "2026-03-31"}), emil)
        assert parse_moment("2026-03-31", zone).isoformat() == "2026-03-31T21:59:59.999999+00:00"
    assert _zone(RequestFactory().get("/", {"site": "NOWHERE"}), emil) == "UTC"
    assert _zone(RequestFactory().get("/", {"site": ["NORTH", "NORTH"]}), emil) == "UTC"


@pytest.mark.django_db
def test_the_time_zone_of_a_foreign_site_is_not_told(north: Site, sven: User) -> None:
    Site.objects.filter(pk=north.pk).update(time_zone="Europe/Berlin")
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
