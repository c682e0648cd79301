"""The pages of a source, an advisory, a match and a priority table: what stands there beside the register's own."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from patching import reading, visits
from patching.brands import Vendors
from patching.deciding import DecidingPage
from patching.endpoints import explained
from patching.grades import LEVELS, PLACES, attack_words, words_of
from patching.matching import TYPE, links
from patching.models import Advisory, AdvisorySource, Exploited, Match, Poll, PriorityTable, ProductLink, VendorAlias
from patching.rules.matching import AssetType
from patching.rules.priority import Criticality, Exploitation, Exposure, Priority
from patching.rules.revisions import compare
from patching.workflow import investigate
from registers.door import may, may_anywhere, register_of
from registers.views import RecordDetail

SHOWN_POLLS, SHOWN_PRODUCTS = 12, 200
ORDER = ("ACT", "ATTEND", "TRACK_CLOSELY", "TRACK")


def readable(model: Any, user: Any) -> Any:
    """Return the records of a type that this person may see, by its register's door."""
    register: Any = register_of(model)
    return register.queryset(user)


class SourcePage(RecordDetail):
    """A source: its last visits, what came, what failed and why, and what can be done now."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add visits and the person's own job."""
        source: AdvisorySource | None = context.get("record")
        if source is not None:
            user = self.request.user
            polls = list(readable(Poll, user).filter(source=source).order_by("-pk")[:SHOWN_POLLS])
            job = visits.latest(source, of=user)
            fresh = job and (job.finished_at is None or job.finished_at > timezone.now() - timedelta(minutes=10))
            running = next((poll for poll in polls if poll.state == Poll.State.RUNNING), None)
            context |= {
                "polls": polls, "job": job if fresh else None, "running": running, "last": next((p for p in polls if p != running), None),
                "taken": readable(Advisory, user).filter(source=source).count(), "may_poll": may(user, "poll", source),
                "live": bool(running or (job and job.finished_at is None)),
            }  # fmt: skip
        return super().page(status, **context)

    def actions(self, record: Any) -> list[dict[str, Any]]:
        """Put "Poll now" first."""
        found = super().actions(record)
        if may(self.request.user, "poll", record):
            url = reverse("patching:source-poll", args=[record.pk])
            found.insert(
                0,
                {
                    "label": gettext("Poll now"),
                    "url": url,
                    "method": "post",
                    "main": True,
                    "danger": False,
                    "icon": "refresh",
                },
            )
        return found


class AdvisoryPage(DecidingPage):
    """An advisory: what it says, whom it meets, what its newest revision changed, and the verdict on one match."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add what the newest state says, and how it differs from the one before."""
        advisory: Advisory | None = context.get("record")
        if advisory is not None:
            states = reading.states_of(advisory)
            context |= {"states": states} | self._content(advisory, states) | self._verdicts(advisory) | self.verdict()
            if len(states) > 1:
                matches = readable(Match, self.request.user).filter(advisory=advisory)
                context["revision"] = revision(states[1], states[0], matches)
                context["opened"], context["kept"] = reading.opened_and_kept(matches, states[0])
        return super().page(status, **context)

    def _content(self, advisory: Advisory, states: list[Any]) -> dict[str, Any]:
        facts = reading.facts_of(states[0]) if states else None
        if facts is None:
            return {}
        user = self.request.user
        exploited = {row.cve: row for row in readable(Exploited, user).filter(cve__in=advisory.cves)}
        predicted = reading.predictions(advisory.cves)
        rows = reading.product_rows(states[0])
        summary = next((note for note in facts.notes if note.category in {"summary", "description", "general"}), None)
        return {
            "facts": facts, "summary": summary, "weaknesses": reading.weaknesses(facts, exploited, predicted),
            "products": rows[:SHOWN_PRODUCTS], "products_count": len(rows), "remediations": reading.remediations(facts),
            "references": [(text, reading.link_of(url), url) for text, url in facts.references],
            "kev": min((row.added_on for row in exploited.values()), default=None),
            "epss": max((row.score for row in predicted.values()), default=None),
        }  # fmt: skip

    def _verdicts(self, advisory: Advisory) -> dict[str, Any]:
        matches = readable(Match, self.request.user).filter(advisory=advisory)
        counted = dict(matches.order_by().values_list("verdict").annotate(n=Count("pk")))
        open_ones = matches.filter(verdict__in=Match.OPEN)
        found = set(open_ones.order_by().values_list("priority", flat=True).distinct())
        return {
            "verdicts": counted, "worst": next((one for one in ORDER if one in found), ""),
            "first_due": open_ones.aggregate(day=Min("due_on"))["day"],
        }  # fmt: skip


