"""Reads a CSAF 2.0 or 2.1 document into facts, or says where it is malformed and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from cvss import CVSS4
from cvss.exceptions import CVSS4Error

from patching.rules.facts import STATUSES, AdvisoryFacts, Leaf, Note, Relationship, Remediation, Score, Vulnerability
from patching.rules.nodes import Malformed, Node

DEEPEST = 40
MOST_PRODUCTS = 60_000
MOST_VULNERABILITIES, MOST_NAMED = 10_000, 1_000_000
LONGEST_ID, LONGEST_NAMESPACE, LONGEST_NAME = 120, 300, 5_000
BOILERPLATE = re.compile(r"^recommended practices$|^legal notice|^advisory conversion|^disclaimer", re.IGNORECASE)
ORDER_NUMBER = re.compile(
    r"\b(?:[1-9A-Z][A-Z]{2}\d[\s-]?\d{3}-\d[A-Z\d]{4}(?:-\d[A-Z\d]{3})?|[1-9A-Z][A-Z]{2}\d{4}-\d[A-Z\d]{4}(?:-\d[A-Z\d]{3})?)\b"
    r"|(?<=article number )\d{5,9}\b|(?<=\()\d{7}(?=\))",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?P<name>\S.*?),?\s+(?P<version>(?:all\s+)?versions?\b.*|(?:prior to|before|up to)\b.*|[<>].*|v?\d+(?:\.\d+)+(?:\s.*)?)",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"[<>]|(?:versions? )?v?\d", re.IGNORECASE)
_CVSS_VERSION = re.compile(r"[234]\.[0-9]")
_CVSS4 = re.compile(r"CVSS:4\.0/[A-Za-z:/]{20,200}")


def read(document: Any) -> AdvisoryFacts:
    """Read a CSAF document (decoded JSON); raises Malformed and nothing else."""
    root = Node(document)
    if not root._has("document"):
        raise Malformed("/document", "the section is missing, so this is no CSAF document.")
    head = root.child("document")
    version = head.text("csaf_version", required=True)
    if version not in ("2.0", "2.1"):
        raise Malformed("/document/csaf_version", 'only CSAF "2.0" and "2.1" can be read.')
    tracking, publisher, tree = (
        head.child("tracking"),
        head.child("publisher"),
        root.child("product_tree"),
    )
    leaves = _leaves(tree)
    return AdvisoryFacts(
        csaf_version=version,
        category=head.text("category"),
        publisher=publisher.text("name", required=True),
        namespace=publisher.name("namespace", LONGEST_NAMESPACE),
        tracking_id=tracking.name("id", LONGEST_ID).strip(),
        version=tracking.text("version", required=True),
        status=tracking.text("status"),
        initial_release=tracking.moment("initial_release_date"),
        current_release=tracking.moment("current_release_date"),
        title=head.name("title", LONGEST_NAME),
        severity=head.child("aggregate_severity").text("text"),
        tlp=head.child("distribution").child("tlp").text("label"),
        notes=_notes(head),
        references=tuple((item.text("summary"), item.text("url")) for item in head.items("references")),
        leaves=leaves,
        relationships=tuple(_relationships(tree)),
        vulnerabilities=_vulnerabilities(root, tree),
    )


def _notes(node: Node) -> tuple[Note, ...]:
    notes = (Note(item.text("category"), item.text("title"), item.text("text")) for item in node.items("notes"))
    return tuple(note for note in notes if note.text and not BOILERPLATE.match(note.title.strip()))


def _leaves(tree: Node) -> tuple[Leaf, ...]:
    leaves: list[Leaf] = []
    stack: list[tuple[Node, tuple[tuple[str, str], ...]]] = []
    stack += [(item, ()) for item in tree.items("branches")][::-1]
    while stack:
        node, above = stack.pop()
        path = (*above, (node.text("category"), node.text("name", most=LONGEST_NAME)))
        if len(path) > DEEPEST:
            raise Malformed(node.pointer, f"the product tree is deeper than {DEEPEST} levels.")
        if node._has("product"):
            leaves.append(_leaf(node.child("product"), path))
        stack += [(item, path) for item in node.items("branches")][::-1]
        if len(leaves) + len(stack) > MOST_PRODUCTS:
            raise Malformed(
                "/product_tree",
                f"the product tree names more than {MOST_PRODUCTS} products.",
            )
    leaves += [_leaf(item, ()) for item in tree.items("full_product_names")]
    return tuple(leaves)


def _leaf(product: Node, path: tuple[tuple[str, str], ...]) -> Leaf:
    names = dict(path)
    helper, full_name = (
        product.child("product_identification_helper"),
        product.name("name", LONGEST_NAME),
    )
    name = names.get("product_name") or names.get("product_family") or ""
    version = _release(names)
    if not name:
        name, stated = _taken_apart(full_name)
        version = version or stated
    version = _without_name(version, names.get("vendor", ""), name)
    purls = helper.texts("purls") or tuple(filter(None, [helper.text("purl")]))
    return Leaf(
        product_id=product.name("product_id", LONGEST_NAME),
        vendor=names.get("vendor", ""),
        product=name,
        family=names.get("product_family", ""),
        version=version,
        version_is_range="product_version_range" in names,
        full_name=full_name,
        order_numbers=_order_numbers(helper, name, full_name),
        serial_numbers=helper.texts("serial_numbers"),
        cpe=helper.text("cpe"),
        purls=purls,
    )


def _release(names: dict[str, str]) -> str:
    """Give what the branches together tell of a release: "7.5", "SP2" and "Update 3"; "12.2SE" and "12.2(55)SE3" is the latter."""
    told = names.get("product_version_range") or names.get("product_version") or ""
    for more in filter(None, (names.get("service_pack"), names.get("patch_level"))):
        told = more if re.match(r"v?\d+\.", more, re.IGNORECASE) else f"{told} {more}".strip()
    return told


def _taken_apart(full_name: str) -> tuple[str, str]:
    """Give the name and the version of a product that stands in no branch: "Plant View: < 2.0", "Plant View 4.9.1"."""
    name, colon, stated = full_name.partition(":")
    if not colon and (found := _STATED.fullmatch(full_name)):
        return found["name"], found["version"]
    return name, stated


def _without_name(version: str, vendor: str, name: str) -> str:
    """Leave the product's name out of a version text that begins with it: "Plant View 4.9.1"."""
    for beginning in (f"{vendor} {name} ", f"{name} "):
        rest = version[len(beginning) :]
        if version[: len(beginning)].lower() == beginning.lower() and _BEGINS.match(rest):
            return rest
    return version


