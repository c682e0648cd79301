"""What a list may be asked: every declared field as a filter, order, saved views, nested records; anything else is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import FileField, JSONField
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Site, User
from assets.models import Asset, Zone
from csms.catalog import REGISTERS
from registers.own import SavedView


@pytest.fixture
def program(emil: User, rest: Callable[..., Any]) -> Any:
    return rest(emil)


@pytest.fixture
def hmi(pumping: Zone) -> Asset:
    return Asset.objects.create(site=pumping.site, name="N-HMI", kind="HMI", vendor="Wago", note="by the door")


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.django_db
class TestFilters:
    @pytest.mark.parametrize(
        "query",
        ["name=N-HMI", "note=by+the+door", "vendor=wago", "kind=HMI", "zone__isnull=true", "ordering=-kind"],
    )  # fmt: skip
    def test_each_declared_field_is_one(self, query: str, program: Any, plc: Asset, hmi: Asset) -> None:
        assert "N-HMI" in names(program.send("get", f"assets/?{query}"))
        if "ordering" not in query:
            assert names(program.send("get", f"assets/?{query}")) == ["N-HMI"]

    def test_no_plain_field_of_any_register_is_left_out(self) -> None:
        for register in REGISTERS:
            offered = set(register.rest_filterset_class.base_filters)
            for name in (*register.fields, *register.shows):
                field = register.field(name)
                if field is not None and not isinstance(field, JSONField | FileField | ArrayField):
                    assert name in offered, (register.name, name)

    def test_references_take_several_ids(self, program: Any, plc: Asset, hmi: Asset, pumping: Zone) -> None:
        other = Zone.objects.create(site=pumping.site, name="N-X", level=2)
        Asset.objects.filter(pk=hmi.pk).update(zone=other)
        for query in (f"zone={pumping.pk},{other.pk}", f"zone={pumping.pk}&zone={other.pk}"):
            assert names(program.send("get", f"assets/?{query}")) == ["N-HMI", "N-PS1-PLC01"]
        assert names(program.send("get", f"assets/?zone={other.pk}")) == ["N-HMI"]

    def test_a_foreign_id_is_one_that_does_not_exist(self, program: Any, plc: Asset, telemetry: Zone) -> None:
        foreign = program.send("get", f"assets/?zone={telemetry.pk}")
        absent = program.send("get", "assets/?zone=99999999")
        assert foreign.status_code == absent.status_code == 400
        told = [answer.json()["errors"][0]["detail"] for answer in (foreign, absent)]
        assert told[0].replace(str(telemetry.pk), "") == told[1].replace("99999999", "")

    @pytest.mark.parametrize(
        "query",
        [
            "zone__name=x",
            "site__owner=x",
            "name__startswith=N",
            "custom=x",
            "revision=1",
            "encrypted=maybe",
            "zone=" + "9" * 40,
        ],
    )
    def test_other_lookups_are_refused(self, query: str, program: Any, plc: Asset) -> None:
        register = "flows" if query.startswith("encrypted") else "assets"
        assert program.send("get", f"{register}/?{query}").status_code == 400

    def test_a_record_takes_no_filters(self, program: Any, plc: Asset) -> None:
        assert program.send("get", f"assets/{plc.pk}/?kind=PLC").status_code == 400


@pytest.mark.django_db
class TestExpand:
    def test_references_are_nested_one_level(self, program: Any, plc: Asset) -> None:
        one = program.send("get", f"assets/{plc.pk}/?expand=zone,site").json()
        assert (one["zone"]["name"], one["site"]["code"]) == ("N-PS1 Pumping station 1", "NORTH")
        assert one["zone"]["site"] == str(plc.site_id)

    def test_more_rows_cost_no_more_queries(self, program: Any, plc: Asset) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as told:
                rows = program.send("get", "assets/?expand=zone,site").json()["results"]
            assert all(row["zone"]["name"] for row in rows)
            return len(told)

        program.send("get", "assets/")
        few = queries()
        for number in range(5):
            zone = Zone.objects.create(site=plc.site, name=f"Z{number}", level=1)
            Asset.objects.create(site=plc.site, zone=zone, name=f"A{number}")
        assert queries() == few

    def test_what_one_may_not_see_stays_an_id(
        self, ada: User, plc: Asset, mara: User, rest: Callable[..., Any]
    ) -> None:
        from programme.models import Catalogue, Judgement, Requirement

        catalogue = Catalogue.objects.create(edition="IEC 62443-2-1:2024", title="t")
        requirement = Requirement.objects.create(catalogue=catalogue, code="ORG 1.1", title="t", position=1)
        judged = Judgement.objects.create(site=plc.site, requirement=requirement, judged_by=mara)
        assert rest(ada).send("get", f"judgements/{judged.pk}/?expand=judged_by").json()["judged_by"] == str(mara.pk)
        assert (
            rest(mara).send("get", f"judgements/{judged.pk}/?expand=judged_by").json()["judged_by"]["name"]
            == "Mara Keller"
        )

    @pytest.mark.parametrize("name", ["name", "zone.site", "owner", "history"])
    def test_what_is_no_reference_is_refused(self, name: str, program: Any, plc: Asset) -> None:
        answer = program.send("get", f"assets/?expand={name}")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/expand")


@pytest.mark.django_db
class TestSavedViews:
    def test_one_is_kept_and_applied_in_rest(self, program: Any, plc: Asset, hmi: Asset) -> None:
        made = program.send(
            "post",
            "saved-views/",
            {"register": "assets", "name": "By kind", "query": "kind=PLC&kind=HMI&sort=-name&columns=name"},
        )
        assert made.status_code == 201, made.content
        key = made.json()["id"]
        assert names(program.send("get", f"assets/?view={key}")) == ["N-PS1-PLC01", "N-HMI"]
        assert names(program.send("get", f"assets/?view={key}&kind=HMI")) == ["N-HMI"]
        assert program.send("get", f"zones/?view={key}").status_code == 400

    def test_nobody_elses_is_there(
        self, program: Any, sven: User, north: Site, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        key = program.send(
            "post", "saved-views/", {"register": "assets", "name": "Weak pumps", "query": "q=pump"}
        ).json()["id"]
        other = rest(sven)
        assert other.send("get", f"saved-views/{key}/").status_code == 404
        assert other.send("get", "saved-views/").json()["count"] == 0
        assert other.send("get", f"assets/?view={key}").status_code == 400
        assert b"Weak pumps" not in signed_in(sven).get("/assets/assets/?q=pump").content

    @pytest.mark.parametrize("body", [
        {"register": "nothing", "name": "a"}, {"register": "assets", "name": "a", "query": "zone__name=x"}, {"register": "assets", "name": ""},
        {"register": "assets", "name": "a", "owner": "1"},
    ])  # fmt: skip
    def test_what_no_list_knows_is_refused(self, body: dict[str, str], program: Any) -> None:
        assert program.send("post", "saved-views/", body).status_code == 400

    def test_the_list_page_keeps_renames_and_deletes_one(
        self, emil: User, plc: Asset, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(emil)
        kept = browser.post(
            "/registers/saved-views/add/", {"register": "assets", "name": "PLCs", "query": "kind=PLC&sort=name"}
        )
        assert kept["Location"] == "/assets/assets/?kind=PLC&sort=name"
        page = browser.get(kept["Location"]).content.decode()
        view = SavedView.objects.get(owner=emil)
        assert 'class="on" aria-current="true">PLCs' in page
        assert f"/registers/saved-views/{view.pk}/change/" in page
        browser.post(f"/registers/saved-views/{view.pk}/delete/")
        assert not SavedView.objects.exists()

    def test_what_says_nothing_of_the_list_is_not_kept(
        self, emil: User, plc: Asset, signed_in: Callable[[User], Client]
    ) -> None:
        page = signed_in(emil).get("/programme/catalogues/?site=1&page=2&q=iec")
        assert page.context["kept_query"] == "q=iec"

    def test_a_name_is_used_once_on_a_list(self, program: Any) -> None:
        body = {"register": "assets", "name": "PLCs"}
        assert program.send("post", "saved-views/", body).status_code == 201
        assert "Choose another name" in program.send("post", "saved-views/", body).json()["errors"][0]["detail"]


@pytest.mark.django_db
class TestColumns:
    def heads(self, browser: Client, address: str = "/assets/assets/") -> list[str]:
        return [column.name for column in browser.get(address).context["table"].columns]

    def test_they_are_kept_for_the_person_in_their_order(
        self, emil: User, nils: User, plc: Asset, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(emil)
        answer = browser.post(
            "/columns/assets/",
            {"query": "kind=PLC&columns=name", "columns": ["name", "serial_number", "kind", "nonsense"]},
        )
        assert answer["Location"] == "/assets/assets/?kind=PLC&columns=name%2Cserial_number%2Ckind"
        assert self.heads(browser) == ["name", "serial_number", "kind"]
        assert self.heads(browser, "/assets/assets/?columns=zone,vendor") == ["name", "zone", "vendor"]
        assert len(self.heads(signed_in(nils))) == 9
        browser.post("/columns/assets/", {"reset": "1", "columns": ["name"]})
        assert len(self.heads(browser)) == 9

    def test_there_are_none_of_what_is_no_list(self, emil: User, signed_in: Callable[[User], Client]) -> None:
        assert signed_in(emil).post("/columns/nothing/", {}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("assets/?q=a&q=b", "q"), ("assets/?name=a&name=b", "name"), ("assets/?limit=1&limit=1", "limit"),
        ("assets/?offset=0&offset=1", "offset"), ("assets/?ordering=name&ordering=-name", "ordering"),
        ("assets/?zone__isnull=true&zone__isnull=false", "zone__isnull"), ("assets/?as_of=2026-03-31&as_of=2026-03-31", "as_of"),
        ("my-work/?limit=1&limit=2", "limit"), ("search/?q=a&q=b", "q"), ("conformity/?site=NORTH&site=SOUTH", "site"),
        ("assets/quality/?site=NORTH&site=SOUTH", "site"), ("jobs/?limit=1&limit=2", "limit"),
    ],
)  # fmt: skip
def test_one_value_is_not_sent_twice(path: str, name: str, emil: User, rest: Callable[..., Any]) -> None:
    answer = rest(emil).send("get", path)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{name}"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["kind=PLC&kind=HMI", "kind=PLC&kind=PLC", "zone={zone}&zone={zone}"])
def test_a_filter_of_several_values_is(query: str, plc: Asset, emil: User, rest: Callable[..., Any]) -> None:
    answer = rest(emil).send("get", f"assets/?{query.format(zone=plc.zone_id)}")
    assert (answer.status_code, answer.json()["count"]) == (200, 1)