def revision(older: Any, newer: Any, matches: Any) -> dict[str, Any]:
    """Compare two states, and say for which of these matches' assets the verdict is another."""
    before, after = reading.facts_of(older), reading.facts_of(newer)
    if before is None or after is None:
        return {"older": older, "newer": newer, "comparison": None, "moved": []}
    types = [AssetType(*row) for row in matches.order_by().values_list(*(f"asset__{name}" for name in TYPE)).distinct()]
    found = []
    for one in reading.moved(older, newer, types, links=links()):
        kind = one.kind
        alike = matches.filter(
            asset__vendor=kind.vendor, asset__product=kind.product, asset__model_number=kind.model_number, asset__version=kind.version
        )  # fmt: skip
        found.append(
            {"kind": kind, "older": one.older, "newer": one.newer, "matches": list(alike[:20]), "count": alike.count()}
        )
    return {"older": older, "newer": newer, "comparison": compare(before, after), "moved": found}


class MatchPage(RecordDetail):
    """A match: why it matched, what its priority follows from, and what people may teach the matcher."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the explanation and the links to alias and product link."""
        match: Match | None = context.get("record")
        if match is not None:
            context |= {"explained": explained(match), "grades": words_of(match.inputs), "levels": ORDER}
            context |= self._teaching(match)
        return super().page(status, **context)

    def steps(self, record: Any) -> list[dict[str, Any]]:
        """Leave out to look into a match that is closed."""
        looking = self.link(investigate.name, record.pk)
        return [step for step in super().steps(record) if record.open or step["url"] != looking]

    def _teaching(self, match: Match) -> dict[str, Any]:
        user, asset = self.request.user, match.asset
        leaf = reading.leaf_named(match)
        if leaf is None:
            return {}
        known = reading.link_between(asset, leaf, readable(ProductLink, user))
        given = {
            "vendor": asset.vendor, "product": asset.product, "model_number": asset.model_number,
            "named_vendor": leaf.vendor, "named_product": leaf.product,
        }  # fmt: skip
        add = reverse("patching:product-links-add")
        plain = asset.product.casefold() == leaf.product.strip().casefold()
        offered = known is None and not plain and may_anywhere(user, "add", ProductLink)
        strangers = not Vendors().same(asset.vendor, leaf.vendor)
        alias = strangers and asset.vendor and leaf.vendor and may_anywhere(user, "add", VendorAlias)
        return {
            "leaf": leaf, "known_link": known,
            "same_url": f"{add}?{urlencode({**given, 'same': 'true'})}" if offered else "",
            "other_url": f"{add}?{urlencode({**given, 'same': ''})}" if offered else "",
            "alias_url": f"{reverse('patching:vendor-aliases-add')}?{urlencode({'written': asset.vendor, 'means': leaf.vendor})}" if alias else "",
        }  # fmt: skip


class PriorityTablePage(RecordDetail):
    """A version of the table of priorities as a grid."""

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Add the grid, with what differs from the version in force."""
        table: PriorityTable | None = context.get("record")
        if table is not None:
            now = readable(PriorityTable, self.request.user).filter(status="EFFECTIVE").exclude(pk=table.pk).first()
            before = now.decisions if now else {}
            rows = [
                {"attack": attack_words(attack), "place": PLACES[place], "cells": [_cell(table, before, f"{attack}/{place}/{level}") for level in Criticality]}
                for attack in Exploitation for place in Exposure
            ]  # fmt: skip
            limits = [
                {
                    "name": key,
                    "days": one["days"],
                    "source": one["source"],
                    "was": now.intervals[key]["days"] if now else one["days"],
                }
                for key, one in table.intervals.items()
            ]
            context |= {"grid": rows, "levels": list(LEVELS.values()), "limits": limits}
        return super().page(status, **context)


def _cell(table: PriorityTable, before: dict[str, str], key: str) -> dict[str, Any]:
    outcome = Priority(table.decisions[key])
    was = before.get(key, outcome.value)
    return {"outcome": outcome, "label": outcome.label, "was": Priority(was).label if was != outcome.value else ""}
