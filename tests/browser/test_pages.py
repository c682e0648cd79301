"""The main pages in a real browser: accessible in both themes and on a tablet, usable with the keyboard alone."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from assets.models import Asset, Conduit, WalkDown, Zone
from patching.models import Patch, PatchDeployment
from programme import reference

PAGES = (
    "/", "/styleguide/", "/my-work/", "/assets/assets/", "/assets/assets/{plc}/", "/assets/assets/{plc}/change/", "/assets/assets/add/", "/assets/zones/",
    "/network/drawing/", "/network/drawing/?colour=matches", "/network/drawing/?colour=monitoring", "/network/security-levels/", "/risk/heat-map/", "/risk/attack-paths/", "/risk/risks/", "/assets/quality/", "/assets/criticality/", "/patching/matches/", "/patching/advisories/", "/programme/requirements/", "/reports/conformity/", "/reports/make/",
    "/import/assets/", "/search/?q=plc", "/accounts/tokens/", "/accounts/matrix/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/people/", "/accounts/people/invite/", "/accounts/role-grants/",
    "/accounts/role-grants/add/", "/assets/walk-downs/{walk}/", "/assets/walk-downs/{walk}/walk/", "/assets/walk-downs/{walk}/walk/?extra=1",
    "/assets/assets/{plc}/merge/?other={double}",
)  # fmt: skip

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (820, "light")])
def test_no_page_has_a_barrier(enter: Callable[..., Page], nils: User, plc: Asset, width: int, theme: str) -> None:
    reference.load()
    walk = WalkDown.objects.create(site=plc.site, title="Autumn round")
    double = Asset.objects.create(site=plc.site, zone=plc.zone, name="N_PS1_PLC1", vendor="Siemens")
    page, found = enter(nils, width=width, theme=theme), {}
    for path in PAGES:
        answer: Any = page.goto(path.format(plc=plc.pk, walk=walk.pk, double=double.pk))
        assert answer.status == 200, path
        barriers = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": WCAG}).response["violations"]
        if barriers:
            found[path] = [(one["id"], one["nodes"][0]["html"][:160]) for one in barriers]
    assert found == {}


def test_a_long_name_does_not_push_a_list_off_a_tablet(
    enter: Callable[..., Page], nils: User, plc: Asset, pumping: Zone
) -> None:
    named = "PLC 1516-3 of the pumping station with the long name that vendors like to give, second edition"
    patch = Patch.objects.create(vendor="Siemens", product=named, version="V2.9.7")
    PatchDeployment.objects.create(site=plc.site, asset=plc, patch=patch, due_on=date(2026, 5, 1))
    page = enter(nils, width=820)
    page.goto("/patching/patch-deployments/")
    assert page.evaluate("(frame => frame.scrollWidth <= frame.clientWidth)(document.querySelector('[data-fit]'))")


def test_three_keys_find_an_asset(enter: Callable[..., Page], nils: User, plc: Asset) -> None:
    page = enter(nils)
    page.keyboard.press("Control+k")
    page.keyboard.type("plc01")
    expect(page.locator("#hits")).to_contain_text(plc.name)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/assets/assets/{plc.pk}/")


def test_an_asset_is_added_with_the_keyboard_alone(enter: Callable[..., Page], nils: User, pumping: Zone) -> None:
    page = enter(nils)
    page.goto("/assets/assets/add/")
    page.locator("#id_name").focus()
    page.keyboard.type("N-PS1-HMI01")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/assets/assets/\d+/$"))
    assert Asset.objects.get(name="N-PS1-HMI01").site == pumping.site


def test_a_long_choice_is_searched_while_typing(enter: Callable[..., Page], nils: User, pumping: Zone) -> None:
    Asset.objects.bulk_create(Asset(site=pumping.site, name=f"N-FW{n:03}") for n in range(250))
    other = Zone.objects.create(site=pumping.site, name="N-DMZ", level=3)
    conduit = Conduit.objects.create(site=pumping.site, name="N-C1", zone_a=pumping, zone_b=other)
    page = enter(nils)
    page.goto(f"/assets/conduits/{conduit.pk}/change/")
    page.locator("#id_boundary_device-ts-control").click()
    page.keyboard.type("fw123")
    page.get_by_role("option", name="N-FW123").click()
    page.locator("#id_name").press("Enter")
    page.wait_for_url(f"**/assets/conduits/{conduit.pk}/")
    conduit.refresh_from_db()
    assert conduit.boundary_device is not None
    assert conduit.boundary_device.name == "N-FW123"