def _order_numbers(helper: Node, *names: str) -> tuple[str, ...]:
    stated = (*helper.texts("model_numbers"), *helper.texts("skus"))
    embedded = (found[0] for name in names for found in ORDER_NUMBER.finditer(name))
    return tuple(dict.fromkeys(re.sub(r"\s", "", number).upper() for number in (*stated, *embedded) if number.strip()))


def _relationships(tree: Node) -> Iterator[Relationship]:
    """Give the relationships of CSAF 2.0, and the product paths that stand in their place in 2.1."""
    for item in tree.items("relationships"):
        yield _relationship(item, "product_reference", [(item, "relates_to_product_reference")])
    for item in tree.items("product_paths"):
        steps = [(step, "next_product_reference") for step in item.items("subpaths")]
        yield _relationship(item, "beginning_product_reference", steps)


def _relationship(item: Node, component: str, steps: Iterable[tuple[Node, str]]) -> Relationship:
    product = item.child("full_product_name")
    return Relationship(
        product_id=product.name("product_id", LONGEST_NAME),
        full_name=product.text("name", most=LONGEST_NAME),
        component=item.text(component),
        carriers=tuple((step.text("category"), step.text(reference)) for step, reference in steps),
    )


class _Groups:
    """The product groups by id; counts the products that they and all remedies name: a line may stand for many thousands."""

    def __init__(self, tree: Node) -> None:
        self.members = {item.text("group_id"): item.texts("product_ids") for item in tree.items("product_groups")}
        self.named = 0

    def products(self, node: Node) -> tuple[str, ...]:
        """Give the products that a remedy names itself and by groups, each once."""
        found = dict.fromkeys(node.texts("product_ids"))
        for group in dict.fromkeys(node.texts("group_ids")):
            found |= dict.fromkeys(self.members.get(group, ()))
        self.named += len(found)
        if self.named > MOST_NAMED:
            raise Malformed(node.pointer, f"the remedies up to here name products more than {MOST_NAMED:,} times.")
        return tuple(found)


