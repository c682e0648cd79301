"""The site that an address names: by id or by code, and one that is not this person's as one that is nowhere."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import Site, User
from assets.models import Asset
from programme.models import Judgement

pytestmark = pytest.mark.django_db

PAGES = [
    "/", "/my-work/", "/self-checks/", "/reports/conformity/", "/reports/make/", "/reports/drawing/svg/", "/risk/heat-map/",
    "/risk/attack-paths/", "/patching/plan/", "/patching/exposure/", "/assets/quality/", "/assets/criticality/",
    "/network/drawing/", "/network/security-levels/", "/scope/coverage/", "/assets/discovery-scans/take/",
]  # fmt: skip
FORMS = {"/reports/make/", "/assets/discovery-scans/take/"}


def bare(answer: Any, asked: Any) -> str:
    """Return a page without what differs from request to request, and without the address that was asked for."""
    text = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]*"', "", answer.content.decode())
    return (
        re.sub(r'<span class="mono">[^<]*</span>', "", text)
        .replace(f"site={quote(str(asked))}", "")
        .replace(f'value="{asked}"', "")
    )


@pytest.mark.parametrize("address", PAGES)
def test_id_and_code_name_the_same_site(
    address: str, north: Site, south: Site, judgement: Judgement, mara: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(mara)
    by_id, by_code = (browser.get(f"{address}?site={asked}") for asked in (south.pk, south.code))
    assert by_code.status_code == by_id.status_code == 200
    if address in FORMS:
        assert f'<option value="{south.pk}" selected>' in by_code.content.decode()
    elif by_code.context is not None:
        assert by_code.context["site" if "site" in by_code.context else "shell"] == (
            south if "site" in by_code.context else by_id.context["shell"]
        )
        assert by_code.context["shell"]["site"] == south
    else:
        assert b"".join(by_code) == b"".join(by_id) if by_code.streaming else by_code.content == by_id.content


@pytest.mark.parametrize("address", [one for one in PAGES if one not in FORMS])
def test_a_strange_site_is_answered_as_one_that_is_nowhere(
    address: str, north: Site, south: Site, nils: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(nils)
    asked = [south.pk, south.code, 999999, "NOWHERE", "9" * 30, "\u0663"]
    answers = [browser.get(address, {"site": one}) for one in asked]
    assert {answer.status_code for answer in answers} == {404}
    assert len({bare(answer, one) for answer, one in zip(answers, asked, strict=True)}) == 1


def test_a_list_is_narrowed_by_code_too(
    north: Site, south: Site, nils: User, mara: User, signed_in: Callable[[User], Client]
) -> None:
    for site in (north, south):
        Asset.objects.create(site=site, name=f"PLC-{site.code}")
    page = signed_in(mara).get("/assets/assets/?site=SOUTH")
    assert [one.name for one in page.context["page_obj"]] == ["PLC-SOUTH"]
    assert page.context["chips"][0]["value"] == "SOUTH"
    assert page.context["shell"]["site"] == south
    assert page.context["add_url"] == "/assets/assets/add/?site=SOUTH"
    assert page.context["import_url"] == "/import/assets/?site=SOUTH"
    for form in (page.context["add_url"], page.context["import_url"]):
        assert f'<option value="{south.pk}" selected>' in signed_in(mara).get(form).content.decode()
    both = signed_in(mara).get(f"/assets/assets/?site=SOUTH,{north.pk}")
    assert len(both.context["page_obj"]) == 2
    strange, absent = (signed_in(nils).get(f"/assets/assets/?site={asked}") for asked in ("SOUTH", "NOWHERE"))
    assert "A filter was not understood" in strange.content.decode()
    assert bare(strange, "SOUTH") == bare(absent, "NOWHERE")
