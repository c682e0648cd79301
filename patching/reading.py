"""What the pages of advisories read from the kept documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from assets.models import Asset
from patching.models import Advisory, AdvisoryState, Match, Prediction, VendorAlias
from patching.rules.advisories import Advisory as NamedAdvisory
from patching.rules.advisories import NamedProduct
from patching.rules.advisories import advisory as named_products
from patching.rules.csaf import read
from patching.rules.facts import AFFECTED_STATUSES, AdvisoryFacts, Leaf, Vulnerability
from patching.rules.index import Index
from patching.rules.matching import AssetType, Links, product_key, type_key
from patching.rules.nodes import Malformed
from patching.rules.verdicts import Judgement
from registers.history.timeline import events_of

MOST_TYPES = 400
KINDS = {
    "all": "every version", "range": "range", "exact": "one version", "list": "list of versions", "wildcard": "wildcard",
    "trains": "one fix for each release train", "date": "range by date", "serial": "by serial number",
    "condition": "depends on a condition", "model": "model, not a version", "text": "free text", "empty": "no version named",
}  # fmt: skip
WORDS = {"<": "before", "<=": "up to", ">": "after", ">=": "from", "=": "exactly", "~": "any of"}


@dataclass(frozen=True)
class Row:
    """One product of an advisory as the page shows it: raw text beside what was read from it."""

    vendor: str
    product: str
    order_numbers: tuple[str, ...]
    raw: str
    parsed: str
    evaluable: bool
    statuses: tuple[str, ...]


def states_of(advisory: Advisory) -> list[AdvisoryState]:
    """Return every state that was kept, the newest first."""
    return list(advisory.states.order_by("-pk"))


def facts_of(state: AdvisoryState) -> AdvisoryFacts | None:
    """Return what a kept document says, or None where an older parser took what this one refuses."""
    try:
        return read(state.document)
    except Malformed:
        return None


def product_rows(state: AdvisoryState) -> list[Row]:
    """Return the products of a state with their ranges as read."""
    found: dict[tuple[str, ...], Row] = {}
    for data in state.products:
        product = NamedProduct.from_json(data)
        leaf = product.leaf
        statuses = tuple(dict.fromkeys(status.replace("_", " ") for _cve, status in product.statuses))
        key = (leaf.vendor, leaf.product, product.constraint.raw, *statuses, *leaf.order_numbers)
        found[key] = Row(
            leaf.vendor.strip(), leaf.product.strip(), leaf.order_numbers, product.constraint.raw.strip(), in_words(product),
            product.constraint.evaluable, statuses,
        )  # fmt: skip
    return list(found.values())


def in_words(product: NamedProduct) -> str:
    """Say how the version text was read."""
    constraint = product.constraint
    clauses = [" and ".join(f"{WORDS[test.op]} {test.version}" for test in clause) for clause in constraint.clauses]
    kind = KINDS.get(constraint.kind, constraint.kind)
    return " or ".join(clauses) if clauses and constraint.evaluable else kind


def remediations(facts: AdvisoryFacts) -> list[dict[str, Any]]:
    """Return each remediation once, with the CVEs and the number of products it is for."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for weakness in facts.vulnerabilities:
        for one in weakness.remediations:
            row = found.setdefault(
                (one.category, one.text),
                {
                    "category": one.category.replace("_", " "),
                    "text": one.text,
                    "url": one.url,
                    "cves": {},
                    "products": set(),
                },
            )
            row["cves"][weakness.cve] = None
            row["products"] |= set(one.product_ids)
    return list(found.values())


def link_of(url: str) -> str:
    """Return an address that may be followed, or nothing: only the web, never a script."""
    return url if url.startswith(("https://", "http://")) else ""


def weaknesses(facts: AdvisoryFacts, exploited: dict[str, Any], predicted: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each vulnerability with its score and what is known of attacks."""
    return [
        {"cve": one.cve or one.title, "title": one.title, "cwe": one.cwe, "score": one.score, "kev": exploited.get(one.cve),
         "epss": predicted.get(one.cve), "affected": _affected(one)}
        for one in facts.vulnerabilities
    ]  # fmt: skip


def _affected(weakness: Vulnerability) -> int:
    return len({key for name, keys in weakness.statuses if name in AFFECTED_STATUSES for key in keys})


def opened_and_kept(matches: QuerySet[Match], newest: AdvisoryState) -> tuple[int, int]:
    """Return how many verdicts of people the newest state opened again, decided anew or not, and how many it left alone."""
    decided = dict(matches.filter(status__in=["CONFIRMED", "REJECTED"]).values_list("pk", "decided_at"))
    anew = [key for key, at in decided.items() if at and at >= newest.received_at]
    reopened = events_of(Match).filter(pgh_obj__in=anew, pgh_created_at__gte=newest.received_at)
    again = reopened.exclude(reopened_because="").values("pgh_obj").distinct().count() if anew else 0
    waiting = matches.filter(status__in=["OPEN", "EXAMINING"]).exclude(reopened_because="").count()
    return waiting + again, len(decided) - len(anew)


@dataclass(frozen=True)
class Moved:
    """Some assets of one type for which a revision changed the verdict."""

    kind: AssetType
    older: Judgement | None
    newer: Judgement | None


def moved(older: AdvisoryState, newer: AdvisoryState, types: Iterable[AssetType], *, links: Links) -> list[Moved]:
    """Return the asset types that the two states judge differently, by the version that is recorded today."""
    aliases = dict(VendorAlias.objects.values_list("written", "means"))
    indexes = []
    for state in (older, newer):
        facts = facts_of(state)
        named = named_products(facts, "1") if facts else NamedAdvisory("1", ())
        indexes.append(Index([named], aliases, links))
    found = []
    for kind in list(types)[:MOST_TYPES]:
        before, after = (dict(index.match(kind)).get("1") for index in indexes)
        if (before and (before.verdict, before.cves)) != (after and (after.verdict, after.cves)):
            found.append(Moved(kind, before, after))
    return found


def predictions(cves: list[str]) -> dict[str, Prediction]:
    """Return what EPSS says of these CVEs."""
    return {row.cve: row for row in Prediction.objects.filter(cve__in=cves)}


def leaf_named(match: Match) -> Leaf | None:
    """Return the product node of the advisory that a match is about."""
    state = match.advisory.states.order_by("-pk").first()
    products = state.products if state and match.product else []
    leaves = (
        NamedProduct.from_json(data).leaf for data in products if data["leaf"]["full_name"][:1000] == match.product
    )
    return next(leaves, None)


def link_between(asset: Asset, leaf: Leaf, known: Any) -> Any:
    """Return what a person already said of the two, or None."""
    kind = type_key(AssetType(asset.vendor, asset.product, asset.model_number))
    named = product_key(leaf.vendor, leaf.product)
    for link in known.filter(named_product__iexact=leaf.product):
        theirs = type_key(AssetType(link.vendor, link.product, link.model_number))
        if theirs == kind and product_key(link.named_vendor, link.named_product) == named:
            return link
    return None
