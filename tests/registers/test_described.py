"""What OpenAPI says of jobs, of many records at once and of pages beside the registers is what is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from accounts.models import Site, User
from assets.models import Zone
from tests.catalogues import load


@pytest.fixture
def catalogue(north: Site) -> None:
    """The requirements that come with the product."""
    load()


@pytest.fixture
def holds(rest: Callable[..., Any], mara: User) -> Callable[..., None]:
    """Return what judges an answer by the description of its operation."""
    schema = rest(mara).send("get", "schema/?format=json").json()

    def judge(method: str, path: str, answer: Any) -> None:
        told = schema["paths"][f"/api/v1/{path}"][method]["responses"][str(answer.status_code)]
        shape = told["content"]["application/json"]["schema"]
        assert shape.get("properties") or shape.get("items") or "$ref" in shape, "described as anything"
        Draft202012Validator({**shape, "components": schema["components"]}).validate(answer.json())

    return judge


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
class TestDescribed:
    def test_many_records_come_back_as_a_plain_list(
        self, holds: Callable[..., None], pumping: Zone, mara: User, rest: Callable[..., Any]
    ) -> None:
        answer = rest(mara).send("patch", "zones/", [{"id": str(pumping.pk), "name": "Pumping"}])
        assert [one["name"] for one in answer.json()] == ["Pumping"]
        holds("patch", "zones/", answer)

    def test_a_report_that_is_asked_for_is_a_job_like_any_other(
        self, holds: Callable[..., None], north: Site, mara: User, rest: Callable[..., Any]
    ) -> None:
        asked = {"kind": "assets", "site": north.code}
        answer = rest(mara).send("post", "reports/", asked)
        assert answer.status_code == 202
        holds("post", "reports/", answer)
        assert rest(mara).send("get", f"jobs/{answer.json()['id']}/").json() == answer.json()
        holds("get", "jobs/", rest(mara).send("get", "jobs/"))

    @pytest.mark.parametrize("path", ["conformity/", "self-checks/"])
    def test_pages_beside_the_registers_tell_their_rows(
        self, path: str, holds: Callable[..., None], north: Site, mara: User, rest: Callable[..., Any]
    ) -> None:
        answer = rest(mara).send("get", f"{path}?site={north.code}")
        assert answer.json()["results"]
        holds("get", path, answer)
