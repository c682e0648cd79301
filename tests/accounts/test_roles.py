"""Roles: who may give which, where and to whom; a second person where they rule or decide; they end on time and early."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import workflow
from accounts.grants import grant
from accounts.models import Organisation, Role, RoleGrant, Site, SiteUserGrant, User
from accounts.permissions import grants_of
from accounts.registers import PEOPLE, ROLE_GRANTS
from accounts.summary import waiting
from registers.history.timeline import entries
from registers.models import Mail
from registers.own import Notice
from registers.workflow import NotPossible
from tests.people import person

pytestmark = pytest.mark.django_db
ROLES = "/accounts/role-grants/"


@pytest.fixture
def karin(organisation: Organisation) -> User:
    """Somebody without a role."""
    return User.objects.create_user("karin@demo.example", "csms-demo-2026", name="Karin Holt")


def held(user: User) -> tuple[set[str], dict[int, set[str]]]:
    """Return what a person holds now, asked anew."""
    found = grants_of(User.objects.get(pk=user.pk))
    return found.everywhere, found.at


class TestGiving:
    def test_a_working_role_at_a_site_holds_at_once(self, admin: User, karin: User, north: Site) -> None:
        given = workflow.give(karin, "engineer", north, by=admin, reason="New in the team")
        assert (given.status, given.given_by, given.second) == ("GIVEN", admin, None)
        assert held(karin) == (set(), {north.pk: {"engineer"}})
        assert Notice.objects.get(owner=karin).title == "You were given a role: Engineer, NORTH"
        first = entries(given)[-1]
        assert (first.actor, first.step, first.reason) == ("Alex Admin", "Give", "New in the team")

    @pytest.mark.parametrize(
        ("role", "everywhere"),
        [("administrator", True), ("manager", False), ("security_manager", False), ("approver", False), ("auditor", True), ("engineer", True)],
    )  # fmt: skip
    def test_what_rules_or_holds_everywhere_waits_for_a_second_person(
        self, admin: User, mara: User, karin: User, north: Site, role: str, everywhere: bool
    ) -> None:
        given = workflow.give(karin, role, None if everywhere else north, by=admin, reason="Deputy")
        assert (given.status, held(karin)) == ("REQUESTED", (set(), {}))
        for nobody in (admin, karin):
            with pytest.raises((NotPossible, PermissionDenied)):
                workflow.countersign(given, by=nobody)
        second = person("Olga Second", Role.ADMINISTRATOR, Organisation.objects.get())
        workflow.countersign(given, by=second)
        given.refresh_from_db()
        assert (given.status, given.second) == ("GIVEN", second)
        assert held(karin) == (({role}, {}) if everywhere else (set(), {north.pk: {role}}))

    def test_those_who_may_confirm_are_told(
        self, admin: User, mara: User, nils: User, karin: User, north: Site
    ) -> None:
        workflow.give(karin, "approver", north, by=admin, reason="Deputy of the director")
        assert [letter.to for letter in Mail.objects.all()] == [[mara.email]]
        asked = {one.email: len(waiting(one, timezone.now().date())) for one in (admin, mara, nils, karin)}
        assert asked == {admin.email: 0, mara.email: 1, nils.email: 0, karin.email: 0}

    def test_what_is_refused_never_held(self, admin: User, mara: User, karin: User, north: Site) -> None:
        given = workflow.decline(
            workflow.give(karin, "manager", north, by=admin, reason="Deputy"), by=mara, reason="Not trained"
        )
        assert (given.status, held(karin)) == ("REFUSED", (set(), {}))
        assert entries(given)[0].reason == "Not trained"
        with pytest.raises(NotPossible):
            workflow.countersign(given, by=mara)

    def test_nobody_gives_rights_to_himself(self, admin: User, north: Site) -> None:
        with pytest.raises(ValidationError, match="himself"):
            workflow.give(admin, "engineer", north, by=admin, reason="I need it")
        with pytest.raises(IntegrityError, match="role_not_given_to_oneself"), transaction.atomic():
            RoleGrant.objects.create(person=admin, given_by=admin, role="engineer", site=north, reason="x")
        with pytest.raises(IntegrityError, match="role_four_eyes"), transaction.atomic():
            RoleGrant.objects.create(person=admin, second=admin, role="engineer", site=north, reason="x")

    @pytest.mark.parametrize(
        ("giver", "role", "place", "allowed"),
        [
            ("nils", "engineer", "north", True), ("nils", "auditor", "north", True), ("nils", "engineer", "south", False),
            ("nils", "engineer", None, False), ("nils", "approver", "north", False), ("nils", "security_manager", "north", False),
            ("mara", "approver", "south", True), ("mara", "administrator", None, False), ("emil", "engineer", "north", False),
            ("petra", "engineer", "north", False), ("ada", "auditor", "north", False), ("admin", "administrator", None, True),
        ],
    )  # fmt: skip
    def test_who_gives_what_where(
        self, request: pytest.FixtureRequest, karin: User, giver: str, role: str, place: str | None, allowed: bool
    ) -> None:
        by = request.getfixturevalue(giver)
        site = request.getfixturevalue(place) if place else None
        if allowed:
            assert workflow.give(karin, role, site, by=by, reason="x").pk
        else:
            with pytest.raises(PermissionDenied):
                workflow.give(karin, role, site, by=by, reason="x")
            assert not RoleGrant.objects.filter(person=karin).exists()

    def test_not_twice_not_for_the_past_not_to_those_who_left(self, admin: User, karin: User, north: Site) -> None:
        workflow.give(karin, "engineer", north, by=admin, reason="x")
        with pytest.raises(ValidationError, match="already"):
            workflow.give(karin, "engineer", north, by=admin, reason="x")
        with pytest.raises(ValidationError, match="passed"):
            workflow.give(karin, "auditor", north, by=admin, reason="x", ends_at=timezone.now() - timedelta(minutes=1))
        karin.is_active = False
        karin.save()
        with pytest.raises(ValidationError, match="sign in"):
            workflow.give(karin, "auditor", north, by=admin, reason="x")


class TestEnding:
    def test_early_it_is_closed_at_once_and_history_says_why(
        self, admin: User, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        client = signed_in(emil)
        assert client.get("/assets/assets/").status_code == 200
        given = workflow.end(RoleGrant.objects.get(person=emil), by=admin, reason="Left the team")
        assert (given.status, held(emil)) == ("ENDED", (set(), {}))
        assert client.get("/assets/assets/").status_code == 403
        assert (entries(given)[0].step, entries(given)[0].reason) == ("End the role", "Left the team")
        assert SiteUserGrant.objects.get(given=given).ends_at == given.ends_at

    def test_on_its_day_permission_ends_by_itself_and_the_record_says_it_is_over(
        self, karin: User, north: Site
    ) -> None:
        now = timezone.now()
        grant(karin, Role.ENGINEER, north, starts_at=now - timedelta(days=9), ends_at=now - timedelta(seconds=1))
        assert held(karin) == (set(), {})
        assert workflow.close_what_is_over(now=now) == 1
        assert workflow.close_what_is_over(now=now) == 0
        given = RoleGrant.objects.get(person=karin)
        assert (given.status, entries(given)[0].actor) == ("EXPIRED", "Roles")

    def test_the_last_administrator_stays(self, admin: User, mara: User) -> None:
        other = person("Olga Second", Role.ADMINISTRATOR, Organisation.objects.get())
        workflow.end(RoleGrant.objects.get(person=other), by=admin, reason="Left")
        with pytest.raises(NotPossible, match="last administrator"):
            workflow.end(RoleGrant.objects.get(person=admin), by=admin, reason="Left")

    def test_a_manager_ends_no_administrator(self, admin: User, mara: User) -> None:
        with pytest.raises(PermissionDenied):
            workflow.end(RoleGrant.objects.get(person=admin), by=mara, reason="x")


class TestPagesAndRest:
    def test_the_form_offers_what_one_may_give_and_gives_it(
        self, nils: User, emil: User, north: Site, south: Site, signed_in: Callable[[User], Client]
    ) -> None:
        Site.objects.filter(pk=north.pk).update(time_zone="Europe/Berlin")
        client = signed_in(nils)
        page = client.get(f"{ROLES}add/").content.decode()
        assert 'value="auditor"' in page
        assert "approver" not in page
        assert "SOUTH" not in page
        assert 'value="everywhere"' not in page
        sent = {
            "person": emil.pk,
            "role": "auditor",
            "place": north.pk,
            "last_day": "2999-12-31",
            "reason": "Internal audit",
        }
        answer = client.post(f"{ROLES}add/", sent)
        given = RoleGrant.objects.get(person=emil, role="auditor")
        assert (answer.status_code, answer["Location"]) == (302, f"{ROLES}{given.pk}/")
        assert given.ends_at is not None
        assert given.ends_at.isoformat().startswith("2999-12-31T22:59:59")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [({"role": "approver"}, "role"), ({"place": ""}, "place"), ({"last_day": "2001-01-01"}, "last_day"), ({"place": "everywhere"}, "place"), ({"reason": ""}, "reason")],
    )  # fmt: skip
    def test_the_form_says_what_is_wrong(
        self,
        nils: User,
        emil: User,
        north: Site,
        signed_in: Callable[[User], Client],
        wrong: dict[str, str],
        field: str,
    ) -> None:
        sent = {"person": emil.pk, "role": "auditor", "place": north.pk, "last_day": "", "reason": "Audit", **wrong}
        answer = signed_in(nils).post(f"{ROLES}add/", sent)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
        assert RoleGrant.objects.filter(person=emil).count() == 1

    def test_a_site_and_a_person_that_one_does_not_see_are_answered_as_absent(
        self, nils: User, sven: User, emil: User, north: Site, south: Site, rest: Callable[..., Any]
    ) -> None:
        program = rest(nils)
        good = {"person": str(emil.pk), "role": "auditor", "site": str(north.pk), "reason": "Audit"}

        def refused(**changed: str) -> Any:
            answer = program.send("post", "role-grants/", {**good, **changed})
            assert answer.status_code == 400
            return answer.json()["errors"]

        assert refused(site=str(south.pk)) == refused(site="999999999")
        assert refused(person=str(sven.pk)) == refused(person="999999999")
        assert program.send("get", f"people/{sven.pk}/").status_code == 404
        assert program.send("post", "role-grants/", {**good, "role": "approver"}).status_code == 403
        assert program.send("post", "role-grants/", {**good, "site": None}).status_code == 403

    def test_by_rest_it_is_given_confirmed_and_ended(
        self, admin: User, mara: User, karin: User, north: Site, rest: Callable[..., Any]
    ) -> None:
        first, second = rest(admin), rest(mara)
        ends = (timezone.now() + timedelta(days=30)).isoformat()
        sent = {
            "person": str(karin.pk),
            "role": "approver",
            "site": str(north.pk),
            "reason": "Holidays",
            "ends_at": ends,
        }
        made = first.send("post", "role-grants/", sent)
        assert (made.status_code, made.json()["status"], made.json()["given_by"]) == (201, "REQUESTED", str(admin.pk))
        path = f"role-grants/{made.json()['id']}/"
        assert first.send("post", f"{path}countersign/", {}).status_code == 409
        assert second.send("post", f"{path}countersign/", {}).json()["status"] == "GIVEN"
        assert held(karin) == (set(), {north.pk: {"approver"}})
        assert second.send("post", f"{path}end/", {}).status_code == 400
        assert second.send("post", f"{path}end/", {"reason": "Back"}).json()["status"] == "ENDED"
        assert first.send("patch", path, {"role": "engineer"}).status_code == 405
        assert held(karin) == (set(), {})

    def test_who_gives_roles_at_a_site_sees_its_people_only(
        self, nils: User, emil: User, sven: User, mara: User, ada: User
    ) -> None:
        assert set(PEOPLE.queryset(nils)) == {nils, emil, ada}
        assert not PEOPLE.queryset(emil).exists()
        assert {one.person for one in ROLE_GRANTS.queryset(ada)} == {nils, emil, ada}
        assert mara in {one.person for one in ROLE_GRANTS.queryset(mara)}

    def test_the_panels_say_who_holds_what(
        self, mara: User, emil: User, north: Site, signed_in: Callable[[User], Client]
    ) -> None:
        client = signed_in(mara)
        assert "Emil Sand" in client.get(f"/accounts/sites/{north.pk}/").content.decode()
        page = client.get(f"/accounts/people/{emil.pk}/").content.decode()
        assert f"{ROLES}add/?person={emil.pk}" in page
        assert "Engineer" in signed_in(emil).get("/accounts/matrix/").content.decode()
        assert client.get(f"{ROLES}{RoleGrant.objects.get(person=mara).pk}/").status_code == 200
