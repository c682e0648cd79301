"""What pages put first: what is wrong, what one can do, and no words where there is nothing to say."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Backup, Zone
from assets.registers import ASSETS
from csms import work
from patching.models import Advisory, AdvisorySource, Exploited, Match
from registers.cells import drawn
from registers.figures import Waiting
from registers.history.timeline import recent
from registers.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def affected(plc: Asset) -> Match:
    """A match that affects the controller."""
    source = AdvisorySource.objects.create(name="Vendor feed", kind="FOLDER")
    advisory = Advisory.objects.create(
        source=source, namespace="https://vendor.example", tracking_id="V-1", title="Web server overload",
        initial_release_on=timezone.now(), current_release_on=timezone.now(),
    )  # fmt: skip
    return Match.objects.create(
        site=plc.site, asset=plc, advisory=advisory, verdict="AFFECTED", found_on=timezone.now().date()
    )


def test_what_is_wrong_stands_on_top_of_an_asset(
    emil: User, plc: Asset, affected: Match, signed_in: Callable[[User], Client]
) -> None:
    Backup.objects.create(site=plc.site, asset=plc, taken_on=date(2026, 5, 4))
    page = signed_in(emil).get(plc.get_absolute_url())
    told = {one["label"]: one["word"] for one in page.context["strip_more"]}
    assert told == {"Open matches": "1 affected", "Newest backup": "2026-05-04"}
    main = page.content.decode()
    assert main.index("Open matches</h2>") < main.index("Who can reach it</h2>")


def test_an_asset_without_either_says_so(emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
    told = signed_in(emil).get(plc.get_absolute_url()).context["strip_more"]
    assert [(one["label"], one["word"], one["shape"]) for one in told] == [
        ("Open matches", "none", "tick"),
        ("Newest backup", "none", "ring"),
    ]


def test_the_harmless_act_comes_first(nils: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
    acts = [one["label"] for one in signed_in(nils).get(plc.get_absolute_url()).context["actions"]]
    assert acts[0] == "Edit"
    assert acts[-1] == "Delete"


def test_fields_left_blank_share_one_line(emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
    page = signed_in(emil).get(plc.get_absolute_url())
    place = next(one for one in page.context["sections"] if one["title"] == "Place and people")
    assert "Note" in place["blank"]
    assert "Note" not in [row["label"] for row in place["rows"]]
    assert page.content.decode().count("Not recorded") == sum(bool(one["blank"]) for one in page.context["sections"])


def test_an_empty_list_offers_one_act_and_nothing_to_filter(
    emil: User, north: Site, signed_in: Callable[[User], Client]
) -> None:
    empty = signed_in(emil).get("/assets/zones/").content.decode()
    assert empty.count("/assets/zones/add/") == 1
    assert "Search in this list" not in empty
    assert "Search in this list" in signed_in(emil).get("/assets/zones/?q=nothing").content.decode()


def test_what_one_did_on_a_day_for_one_reason_is_one_act(
    emil: User, mara: User, plc: Asset, acting: Callable[..., Any]
) -> None:
    others = [Asset.objects.create(site=plc.site, zone=plc.zone, name=f"N-{n}") for n in range(3)]
    with acting(by=emil, reason="Seen on the round"):
        for one in [plc, *others]:
            Asset.objects.filter(pk=one.pk).update(location="Cabinet 7")
    with acting(by=mara, reason="Wrong label"):
        Asset.objects.filter(pk=plc.pk).update(location="Cabinet 8")
    found = recent(emil, ASSETS, since=timezone.now() - timedelta(days=1), limit=7)
    assert [(one.actor, one.step, one.more) for one in found] == [
        ("Mara Keller", "Wrong label", 0),
        ("Emil Sand", "Seen on the round", 3),
    ]


def test_what_was_done_at_another_site_is_not_of_this_one(
    mara: User, plc: Asset, south: Site, acting: Callable[..., Any]
) -> None:
    with acting(by=mara, reason="Wrong label"):
        Asset.objects.filter(pk=plc.pk).update(location="Cabinet 8")
    since = timezone.now() - timedelta(days=1)
    assert [len(recent(mara, ASSETS, since=since, limit=7, site=site)) for site in (plc.site, south)] == [1, 0]


def test_much_work_is_folded_below_its_first_dozen(
    emil: User, north: Site, signed_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    much = [Waiting(title=f"Thing {n}", detail="", url="/", kind="match", due_on=None, site=north) for n in range(15)]
    monkeypatch.setattr(work, "waiting_for", lambda _user, _on: much)
    page = signed_in(emil).get("/my-work/").content.decode()
    assert page.index("Thing 11") < page.index("3 more") < page.index("Thing 12")


def test_a_day_that_binds_others_is_never_late() -> None:
    assert "triangle" not in drawn("due_on", Exploited(due_on=date(2022, 1, 1)), date(2022, 1, 1)).html
    assert "st bad" not in drawn("due_on", Exploited(due_on=date(2022, 1, 1)), date(2022, 1, 1)).html
    assert "st bad" in drawn("due_on", Match(due_on=date(2022, 1, 1)), date(2022, 1, 1)).html


def test_a_choice_left_open_says_what_that_means(emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
    form = signed_in(emil).get("/assets/conduits/add/").context["form"]
    assert form.fields["zone_a"].empty_label == "choose"
    assert form.fields["boundary_device"].empty_label == "none"


def test_an_import_opens_the_step_of_its_register(emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
    nav = signed_in(emil).get("/import/assets/").context["shell"]["nav"]
    assert [step["number"] for step in nav if step["open"]] == ["4"]


def test_a_row_to_be_created_says_what_it_brings(
    emil: User, pumping: Zone, signed_in: Callable[[User], Client]
) -> None:
    job = Job.objects.create(
        kind="import", owner=emil, state="DONE", counts={"create": 1, "total": 1}, arguments={"name": "a.csv", "register": "assets", "dry_run": True},
    )  # fmt: skip
    job.rows.create(
        number=2, verdict="create", name="N-NEW-01", cells={"name": "N-NEW-01", "vendor": "Siemens", "note": ""}
    )
    page = signed_in(emil).get(job.get_absolute_url()).content.decode()
    assert '<span class="dim">vendor</span> Siemens' in page
    assert "note</span>" not in page
    assert "To create 1" in page
    assert '<a href="/assets/assets/">Assets</a> / Import' in page
