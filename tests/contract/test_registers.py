"""Every register, every door, every kind of person: a new register is under contract the moment it is in the tuple."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from assets.models.network import LevelVectorField
from csms.catalog import REGISTERS
from network.models import ObservedFlow, SegmentationFinding, SrAnswer
from programme.models import Authority, Decision, Judgement
from registers.door import Reach
from registers.register import Register
from risk.models import TargetOverride

NAMES = [register.name for register in REGISTERS]
BY_NAME = {register.name: register for register in REGISTERS}
SITE_BOUND = [name for name in NAMES if BY_NAME[name].reach == Reach.SITE and name != "sites"]

STRANGE_IDS = ("0", "-1", "abc", "9" * 30, "%00", "1.5", "٣")

# References that may be empty, but not both of a pair, or not in two records that are else the same.
ONE_OF_TWO = {
    (SrAnswer, "zone"), (ObservedFlow, "source_zone"), (TargetOverride, "zone"), (SegmentationFinding, "conduit"),
}  # fmt: skip


def make(register: Register, site: Site, stem: str = "X") -> Any:
    """Make one valid record of a register at a site, with whatever it needs."""
    return build(register.model, site, stem)


def build(model: type[models.Model], site: Site, stem: str) -> Any:
    """Make a record of a model by filling what it cannot do without."""
    if model is Site:
        return site
    if getattr(model, "reach", None) != Reach.SITE:
        stem = "Common" + stem[-1] + str(model._default_manager.count())
    given: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.GeneratedField) or field.primary_key or field.name in {"revision", "custom"}:
            continue
        if isinstance(field, models.ForeignKey):
            if field.name == "site":
                given["site"] = site
            elif not field.null and field.related_model is User:
                given[field.name] = User.objects.filter(robot=False).first()
            elif not field.null and field.name == "content_type":
                continue
            elif not field.null or (model, field.name) in ONE_OF_TWO:
                given[field.name] = build(field.related_model, site, f"{stem}{field.name}")
        elif not field.has_default() and not field.null and field.db_default is models.NOT_PROVIDED:
            given[field.name] = _value(field, stem)
    about = next((field for field in model._meta.private_fields if field.name == "about"), None)
    if about is not None:
        given |= {"about": build(Judgement, site, stem)} | ({"kind": "NOT_APPLICABLE"} if model is Decision else {})
    if model is Authority:
        given["up_to_level"] = model._default_manager.count()  # the table says each thing once
    return model._default_manager.create(**given)


def _value(field: models.Field[Any, Any], stem: str) -> Any:
    if isinstance(field, models.FileField):
        return "" if field.blank else f"reports/{stem}.pdf"
    if field.choices and not field.blank:
        return next(value for value, _label in field.flatchoices if value != "")
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return date(2026, 3, 31)
    if isinstance(field, models.TimeField):
        return time(22)
    if isinstance(field, models.EmailField):
        return f"{stem.lower()}@demo.example"
    if isinstance(field, models.CharField | models.TextField):
        return "" if field.blank else f"{stem}-{field.name}"[: field.max_length]
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
        return 1
    if isinstance(field, LevelVectorField):
        return [1] * 7
    raise AssertionError(f"the contract cannot fill {field}")


@pytest.fixture(scope="module")
def people(mara: User, nils: User, emil: User, ada: User, sven: User) -> dict[str, User]:
    """The people of the contract by first name."""
    return {"mara": mara, "nils": nils, "emil": emil, "ada": ada, "sven": sven}


def pages(register: Register, record: Any) -> list[str]:
    """Return the addresses of a record's pages."""
    base = f"/{register.app}/{register.name}/{record.pk}/"
    found = [base, f"{base}history/"]
    found += [f"{base}{verb}/" for verb in ("change", "delete") if verb in register.verbs]
    return found + [f"{base}{step.name}/" for step in register.transitions]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
class TestNobody:
    def test_pages_lead_to_sign_in(self, name: str, north: Site, people: Any) -> None:
        register = BY_NAME[name]
        record = make(register, north)
        client = Client()
        for address in [f"/{register.app}/{name}/", f"/{register.app}/{name}/export/", *pages(register, record)]:
            assert client.get(address)["Location"].startswith("/accounts/login/"), address

    def test_rest_answers_401(self, name: str, north: Site, people: Any) -> None:
        record = make(BY_NAME[name], north)
        for address in (f"/api/v1/{name}/", f"/api/v1/{name}/{record.pk}/"):
            answer = Client().get(address)
            assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json"), address
            assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
