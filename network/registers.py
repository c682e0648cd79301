"""The registers of segmentation findings and of the answers to the system requirements."""

from typing import Any

from accounts.models import Site
from assets.models import Asset, Conduit, Flow, Zone
from assets.registers import ZONES
from network import flow_registers, functions, workflow
from network.capabilities import of_asset
from network.models import ComponentCertificate, ObservedFlow, SegmentationFinding, SrAnswer
from network.rules.levels import by_requirement
from registers.history.past import day_at
from registers.register import Register


class FindingRegister(Register):
    model, name, step = SegmentationFinding, "segmentation-findings", 7
    fields = ("owner", "due_on", "note")
    shows = ("site", "zone", "conduit", "rule", "sentence", "status", "found_at", "fixed_at", "exception")
    columns = ("__str__", "site", "status", "sentence", "owner", "due_on", "found_at", "exception")
    filters = ("site", "rule", "status", "zone", "conduit", "owner", "due_on")
    search = ("sentence", "note")
    order = ("status", "rule", "zone__name", "conduit__name")
    joins = ("site", "zone", "conduit", "exception")
    bulk = ("owner", "due_on")
    transitions = (workflow.ask_waiver,)
    verbs = frozenset({"change"})
    clause = "IEC 62443-3-2 ZCR 3"


class AnswerRegister(Register):
    model, name, step = SrAnswer, "sr-answers", 7
    fields = ("site", "zone", "conduit", "requirement", "answer", "reason", "countermeasure")
    shows = ("approved",)
    columns = ("__str__", "site", "zone", "conduit", "answer", "approved", "reason", "countermeasure")
    filters = ("site", "zone", "conduit", "requirement", "answer", "approved")
    search = ("requirement__code", "reason", "countermeasure")
    order = ("site", "zone__name", "conduit__name", "requirement__position")
    joins = ("site", "zone", "conduit", "requirement")
    transitions = (workflow.ask_compensation,)
    clause = "IEC 62443-3-3"


class CertificateRegister(Register):
    model, name, step = ComponentCertificate, "component-certificates", 7
    fields = (
        "vendor", "product", "model_number", "releases", "scheme", "number", "issued_by", "sl_c", "valid_until", "source",
    )  # fmt: skip
    columns = ("__str__", "vendor", "sl_c", "valid_until", "scheme", "number", "product", "model_number", "releases")
    filters = ("vendor", "scheme", "valid_until")
    search = ("vendor", "product", "model_number", "number")
    order = ("vendor", "product", "model_number")
    labels = {"__str__": "Certificate"}
    clause = "IEC 62443-4-2"


FINDINGS, ANSWERS, CERTIFICATES = FindingRegister(), AnswerRegister(), CertificateRegister()
REGISTERS = (FINDINGS, ANSWERS, CERTIFICATES, *flow_registers.REGISTERS)


def findings_of(place: Zone | Conduit, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the rules that a zone or conduit breaks."""
    kind = str(place._meta.model_name)
    found = list(FINDINGS.queryset(user).filter(**{kind: place}).exclude(status="FIXED").order_by("rule"))
    return ("network/_findings.html", {"findings": found, "kind": kind}) if found else None


def way_of(finding: SegmentationFinding, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of the zones along the way that shows a finding, and where the drawing has them."""
    known = {zone.pk: zone for zone in ZONES.queryset(user).filter(pk__in=finding.way)}
    way = [known[one] for one in finding.way if one in known]
    return "network/_way.html", {"way": way, "focus": way[-1].pk if way else None, "rail": True}


def levels_of(place: Zone | Conduit, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of target and achieved levels of a zone or conduit; what lies outside the site has none."""
    if getattr(place, "external", False):
        return None
    address = f"/network/security-levels/?{place._meta.model_name}={place.pk}"
    return "network/_levels.html", {"rows": by_requirement(place), "address": address}


def certificates_of(asset: Asset, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of what the asset's product is certified for."""
    found = of_asset(asset, day_at(asset.site))
    return ("network/_certificates.html", {"certificates": found, "rail": True}) if found else None


PANELS: tuple[Any, ...] = (
    (Asset, certificates_of),
    (Site, functions.of_site),
    (Zone, levels_of),
    (Conduit, levels_of),
    (Zone, findings_of),
    (Conduit, findings_of),
    (SegmentationFinding, way_of),
    (ObservedFlow, flow_registers.pairs_of),
    (Flow, flow_registers.seen_on),
)
