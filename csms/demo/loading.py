"""Loads the demo plant: a year of a water company, told in the order it happened, by the people who did it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import assets.reference
import programme.reference
import risk.reference
from accounts.models import Organisation, Site, User
from accounts.robots import robot
from assets.models import Asset
from csms.demo import (
    advisories,
    devices,
    finding,
    flows,
    inventory,
    judgements,
    levels,
    patches,
    people,
    risks,
    scans,
    zones,
)
from csms.demo.files import Row, events, table
from csms.demo.removing import remove
from csms.demo.telling import Year, happening
from network import checking
from patching import matching
from patching.models import AdvisorySource, Match
from programme.workflow import end_what_lapsed
from registers.history import seals
from registers.models import Installation
from risk import following

Say = Callable[[str], Any]
KEEPERS = {"NORTH": "emil@demo.example", "SOUTH": "sven@demo.example", "HARBOUR": "mara@demo.example"}
TOLD: dict[str, Callable[..., None]] = {  # what happens on the programme's side, event by event
    "judge": judgements.judge_requirement,
    "request_not_applicable": judgements.ask_not_applicable,
    "approve_not_applicable": judgements.decide,
    "refuse_not_applicable": judgements.decide,
    "draft_scope": judgements.draft_scope,
    "revise_scope": judgements.revise_scope,
    "submit_scope": judgements.submit_scope,
    "approve_scope": judgements.decide,
    "refuse_scope": judgements.decide,
    "name_processes": judgements.name_processes,
    "add_evidence": judgements.add_evidence,
    "comment": judgements.comment,
    "patch": patches.tell,
    "scan": scans.tell,
    "read_rules": flows.read_rules,
    "read_connections": flows.read_connections,
    "read_earlier_connections": flows.read_earlier_connections,
    "network": levels.tell,
    "risk": risks.tell,
    "device": devices.tell,
}


class InUse(Exception):
    """The portal holds a plant of its own; the demo is loaded into an empty one only."""


def loaded() -> bool:
    """Say whether the demo is here, whole."""
    return Installation.objects.filter(demo=True).exclude(demo_loaded_at=None).exists()


def load(*, now: datetime, say: Say) -> None:
    """Load everything and seal it; a load that broke off before is taken away first."""
    if Installation.objects.filter(demo=True).exists():
        remove()
    if Organisation.objects.exists():
        raise InUse("The portal holds a plant of its own, so the demo is not loaded.")
    if not Installation.objects.update(demo=True):
        Installation.objects.create(demo=True)
    year = Year(now)
    who = people.settle(year)
    with happening(year.soon(), step="csms.demo", reason="Reference data of the product"):
        assets.reference.load()
        programme.reference.load()
        risk.reference.load()
    with happening(year.soon(), by=who["admin@demo.example"], reason="Advisory sources"):
        feed = advisories.name_sources()
    Story(year, who, feed).tell(say)
    finding.mark(year, who)
    people.deputise(year, who)
    matching.follow(now=now)
    with happening(year.soon()):
        checking.follow(now=now)
        end_what_lapsed(now=now)
        following.follow(now=now)
    seals.seal()
    Installation.objects.update(demo_loaded_at=now)


class Story:
    """The year's events and how each is carried out."""

    def __init__(self, year: Year, who: dict[str, User], feed: AdvisorySource) -> None:
        self.year, self.who, self.feed = year, who, feed
        self.sites = {site.code: site for site in Site.objects.all()}

    def tell(self, say: Say) -> None:
        """Carry out every event, oldest first."""
        everything = sorted(
            [
                *events(),
                *_chores(),
                *patches.events(),
                *scans.events(),
                *flows.events(),
                *levels.events(),
                *risks.events(),
                *devices.events(),
            ],
            key=lambda event: event["day"],
        )
        for number, event in enumerate(everything, start=1):
            self._one(event)
            if number % 100 == 0:
                say(f"{number} of {len(everything)} events")

    def _one(self, event: Row) -> None:
        site = self.sites.get(event.get("site", ""))
        moment = self.year.moment(event["day"])
        by = self.who.get(event.get("by", "")) or robot("poll")
        if told := TOLD.get(event["do"]):
            with happening(moment, by=by, reason=event.get("why", "")):
                told(event, site=site, by=by, year=self.year)
        else:
            getattr(self, f"_{event['do']}")(event, site=site, by=by, moment=moment)

    def _add_zones(self, event: Row, *, site: Site, by: User, moment: datetime) -> None:
        with happening(moment, by=by, step="assets.zone.import", reason=event.get("note", "")):
            zones.draw(site, event["zones"], self.year)

    def _import_assets(self, event: Row, *, site: Site, by: User, moment: datetime) -> None:
        with happening(moment, by=by, step="assets.asset.import", reason=f"import {event['file']}"):
            fresh = inventory.bring_in(site, event["zones"], file=event["file"], day=event["day"], year=self.year)
        self._work_out(fresh)

    def _set_version(self, event: Row, *, site: Site, by: User, moment: datetime) -> None:
        with happening(moment, by=by, reason=event["why"]):
            asset = Asset.objects.get(site=site, name=event["asset"], version=event["was"])
            asset.version = event["becomes"]
            asset.save()
        self._work_out([asset.pk])

    def _poll_advisories(self, event: Row, *, site: None, by: User, moment: datetime) -> None:
        with happening(moment, by=by, step="patching.advisory.poll", reason=advisories.NAME):
            if event["source"] == advisories.NAME:
                advisories.visit(self.feed, by=by, moment=moment, year=self.year)
            else:
                advisories.take_scores(self.feed, by=by, moment=moment)
        self._work_out(None)

    def _revise_advisory(self, event: Row, *, site: None, by: User, moment: datetime) -> None:
        with happening(moment, by=by, step="patching.advisory.poll", reason=event["why"]):
            advisories.revise(self.feed, by=by, moment=moment)
        self._work_out(None)

    def _teach_matcher(self, event: Row, *, site: None, by: User, moment: datetime) -> None:
        with happening(moment, by=by, reason=event["why"]):
            advisories.teach()
        self._work_out(None)

    def _decide_match(self, event: Row, *, site: Site, by: User, moment: datetime) -> None:
        with happening(moment, by=by, reason=event["reason"]):
            advisories.decide(event, by=by)

    def _verify(self, event: Row, *, site: Site, by: User, moment: datetime) -> None:
        with happening(moment, by=by, step="assets.asset.verify", reason="Seen on the round"):
            inventory.verify(site, event["assets"], self.year)

    def _back_up(self, event: Row, *, site: Site, by: User, moment: datetime) -> None:
        with happening(moment, by=by, step="assets.backup.import", reason="Backup report of the month"):
            inventory.back_up(site, event["rows"], self.year)

    def _work_out(self, fresh: list[int] | None) -> None:
        moment = self.year.soon()
        with happening(moment):
            advisories.work_out(moment, fresh)