@pytest.mark.parametrize("name", SITE_BOUND)
class TestStranger:
    """Sven of SOUTH looks at a record of NORTH."""

    def test_it_is_on_no_page(self, name: str, north: Site, people: Any, signed_in: Callable[[User], Client]) -> None:
        register = BY_NAME[name]
        record = make(register, north, "Zwanzig")
        client = signed_in(people["sven"])
        for address in pages(register, record):
            for method in ("get", "post"):
                assert getattr(client, method)(address).status_code in {404, 405}, (method, address)
        listed = client.get(f"/{register.app}/{name}/")
        assert listed.status_code in {200, 403}
        assert b"Zwanzig" not in listed.content
        export = client.get(f"/{register.app}/{name}/export/")
        assert b"Zwanzig" not in b"".join(export.streaming_content if export.streaming else [export.content])

    def test_it_is_not_in_rest(self, name: str, north: Site, people: Any, rest: Callable[..., Any]) -> None:
        record = make(BY_NAME[name], north, "Zwanzig")
        program = rest(people["sven"])
        for method in ("get", "put", "patch", "delete"):
            theirs = program.send(method, f"{name}/{record.pk}/", None if method in {"get", "delete"} else {})
            assert theirs.status_code in {404, 405}, method
        listed = program.send("get", f"{name}/")
        assert str(record.pk) not in [row["id"] for row in listed.json().get("results", [])]


@pytest.mark.django_db
@pytest.mark.parametrize("name", SITE_BOUND)
class TestViewer:
    """Ada audits NORTH: she reads everything there and changes nothing."""

    def test_she_reads(
        self, name: str, north: Site, people: Any, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        register = BY_NAME[name]
        record = make(register, north)
        client = signed_in(people["ada"])
        for address in [f"/{register.app}/{name}/", *pages(register, record)[:2]]:
            assert client.get(address).status_code == 200, address
        answer = rest(people["ada"]).send("get", f"{name}/{record.pk}/")
        assert answer.status_code == 200
        if hasattr(record, "etag"):
            record.refresh_from_db()
            assert answer["ETag"] == record.etag

    def test_she_changes_nothing(
        self, name: str, north: Site, people: Any, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        register = BY_NAME[name]
        record = make(register, north)
        client, program = signed_in(people["ada"]), rest(people["ada"])
        for address in pages(register, record)[2:]:
            assert client.post(address).status_code == 403, address
        for verb, method in (("change", "patch"), ("delete", "delete")):
            answer = program.send(method, f"{name}/{record.pk}/", {} if verb == "change" else None)
            assert answer.status_code == (403 if verb in register.verbs else 405), method
        answer = program.send("post", f"{name}/", {})
        asks_for_one = name in {
            "reports",
            "comments",
            "tags",
        }  # an auditor may ask for a report and speak; an empty request is not understood
        assert answer.status_code == (400 if asks_for_one else 403 if "add" in register.verbs else 405)
        for step in register.transitions:
            assert program.send("post", f"{name}/{record.pk}/{step.name}/", {}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
class TestRest:
    def test_an_unknown_parameter_is_refused(
        self, name: str, north: Site, people: Any, rest: Callable[..., Any]
    ) -> None:
        answer = rest(people["mara"]).send("get", f"{name}/?siite=1")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/siite"

    def test_an_order_that_is_not_offered_is_refused(
        self, name: str, north: Site, people: Any, rest: Callable[..., Any]
    ) -> None:
        assert rest(people["mara"]).send("get", f"{name}/?ordering=site__owner").status_code == 400

    def test_a_strange_id_is_not_found(self, name: str, north: Site, people: Any, rest: Callable[..., Any]) -> None:
        program = rest(people["mara"])
        found = {key: program.send("get", f"{name}/{key}/").status_code for key in STRANGE_IDS}
        assert found == dict.fromkeys(STRANGE_IDS, 404)

    def test_the_list_costs_the_same_for_more_rows(
        self, name: str, north: Site, people: Any, rest: Callable[..., Any], django_assert_max_num_queries: Any
    ) -> None:
        register = BY_NAME[name]
        program = rest(people["mara"])
        make(register, north, "One")
        program.send("get", f"{name}/")
        with django_assert_max_num_queries(14) as few:
            program.send("get", f"{name}/")
        if name not in {"sites", "patch-policies"}:  # one is all that a site has
            for stem in ("Two", "Three", "Four"):
                make(register, north, stem)
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert program.send("get", f"{name}/").status_code == 200
