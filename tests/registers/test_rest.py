"""REST conventions: conditional requests, idempotency, problems, the past, narrow references (RFC 9110, RFC 9457)."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from accounts.tokens import issue
from assets.models import Asset, Zone
from registers.history.timeline import entries


@pytest.fixture
def program(emil: User, rest: Callable[..., Any]) -> Any:
    """Emil's program."""
    return rest(emil)


@pytest.mark.django_db
class TestWriting:
    def test_a_new_asset_has_its_tag_its_place_and_its_history(self, program: Any, pumping: Zone) -> None:
        answer = program.send("post", "assets/", {
            "site": str(pumping.site_id), "zone": str(pumping.pk), "name": "N-NEW", "kind": "PLC", "criticality": "HIGH",
            "change_reason": "walk-down",
        })  # fmt: skip
        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert answer["ETag"] == f'"{body["id"]}-1"'
        assert answer["Location"].endswith(f"/assets/{body['id']}/")
        assert (body["zone"], body["criticality"], body["override_reason"]) == (str(pumping.pk), "HIGH", "walk-down")
        told = entries(Asset.objects.get(pk=body["id"]))[0]
        assert (told.actor, told.reason) == ("Emil Sand", "walk-down")

    @pytest.mark.parametrize("name", ["criticality", "criticality_override"])
    def test_a_criticality_set_by_hand_wants_its_reason(
        self, program: Any, pumping: Zone, plc: Asset, name: str
    ) -> None:
        body = {"site": str(pumping.site_id), "name": "N-NEW", name: "HIGH"}
        for method, path, sent in (
            ("post", "assets/", body), ("patch", f"assets/{plc.pk}/", {name: "HIGH"}), ("put", f"assets/{plc.pk}/", body | {"override_reason": ""}),
        ):  # fmt: skip
            refused = program.send(method, path, sent)
            assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
            assert [one["pointer"] for one in refused.json()["errors"]] == ["/override_reason"]
        many = program.send("patch", "assets/", [{"id": str(plc.pk), name: "HIGH"}])
        assert (many.status_code, many.json()["errors"][0]["pointer"]) == (400, "/0/override_reason")
        told = program.send("patch", f"assets/{plc.pk}/", {name: "HIGH", "override_reason": "Only one of its kind"})
        assert (told.json()["criticality"], told.json()["override_reason"]) == ("HIGH", "Only one of its kind")
        again = program.send("patch", f"assets/{plc.pk}/", {name: "LOW"})  # the form keeps a reason that is there, too
        assert (again.json()["criticality"], again.json()["override_reason"]) == ("LOW", "Only one of its kind")

    def test_what_was_read_can_be_written_back(self, program: Any, plc: Asset) -> None:
        Asset.objects.filter(pk=plc.pk).update(
            safety_effect=3, environment_effect=1, production_effect=1, recovery_hours=8
        )
        read = program.send("get", f"assets/{plc.pk}/").json()
        assert read["criticality"]
        names = set(read) - {"id", "revision", "created_at", "updated_at"}
        kept = program.send("put", f"assets/{plc.pk}/", {name: read[name] for name in names})
        assert kept.status_code == 200, kept.content
        assert (kept.json()["criticality"], kept.json()["criticality_override"]) == (read["criticality"], "")

    def test_the_description_says_so(self, program: Any) -> None:
        schema = program.send("get", "schema/?format=json").json()["components"]["schemas"]["AssetRequest"][
            "properties"
        ]
        assert "set by hand" in schema["override_reason"]["description"]

    def test_a_patch_counts_the_revision(self, program: Any, plc: Asset) -> None:
        answer = program.send("patch", f"assets/{plc.pk}/", {"version": "V2.9.7"}, If_Match=plc.etag)
        assert (answer.status_code, answer["ETag"]) == (200, f'"{plc.pk}-2"')
        assert answer.json()["revision"] == 2

    def test_a_stale_tag_is_refused_and_nothing_changes(self, program: Any, plc: Asset) -> None:
        Asset.objects.filter(pk=plc.pk).update(location="Cabinet 2")
        answer = program.send("patch", f"assets/{plc.pk}/", {"version": "V2.9.7"}, If_Match=plc.etag)
        assert answer.status_code == 412
        plc.refresh_from_db()
        assert plc.version == "V2.9.4"

    def test_a_weak_tag_never_matches(self, program: Any, plc: Asset) -> None:
        assert (
            program.send("patch", f"assets/{plc.pk}/", {"version": "V3"}, If_Match=f"W/{plc.etag}").status_code == 412
        )

    def test_a_key_makes_a_repeated_post_harmless(self, program: Any, pumping: Zone) -> None:
        body = {"site": str(pumping.site_id), "name": "N-ONCE"}
        first = program.send("post", "assets/", body, Idempotency_Key="k-1")
        second = program.send("post", "assets/", body, Idempotency_Key="k-1")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert (first["ETag"], first["Location"]) == (second["ETag"], second["Location"])
        assert Asset.objects.filter(name="N-ONCE").count() == 1
        other = program.send("post", "assets/", {**body, "name": "N-TWICE"}, Idempotency_Key="k-1")
        assert other.status_code == 422

    def test_a_target_level_is_changed_only_on_the_revision_that_was_seen(
        self, nils: User, pumping: Zone, rest: Callable[..., Any]
    ) -> None:
        program, path = rest(nils), f"zones/{pumping.pk}/"
        assert program.send("patch", path, {"sl_t": [1] * 7}).status_code == 428
        assert program.send("patch", path, {"purpose": "Raw water"}).status_code == 200
        tag = program.send("get", path)["ETag"]
        assert program.send("patch", path, {"sl_t": [1] * 7}, If_Match=tag).status_code == 200
        assert program.send("patch", path, {"sl_t": [3] * 7}, If_Match=tag).status_code == 412

    @pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "kind=%00", "%00=1", "ordering=%00"])
    def test_nul_in_an_address_is_refused(
        self, program: Any, signed_in: Callable[[User], Client], emil: User, query: str
    ) -> None:
        answer = program.send("get", f"assets/?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert signed_in(emil).get(f"/assets/assets/?{query}").status_code == 400

    def test_an_error_is_a_problem_document_whatever_the_endpoint_writes(self, client: Client) -> None:
        answer = client.get("/api/v1/schema/")
        assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (
            401,
            "application/problem+json",
            401,
        )

    def test_a_list_is_all_or_none(self, program: Any, pumping: Zone) -> None:
        one = {"site": str(pumping.site_id), "name": "N-A"}
        answer = program.send("post", "assets/", [one, {**one, "name": ""}])
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/1/name"
        assert not Asset.objects.filter(name="N-A").exists()

    def test_a_name_that_the_site_has_already_is_said_at_the_name(
        self, program: Any, plc: Asset, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        double = {"site": str(plc.site_id), "zone": str(plc.zone_id), "name": plc.name}
        told = [{"pointer": "/name", "code": "invalid", "detail": "This site has an asset of that name."}]
        assert program.send("post", "assets/", double).json()["errors"] == told
        other = program.send("post", "assets/", {**double, "name": "N-A"}).json()["id"]
        assert program.send("patch", f"assets/{other}/", {"name": plc.name}).json()["errors"] == told
        page = signed_in(emil).post("/assets/assets/add/", double)
        assert page.context["form"].errors["name"] == ["This site has an asset of that name."]

    def test_a_foreign_zone_is_one_that_does_not_exist(self, program: Any, plc: Asset, telemetry: Zone) -> None:
        foreign = program.send("patch", f"assets/{plc.pk}/", {"zone": str(telemetry.pk)})
        absent = program.send("patch", f"assets/{plc.pk}/", {"zone": "999999"})
        assert foreign.status_code == absent.status_code == 400
        assert foreign.json()["errors"] == absent.json()["errors"]

    def test_a_site_is_for_good(self, plc: Asset, mara: User, south: Site, rest: Callable[..., Any]) -> None:
        answer = rest(mara).send("patch", f"assets/{plc.pk}/", {"site": str(south.pk)})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/site"

    def test_where_one_only_reads_one_does_not_add(
        self, ada: User, sven: User, north: Site, rest: Callable[..., Any]
    ) -> None:
        assert rest(ada).send("post", "assets/", {"site": str(north.pk), "name": "X"}).status_code == 403
        assert rest(sven).send("post", "assets/", {"site": str(north.pk), "name": "X"}).status_code == 400

    def test_an_unknown_field_is_named(self, program: Any, plc: Asset) -> None:
        answer = program.send("patch", f"assets/{plc.pk}/", {"is_superuser": True})
        assert answer.json()["errors"] == [
            {"pointer": "/is_superuser", "code": "invalid", "detail": "There is no such field."}
        ]

    def test_a_needed_record_stays(self, nils: User, plc: Asset, rest: Callable[..., Any]) -> None:
        answer = rest(nils).send("delete", f"zones/{plc.zone_id}/")
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"name": "a", "name": "b"}', b"[" * 200, b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b"\xff\xfe", b'{"name": NaN}',
        b'{"site": {"a": 1}}', b'{"site": true}', b'"text"', b"5", b"null", b'{"name": {"a": []}}', b'{"recovery_hours": 1e400}',
        b'{"recovery_hours": 99999999999999999999}', b'{"ip_address": "10.0.0.999"}', b'{"name": ["x"]}', b"",
    ],
)  # fmt: skip
def test_strange_bodies_are_problems_never_errors(program: Any, body: bytes, north: Site) -> None:
    answer = program.post("/api/v1/assets/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "offset=-1",
        "kind=TOASTER",
        "zone=x",
        "ordering=words",
        "as_of=yesterday",
        "as_of=2999-01-01T00:00:00Z",
    ],
)
def test_strange_queries_are_refused(program: Any, query: str, plc: Asset) -> None:
    assert program.send("get", f"assets/?{query}").status_code in {400, 409}


