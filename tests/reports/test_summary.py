"""The overview's conformity: by group at one site, site by site where there are several; the same statuses as on the page."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Site, User
from programme.models import Evidence, Judgement, Requirement
from programme.summary import HOME
from reports import summary
from reports.conformity import conformity, judged
from tests.catalogues import load

TODAY = timezone.now().date()
BEFORE = TODAY - timedelta(days=300)


@pytest.fixture
def plants(north: Site, south: Site) -> tuple[Site, Site]:
    """NORTH met CM 1.1 with proof that ends tomorrow and NET 1.1 without; SOUTH did not meet CM 1.1."""
    load()
    for site, code, status in ((north, "CM 1.1", "MET"), (north, "NET 1.1", "MET"), (south, "CM 1.1", "NOT_MET")):
        asked = Requirement.objects.get(catalogue__edition=HOME, code=code)
        Judgement.objects.create(
            site=site, requirement=asked, status=status, judged_at=timezone.now(), maturity=2, target_maturity=3
        )
        if (site, code) == (north, "CM 1.1"):
            proof = Evidence.objects.create(
                site=site, title="List", kind="RECORD_OF_PRACTICE", note="Binder", effective_from=BEFORE,
                effective_to=TODAY + timedelta(days=1),
            )  # fmt: skip
            proof.requirements.add(asked)
    return north, south


def lines(user: User, on: date = TODAY) -> dict[str, int]:
    """Return how many requirements are met, line by line."""
    told = summary.tile(user, on, None)
    assert told is not None
    return {line["code"]: line["met"] for line in told.get("sites", told["groups"])}


@pytest.mark.django_db
def test_several_sites_stand_one_by_one_the_furthest_behind_first(plants: tuple[Site, Site], mara: User) -> None:
    told = summary.tile(mara, TODAY, None)
    assert told is not None
    assert [(line["code"], line["met"], line["not_met"]) for line in told["sites"]] == [
        ("SOUTH", 0, 1),
        ("NORTH", 2, 0),
    ]
    assert [(line["code"], line["met"]) for line in told["groups"] if line["met"]] == [("CM", 1), ("NET", 1)]
    told_of = {line["code"]: line for line in told["sites"]}
    assert (told_of["NORTH"]["maturity"], told_of["NORTH"]["target"]) == (0, 3)
    assert (told["met"], told["assessed"], told["aimed"], told["reached"]) == (2, 3, 3, 0)
    assert told["total"] == 2 * Requirement.objects.filter(catalogue__edition=HOME).count()


@pytest.mark.django_db
def test_one_site_stands_by_group(plants: tuple[Site, Site], nils: User, mara: User) -> None:
    assert {"CM", "NET"} <= set(lines(nils))
    told = summary.tile(mara, TODAY, plants[1])
    assert told is not None
    assert {"CM", "NET"} <= {line["code"] for line in told["groups"]}


@pytest.mark.django_db
@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=2)])
def test_the_statuses_are_those_of_the_page(plants: tuple[Site, Site], mara: User, day: date) -> None:
    for site, rows in judged(mara, HOME, day).items():
        page = conformity(mara, site, HOME, day)
        assert [(row.requirement, row.status, row.overdue) for row in rows] == [
            (row.requirement, row.status, row.overdue) for row in page
        ]
    assert lines(mara, day)["NORTH"] == (2 if day == TODAY else 1)


@pytest.mark.django_db
def test_more_sites_cost_no_more_queries(plants: tuple[Site, Site], mara: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            judged(mara, HOME, TODAY)
        return len(queries)

    asked()  # resolves what the person may see
    before = asked()
    Site.objects.bulk_create([Site(code=f"MORE{number}", name=f"Plant {number}") for number in range(5)])
    assert asked() == before