def _vulnerabilities(root: Node, tree: Node) -> tuple[Vulnerability, ...]:
    groups = _Groups(tree)
    found: list[Vulnerability] = []
    for item in root.items("vulnerabilities"):
        if len(found) >= MOST_VULNERABILITIES:
            raise Malformed(
                "/vulnerabilities",
                f"the document names more than {MOST_VULNERABILITIES} vulnerabilities.",
            )
        found.append(_vulnerability(item, groups))
    return tuple(found)


def _vulnerability(node: Node, groups: _Groups) -> Vulnerability:
    status, notes = node.child("product_status"), _notes(node)
    cwe = node.child("cwe").text("id") or next((item.text("id") for item in node.items("cwes")), "")
    ids = next((item.text("text") for item in node.items("ids")), "")
    return Vulnerability(
        cve=(node.text("cve") or ids).strip(),
        title=node.text("title"),
        cwe=cwe,
        scores=tuple(_scores(node)),
        ssvc=next(
            (note.text for note in notes if "SSVC" in note.title.upper() or note.text.startswith("SSVC")),
            "",
        ),
        statuses=tuple((name, status.texts(name)) for name in STATUSES if status._has(name)),
        remediations=tuple(_remediation(item, groups) for item in node.items("remediations")),
        notes=notes,
    )


def _scores(node: Node) -> Iterator[Score]:
    for item in node.items("scores"):
        yield from _cvss(item, item.texts("products"))
    for item in node.items("metrics"):
        yield from _cvss(item.child("content"), item.texts("products"))
    for item in node.items("references"):
        if found := _CVSS4.search(unquote(item.text("url"))):
            yield from _cvss4(found[0])


def _cvss4(vector: str) -> Iterator[Score]:
    """Score a CVSS 4.0 vector that a document only gives inside a calculator's address."""
    try:
        score = CVSS4(vector.upper())
    except CVSS4Error:
        return
    yield Score("4.0", score.clean_vector(), float(score.base_score), str(score.severity).upper())


def _cvss(node: Node, products: tuple[str, ...]) -> Iterator[Score]:
    for key in ("cvss_v2", "cvss_v3", "cvss_v4"):
        if not node._has(key):
            continue
        score = node.child(key)
        base = score.value.get("baseScore", 0.0) if isinstance(score.value, dict) else None
        if isinstance(base, bool) or not isinstance(base, int | float) or not 0 <= base <= 10:
            raise Malformed(f"{score.pointer}/baseScore", "a number from 0 to 10 is expected here.")
        version = score.text("version")
        yield Score(
            version if _CVSS_VERSION.fullmatch(version) else f"{key[-1]}.0",
            score.text("vectorString"),
            float(base),
            score.text("baseSeverity"),
            products,
        )


def _remediation(node: Node, groups: _Groups) -> Remediation:
    return Remediation(
        category=node.text("category"),
        text=node.text("details"),
        url=node.text("url"),
        date=node.text("date"),
        restart=node.child("restart_required").text("category"),
        product_ids=groups.products(node),
    )
