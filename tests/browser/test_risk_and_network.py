"""Whole pieces of work in a real browser: a site drawn from nothing, a DMZ bypass closed, an assessment approved, a risk accepted until it changes."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Site, User
from assets.models import Conduit, SuC, Zone
from network.checking import recheck
from network.models import SegmentationFinding, ZonePlace
from programme.models import Decision
from programme.reference import load
from programme.workflow import end_what_lapsed
from registers import clock
from risk.models import Risk, RiskAcceptance, RiskAssessment
from risk.reference import load as load_risks

pytestmark = pytest.mark.django_db(transaction=True)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select, also where a search box stands in its place."""
    page.locator(f"select[name={label}]").evaluate(
        """(field, text) => {
            const option = [...field.options].find((one) => one.text.includes(text));
            if (field.tomselect) field.tomselect.setValue(option.value); else { field.value = option.value; field.dispatchEvent(new Event("change", {bubbles: true})); }
        }""",
        option,
    )


def add_zone(page: Page, name: str, level: str) -> None:
    """Add a zone by its form."""
    page.goto("/assets/zones/add/")
    page.fill("input[name=name]", name)
    page.fill("input[name=level]", level)
    page.get_by_role("button", name=re.compile("^(Save|Add)")).first.click()
    page.wait_for_url(re.compile(r"/assets/zones/\d+/$"))


def decide(page: Page, decision: Decision, button: str, reason: str) -> None:
    """Take a decision on its page."""
    page.goto(decision.get_absolute_url())
    page.get_by_role("link", name=button).or_(page.get_by_role("button", name=button)).first.click()
    page.fill("textarea[name=decision_reason]", reason)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(rf"/programme/decisions/{decision.pk}/$"))


def step(page: Page, button: str, **answers: str) -> None:
    """Take a step of the record that is shown, with its answers."""
    page.get_by_role("link", name=button).or_(page.get_by_role("button", name=button)).first.click()
    for name, text in answers.items():
        page.fill(f"[name={name}]", text)
    if answers:
        page.get_by_role("button", name=button).click()


def test_a_site_is_drawn_from_an_empty_page(enter: Callable[..., Page], nils: User, north: Site) -> None:
    page = enter(nils)
    page.goto("/network/drawing/")
    expect(page.get_by_text("Nothing to draw yet")).to_be_visible()
    page.get_by_role("link", name="Add a zone").click()
    page.wait_for_url(re.compile(r"/assets/zones/add/"))
    for name, level in (("Control room", "2"), ("Filtration", "1"), ("Pumping", "1")):
        add_zone(page, name, level)
    page.goto("/assets/conduits/add/")
    page.fill("input[name=name]", "Control room - Pumping")
    choose(page, "zone_a", "Control room")
    choose(page, "zone_b", "Pumping")
    page.get_by_role("button", name=re.compile("^(Save|Add)")).first.click()
    page.wait_for_url(re.compile(r"/assets/conduits/\d+/$"))
    page.goto("/network/drawing/")
    card = page.locator("[data-zone]", has_text="Pumping")
    before = int(card.get_attribute("data-column") or 0)
    card.focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowRight")
    moved = page.locator("[data-zone]", has_text="Pumping")
    assert int(moved.get_attribute("data-column") or 0) == before + 1
    expect(moved).to_be_focused()
    assert ZonePlace.objects.filter(zone__name="Pumping", column=before + 1).exists()
    box = moved.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 - 2 * box["width"] * (before + 1), box["y"] + 24, steps=6)
    with page.expect_navigation():
        page.mouse.up()
    assert ZonePlace.objects.get(zone__name="Pumping").column == 0
    page.get_by_role("button", name="Lay out anew").click()
    assert not ZonePlace.objects.exists()


def test_a_dmz_bypass_is_found_and_closed(enter: Callable[..., Page], nils: User, pumping: Zone) -> None:
    office = Zone.objects.create(site=pumping.site, name="Office", level=4, external=True)
    conduit = Conduit.objects.create(site=pumping.site, name="Office - Pumping", zone_a=office, zone_b=pumping)
    recheck(pumping.site, now=clock.now())
    page = enter(nils)
    page.goto("/network/drawing/")
    page.get_by_role("link", name="Business and plant meet in a DMZ only").click()
    expect(page.get_by_text("business reaches the plant past the DMZ").first).to_be_visible()
    page.goto(f"/network/drawing/?drop={conduit.pk}")
    expect(page.get_by_text("Would mend").first).to_be_visible()
    page.goto(f"/assets/conduits/{conduit.pk}/delete/")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url(re.compile(r"/assets/conduits/$"))
    recheck(pumping.site, now=clock.now())
    assert not SegmentationFinding.objects.exists()
    page.goto("/network/drawing/")
    expect(page.get_by_text("Rules broken")).to_have_count(0)