@pytest.mark.django_db
class TestTokens:
    def test_a_reading_token_does_not_write(self, emil: User, plc: Asset, rest: Callable[..., Any]) -> None:
        reader = rest(emil, ["read"])
        assert reader.send("get", f"assets/{plc.pk}/").status_code == 200
        assert reader.send("patch", f"assets/{plc.pk}/", {"version": "V3"}).status_code == 403

    def test_a_token_dies_with_its_owner_its_day_and_by_hand(self, emil: User, plc: Asset, client: Any) -> None:
        now = timezone.now()
        token, text = issue(emil, "t", ["read"], expires_at=now + timedelta(hours=1), now=now)

        def status() -> int:
            return int(client.get(f"/api/v1/assets/{plc.pk}/", headers={"Authorization": f"Bearer {text}"}).status_code)

        assert status() == 200
        User.objects.filter(pk=emil.pk).update(is_active=False)
        assert status() == 401
        User.objects.filter(pk=emil.pk).update(is_active=True)
        type(token).objects.update(expires_at=now - timedelta(seconds=1))
        assert status() == 401

    def test_the_secret_is_nowhere_in_the_database(self, emil: User) -> None:
        now = timezone.now()
        token, text = issue(emil, "t", ["read"], expires_at=now + timedelta(hours=1), now=now)
        secret = text.partition(".")[2]
        assert secret not in json.dumps([str(value) for value in vars(token).values()])

    def test_a_session_needs_its_csrf_token(self, emil: User, plc: Asset) -> None:
        from django.test import Client

        browser = Client(enforce_csrf_checks=True)
        browser.force_login(emil)
        assert browser.patch(f"/api/v1/assets/{plc.pk}/", b"{}", content_type="application/json").status_code == 403
