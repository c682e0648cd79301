"""The demo plant's year runs in order: what an event names exists by then, and nobody approves their own request."""

import pytest
import yaml

from tests.demo.plant import ROOT, SITES, assets, events, keyed, people, plant, table

CATALOGUE = ROOT.parent / "shared" / "data" / "catalogue.yaml"


def test_history_runs_forward_by_people_who_can_sign_in() -> None:
    days = [event["day"] for event in events()]
    assert days == sorted(days)
    assert days[0] == -365
    assert days[-1] <= 0
    assert all(people()[event["by"]]["account"] for event in events())


def test_every_asset_is_imported_once_after_its_zone_was_added() -> None:
    zones = {(e["site"], zone): e["day"] for e in events("add_zones") for zone in e["zones"]}
    assert zones.keys() == keyed(plant("zones")).keys()
    waves = [(e["site"], zone, e["day"]) for e in events("import_assets") for zone in e["zones"]]
    assert len(waves) == len({wave[:2] for wave in waves})
    assert all(not zone or zones[site, zone] <= day for site, zone, day in waves)
    assert {wave[:2] for wave in waves} == {(row["site"], row["zone"]) for row in table("assets.csv")}


def test_changed_firmware_ends_as_the_inventory_has_it() -> None:
    imported = {(e["site"], zone): e["day"] for e in events("import_assets") for zone in e["zones"]}
    changes = events("set_version")
    assert len(changes) == len({(e["site"], e["asset"]) for e in changes}) >= 20
    for change in changes:
        asset = assets()[change["site"], change["asset"]]
        assert change["was"] != change["becomes"] == asset["version"], change["asset"]
        assert imported[change["site"], asset["zone"]] < change["day"], change["asset"]


def test_every_requirement_is_judged_or_asked_to_be_left_out_at_every_site() -> None:
    answers = events("judge", "request_not_applicable")
    codes = {site: {event["code"] for event in answers if event["site"] == site} for site in SITES}
    assert [len(codes[site]) for site in SITES] == [87, 87, 87]
    assert codes["NORTH"] == codes["SOUTH"] == codes["HARBOUR"]
    for event in events("judge"):
        assert event["status"] in {"MET", "PARTLY", "NOT_MET", "NOT_ASSESSED"}
        assert event["reason"]
        assert ("maturity" in event) == (event["status"] != "NOT_ASSESSED")
        assert event.get("maturity", 1) in {1, 2, 3, 4}
    asked = {(event["site"], event["code"]): event for event in events("request_not_applicable")}
    for decision in events("approve_not_applicable", "refuse_not_applicable"):
        request = asked[decision["site"], decision["code"]]
        assert request["day"] < decision["day"]
        assert request["by"] != decision["by"]
    used = {code for site in SITES for code in codes[site]} | {c for e in events("add_evidence") for c in e["codes"]}
    assert used == codes["NORTH"]


def test_requirement_codes_are_those_of_the_catalogue() -> None:
    if not CATALOGUE.exists():
        pytest.skip(f"NOT MEASURED: {CATALOGUE} is not on this machine")
    rows = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["requirements"]
    known = {row["id"] for row in rows if row["edition"] == "IEC 62443-2-1:2024"}
    assert {event["code"] for event in events("judge", "request_not_applicable")} == known


def test_scope_statements_are_submitted_before_another_person_decides() -> None:
    state: dict[str, tuple[str, str]] = {}
    follows = {
        "submit_scope": {"draft", "revise"},
        "approve_scope": {"submit"},
        "refuse_scope": {"submit"},
        "revise_scope": {"approve", "refuse"},
    }
    for event in events("draft_scope", "revise_scope", "submit_scope", "approve_scope", "refuse_scope"):
        before, author = state.get(event["site"], ("", ""))
        assert before in follows.get(event["do"], {""}), event
        assert event["do"] not in {"approve_scope", "refuse_scope"} or author != event["by"]
        state[event["site"]] = (event["do"].removesuffix("_scope"), event["by"])
    assert {step for step, _ in state.values()} == {"approve"}


def test_comments_point_at_something_that_exists() -> None:
    kinds = {"asset": assets(), "zone": keyed(plant("zones")), "conduit": keyed(plant("conduits"))}
    titles = {(event["site"], event["title"]) for event in events("draft_scope")}
    codes = {event["code"] for event in events("judge")}
    for event in events("comment"):
        where = (event["site"], event["about"])
        if event["on"] in kinds:
            assert where in kinds[event["on"]], event
        else:
            assert where in titles if event["on"] == "scope" else event["about"] in codes, event