def _chores() -> Iterator[Row]:
    """Yield what nobody writes down as an event: the feed's polls, rounds through the plant, the month's backup report."""
    first = next(event["day"] for event in events() if event["do"] == "poll_advisories")
    for day in range(first + 14, -1, 14):
        yield {"day": day, "do": "poll_advisories", "source": advisories.NAME}
    yield {"day": -75, "by": "mara@demo.example", "do": "teach_matcher", "why": "Asked of the maker"}
    yield {
        "day": -13,
        "by": "mara@demo.example",
        "do": "revise_advisory",
        "why": "Corrected by the publisher, brought by mail",
    }
    imported = {
        (event["site"], zone): event["day"]
        for event in events()
        if event["do"] == "import_assets"
        for zone in event["zones"]
    }
    rounds: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    since = {}
    for row in table("assets.csv"):
        since[row["site"], row["name"]] = start = imported[row["site"], row["zone"]]
        if row["verified_days"] and int(row["verified_days"]) > start:
            rounds[row["site"], _month_end(int(row["verified_days"]))][row["name"]] = int(row["verified_days"])
    for (site, day), names in rounds.items():
        yield {"day": day, "by": KEEPERS[site], "do": "verify", "site": site, "assets": names}
    reports: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in table("backups.csv"):
        known = max(int(row["taken_days"]), int(row["restore_tested_days"] or -400), since[row["site"], row["asset"]])
        reports[row["site"], _month_end(known)].append(row)
    for (site, day), rows in reports.items():
        yield {"day": day, "by": KEEPERS[site], "do": "back_up", "site": site, "rows": rows}


def _month_end(day: int) -> int:
    """Return the day of the next monthly round or report, the last one being yesterday."""
    return min(-(-day // 30) * 30, -1)


def counts() -> dict[str, int]:
    """Return how much of what is there."""
    kinds = Match.Verdict
    return {
        "sites": Site.objects.count(),
        "people": User.objects.filter(robot=False).count(),
        "assets": Asset.objects.count(),
    } | {f"matches {kind.value}": Match.objects.filter(verdict=kind).count() for kind in kinds}
