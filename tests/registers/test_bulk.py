"""Many records in one request: all of them or none, each judged as it would be alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assets.models import Asset, Zone
from programme.models import Decision, Judgement
from registers.history.timeline import entries
from tests.contract.test_registers import build


@pytest.fixture
def program(nils: User, rest: Callable[..., Any]) -> Any:
    return rest(nils)


@pytest.fixture
def three(pumping: Zone) -> list[Asset]:
    return [Asset.objects.create(site=pumping.site, zone=pumping, name=f"N-A{number}") for number in range(3)]


def pointers(answer: Any) -> list[str]:
    return [entry["pointer"] for entry in answer.json()["errors"]]


@pytest.mark.django_db
class TestChange:
    def test_each_gets_its_values_and_its_history(self, program: Any, three: list[Asset]) -> None:
        items = [
            {"id": str(one.pk), "revision": one.revision, "version": f"V{one.pk}", "change_reason": "window W48"}
            for one in three
        ]
        answer = program.send("patch", "assets/", items)
        assert answer.status_code == 200, answer.content
        assert [(row["id"], row["version"], row["revision"]) for row in answer.json()] == [
            (str(one.pk), f"V{one.pk}", 2) for one in three
        ]
        told = entries(three[0])[0]
        assert (told.actor, told.reason, told.changes[0].label) == ("Nils Berg", "window W48", "Version")

    def test_all_or_none_with_every_reason(self, program: Any, three: list[Asset]) -> None:
        items = [
            {"id": str(three[0].pk), "vendor": "ABB"},
            {"id": str(three[1].pk), "kind": "TOASTER"},
            {"id": str(three[2].pk), "nme": "x"},
        ]
        answer = program.send("patch", "assets/", items)
        assert (answer.status_code, pointers(answer)) == (400, ["/1/kind", "/2/nme"])
        assert not Asset.objects.filter(vendor="ABB").exists()

    def test_one_that_contradicts_another_is_named(self, program: Any, three: list[Asset], rtu: Asset) -> None:
        items = [{"id": str(three[0].pk), "vendor": "ABB"}, {"id": str(three[1].pk), "name": three[2].name}]
        answer = program.send("patch", "assets/", items)
        assert (answer.status_code, pointers(answer)) == (400, ["/1/name"])
        assert not Asset.objects.filter(vendor="ABB").exists()

    def test_many_cost_hardly_more_queries_than_few(self, program: Any, three: list[Asset], pumping: Zone) -> None:
        def queries(records: list[Asset]) -> int:
            items = [{"id": str(one.pk), "vendor": f"V{one.pk}", "zone": str(pumping.pk)} for one in records]
            with CaptureQueriesContext(connection) as told:
                assert program.send("patch", "assets/", items).status_code == 200
            return len(told)

        queries(three[:1])
        few = queries(three)
        more = [Asset.objects.create(site=pumping.site, name=f"N-B{number}") for number in range(20)]
        assert queries(more) == few

    def test_a_revision_that_moved_on_is_412_and_changes_nothing(self, program: Any, three: list[Asset]) -> None:
        Asset.objects.filter(pk=three[1].pk).update(location="Cabinet 2")
        items = [{"id": str(one.pk), "revision": 1, "vendor": "ABB"} for one in three]
        answer = program.send("patch", "assets/", items)
        assert (answer.status_code, pointers(answer)) == (412, ["/1/revision"])
        assert not Asset.objects.filter(vendor="ABB").exists()

    def test_what_is_not_ones_own_is_not_there(self, program: Any, three: list[Asset], rtu: Asset) -> None:
        def ask(key: Any) -> Any:
            return program.send("patch", "assets/", [{"id": str(three[0].pk)}, {"id": str(key), "vendor": "ABB"}])

        assert ask(rtu.pk).json()["errors"] == ask(99999999).json()["errors"] == [
            {"pointer": "/1/id", "code": "invalid", "detail": "There is no such record."}
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            ["1"],
            [{"name": "x"}],
            [{"id": 5}],
            [{"id": "x"}],
            [{"id": "1"}, {"id": "1"}],
            [{"id": "1", "revision": True}],
            [{"id": "1"}] * 1001,
        ],
    )
    def test_strange_bodies_are_refused(self, body: Any, program: Any) -> None:
        answer = program.send("patch", "assets/", body)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")

    def test_a_reader_changes_nothing(self, ada: User, three: list[Asset], rest: Callable[..., Any]) -> None:
        items = [{"id": str(one.pk), "vendor": "ABB"} for one in three]
        assert rest(ada).send("patch", "assets/", items).status_code == 403
        assert rest(ada).send("delete", "assets/", items).status_code == 403
        assert not Asset.objects.filter(vendor="ABB").exists()

    def test_where_one_of_many_may_not_be_changed_none_is(
        self, nils: User, three: list[Asset], rtu: Asset, rest: Callable[..., Any]
    ) -> None:
        from accounts.grants import grant
        from accounts.models import Role

        grant(nils, Role.AUDITOR, rtu.site)
        answer = rest(nils).send("patch", "assets/", [{"id": str(one.pk), "vendor": "ABB"} for one in (three[0], rtu)])
        assert (answer.status_code, pointers(answer)) == (403, ["/1"])
        assert not Asset.objects.filter(vendor="ABB").exists()

    def test_controlled_fields_want_their_revision(self, program: Any, pumping: Zone) -> None:
        answer = program.send("patch", "zones/", [{"id": str(pumping.pk), "sl_t": [3] * 7}])
        assert (answer.status_code, pointers(answer)) == (428, ["/0/revision"])
        assert program.send("patch", "zones/", [{"id": str(pumping.pk), "owner": "Nils"}]).status_code == 200

    def test_controlled_records_want_their_revision(self, program: Any, three: list[Asset]) -> None:
        decision = build(Decision, three[0].site, "X")
        answer = program.send("patch", "decisions/", [{"id": str(decision.pk), "reason": "better words"}])
        assert (answer.status_code, pointers(answer)) == (428, ["/0/revision"])


@pytest.mark.django_db
class TestDelete:
    def test_all_are_gone(self, program: Any, three: list[Asset]) -> None:
        assert (
            program.send("delete", "assets/", [{"id": str(one.pk), "revision": 1} for one in three]).status_code == 204
        )
        assert not Asset.objects.exists()

    def test_one_that_is_needed_keeps_them_all(self, program: Any, three: list[Asset], pumping: Zone) -> None:
        empty = Zone.objects.create(site=pumping.site, name="Empty", level=1)
        answer = program.send("delete", "zones/", [{"id": str(one.pk)} for one in (empty, pumping)])
        assert (answer.status_code, pointers(answer)) == (409, ["/1"])
        assert Zone.objects.filter(pk=empty.pk).exists()

    def test_registers_without_the_verb_have_no_such_endpoint(self, program: Any, three: list[Asset]) -> None:
        judged = build(Judgement, three[0].site, "X")
        assert program.send("delete", "judgements/", [{"id": str(judged.pk)}]).status_code == 405
