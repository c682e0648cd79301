"""The demo's advisory feed: documents come when they were released, and what each means is worked out after each visit."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from csms.demo.files import DATA, FEED, REVISIONS, events, releases
from csms.demo.telling import Year
from patching import matching, polling
from patching.feeds import folder
from patching.feeds.deliveries import Fetched
from patching.intake import Counts, finished, take
from patching.models import AdvisorySource, Match, Poll, ProductLink, VendorAlias
from patching.workflow import confirm, investigate, reject

NAME = "Merewater demo feed"
REAL = (  # there, but off: an administrator switches them on
    ("CISA advisories for control systems", AdvisorySource.Kind.CSAF, "https://www.cisa.gov/sites/default/files/csaf/provider-metadata.json", 6),
    ("CISA known exploited vulnerabilities", AdvisorySource.Kind.KEV, "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json", 6),
    ("EPSS exploit prediction", AdvisorySource.Kind.EPSS, "https://epss.cyentia.com/epss_scores-current.csv.gz", 24),
)  # fmt: skip
AHEAD = timedelta(days=14)  # what a person decides must have come some time before, whenever the demo is loaded


def name_sources() -> AdvisorySource:
    """Make the demo feed and the sources of the real world, which are off; return the feed."""
    for name, kind, address, hours in REAL:
        AdvisorySource.objects.create(name=name, kind=kind, address=address, every_hours=hours, enabled=False)
    return AdvisorySource.objects.create(name=NAME, kind=AdvisorySource.Kind.FOLDER, address=str(FEED), every_hours=24)


def visit(source: AdvisorySource, *, by: User, moment: datetime, year: Year) -> None:
    """Take from the feed what was released by then, as a poll of that day would have."""
    wanted = {file for file, released in releases().values() if released <= moment} | _decided_soon(moment, year)
    seen: dict[str, Any] = dict(source.seen.values_list("locator", "seen"))
    pieces = [
        piece for piece in folder.read(FEED, seen=seen, keys=[], fingerprints=[])
        if not isinstance(piece, Fetched) or piece.locator in wanted
    ]  # fmt: skip
    counts = Counts()
    for _batch in take(pieces, source, counts, by=by):
        pass
    Poll.objects.create(
        source=source, started_at=moment, state=Poll.State.DONE, **finished(counts, now=moment + timedelta(seconds=9))
    )


def _decided_soon(moment: datetime, year: Year) -> set[str]:
    until = (moment + AHEAD).date()
    return {
        releases()[event["advisory"]][0] for event in events()
        if event["do"] == "decide_match" and year.today + timedelta(days=event["day"]) <= until
    }  # fmt: skip


def take_scores(source: AdvisorySource, *, by: User, moment: datetime) -> None:
    """Take the lists of exploited vulnerabilities and of predictions."""
    for name in ("kev.json", "epss.csv"):
        polling.take_file(name, (DATA / name).read_bytes(), source, by=by, now=moment)


def revise(source: AdvisorySource, *, by: User, moment: datetime) -> None:
    """Take in by hand what the publisher corrected since: an advisory in its second version."""
    for path in sorted(REVISIONS.glob("*.json")):
        polling.take_file(path.name, path.read_bytes(), source, by=by, now=moment)


def teach() -> None:
    """Say what the matcher cannot know: a short name of a vendor, one device that is a product and one that is not."""
    VendorAlias.objects.create(written="E+H", means="Endress+Hauser")
    maker = {"vendor": "PHOENIX CONTACT", "named_vendor": "PHOENIX CONTACT"}
    ProductLink.objects.create(
        **maker, product="FL MGUARD RS4000 TX/TX VPN", model_number="2200515", named_product="mGuard firmware",
        reason="The device runs mGuard firmware, says the manual.",
    )  # fmt: skip
    ProductLink.objects.create(
        **maker, product="FL SWITCH 2208", model_number="2702327", named_product="FL SWITCH 3xxx 4xxx and 48xx", same=False,
        reason="The 2000 series has other firmware, asked of the maker.",
    )  # fmt: skip


def work_out(moment: datetime, assets: list[int] | None = None) -> None:
    """Work out which advisories meet these assets, or all."""
    matching.match(now=moment, assets=assets)


def decide(event: dict[str, Any], *, by: User) -> None:
    """Let a person confirm or reject a match, or look into it."""
    found = Match.objects.get(
        asset__site__code=event["site"], asset__name=event["asset"], advisory__tracking_id=event["advisory"]
    )
    if event["verdict"] == Match.Verdict.AFFECTED:
        confirm(found, by=by, decision_reason=event["reason"])
    elif event["verdict"] == "UNDER_INVESTIGATION":
        investigate(found, by=by, decision_reason=event["reason"])
    else:
        why = event.get("justification") or Match.Justification.CODE_NOT_PRESENT
        reject(found, by=by, decision_reason=event["reason"], justification=why)