def test_an_assessment_is_walked_through_and_approved(
    enter: Callable[..., Page], nils: User, petra: User, pumping: Zone
) -> None:
    load()
    load_risks()
    suc = SuC.objects.create(site=pumping.site, name="Pumping", boundary="Fence to fence")
    Zone.objects.filter(pk=pumping.pk).update(suc=suc)
    page = enter(nils, width=820)
    page.goto("/risk/risk-assessments/add/")
    page.fill("input[name=title]", "Pumping 2026")
    page.fill("textarea[name=participants]", "Nils Berg, security\nEmil Sand, engineering")
    choose(page, "suc", "Pumping")
    page.get_by_role("button", name=re.compile("^(Save|Add)")).first.click()
    page.wait_for_url(re.compile(r"/risk/risk-assessments/\d+/$"))
    page.get_by_role("link", name="Walk through").click()
    page.locator("#zcr-5 textarea").fill("Workshop of two hours.")
    page.locator("#zcr-5").get_by_role("button", name="Keep the notes").click()
    expect(page.locator("#zcr-5 textarea")).to_have_value("Workshop of two hours.")
    page.goto(RiskAssessment.objects.get().get_absolute_url())
    step(page, "Submit for approval")
    page.wait_for_url(re.compile(r"/risk/risk-assessments/\d+/$"))
    decide(enter(petra), Decision.objects.get(), "Approve", "Read with the foreman.")
    told = RiskAssessment.objects.get()
    assert (told.status, str(told.methodology)) == ("APPROVED", "Plant risk matrix, version 1")


def test_a_risk_is_accepted_and_lapses_when_it_changes(
    enter: Callable[..., Page], nils: User, petra: User, pumping: Zone
) -> None:
    load()
    load_risks()
    page = enter(nils)
    page.goto("/risk/risks/add/")
    page.fill("input[name=title]", "Pumps stopped")
    choose(page, "zone", pumping.name)
    choose(page, "likelihood", "Possible")
    choose(page, "impact_production", "Severe")
    page.get_by_role("button", name=re.compile("^(Save|Add)")).first.click()
    page.wait_for_url(re.compile(r"/risk/risks/\d+/$"))
    expect(page.get_by_text("High").first).to_be_visible()
    step(page, "Ask to accept it", because_of="The reservoir holds for six hours.")
    page.wait_for_url(re.compile(r"/risk/risks/\d+/$"))
    decide(enter(petra), Decision.objects.get(), "Approve", "Until spring.")
    risk = Risk.objects.get()
    assert (risk.status, RiskAcceptance.objects.get().status) == ("ACCEPTED", "ACCEPTED")
    page.goto(f"/risk/risks/{risk.pk}/change/")
    choose(page, "impact_safety", "Catastrophic")
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url(re.compile(r"/risk/risks/\d+/$"))
    assert end_what_lapsed(now=timezone.now()) == 1
    page.reload()
    expect(page.get_by_text("Its acceptance ended").first).to_be_visible()
    assert Risk.objects.get().status == "OPEN"


def test_the_drawing_is_made_larger_and_fits_again(enter: Callable[..., Page], nils: User, pumping: Zone) -> None:
    other = Zone.objects.create(site=pumping.site, name="Control room", level=2)
    Conduit.objects.create(site=pumping.site, name="N-C1", zone_a=pumping, zone_b=other)
    page = enter(nils)
    page.goto("/network/drawing/")
    size = page.get_by_role("group", name="Size of the drawing")
    expect(size.locator("output")).to_have_text("100 %")
    page.locator("[data-drawing]").focus()
    page.keyboard.press("+")
    expect(size.locator("output")).to_have_text("125 %")
    expect(page.locator("svg.overview")).to_be_visible()
    size.get_by_role("button", name="Fit").click()
    expect(size.locator("output")).to_have_text("100 %")
    expect(page.locator("svg.overview")).to_be_hidden()
    page.goto(f"/network/drawing/?focus={pumping.pk}")
    expect(size.locator("output")).to_have_text("130 %")
