"""The demo's network security: rules checked, a finding let stand, system requirements answered, countermeasures approved."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import Site, User
from assets.models import Conduit, Zone
from csms.demo.files import document
from csms.demo.telling import Year
from network.checking import recheck
from network.models import ComponentCertificate, SegmentationFinding, SrAnswer
from network.models.answers import EDITION, foundational, settle
from network.workflow import ask_compensation, ask_waiver
from programme.models import Decision, Requirement
from programme.workflow import approve
from registers import clock

CHECKED, ASKED, DECIDED = -130, -112, -110
WAIVED = ("SOUTH", "LEVEL", "Plant DMZ - Outstations")
WAIVER: dict[str, Any] = {
    "because_of": "The radio of the outstations ends in the DMZ; its head end moves to the control room with the rebuild of the mast.",
    "compensating_control": "The firewall lets only DNP3 pass, from the head end to the outstations' addresses.",
}
CERTIFIED = ("vendor", "product", "model_number", "releases", "scheme", "number", "issued_by", "sl_c")
PLAN = {"owner": "Head of automation SOUTH", "note": "The reports of operation move to the historian in the DMZ."}


def events() -> Iterator[dict[str, Any]]:
    """Yield what happened, as events of the year."""
    for site in ("NORTH", "SOUTH", "HARBOUR"):
        yield {"day": CHECKED, "do": "network", "step": "check", "site": site}
    yield {"day": ASKED, "by": "mara@demo.example", "do": "network", "step": "ask_waiver", "site": WAIVED[0]}
    yield {"day": DECIDED, "by": "petra@demo.example", "do": "network", "step": "let_stand", "site": WAIVED[0]}
    told = document("levels.yaml")
    yield {
        "day": CHECKED,
        "by": "mara@demo.example",
        "do": "network",
        "step": "certificates",
        "site": "NORTH",
        "row": told["certificates"],
    }
    for row in told["places"]:
        yield {"day": row["day"], "by": row["by"], "do": "network", "step": "answer", "site": row["site"], "row": row}
        for code, given in row["except"].items():
            if given.get("approved"):
                yield {
                    "day": row["day"] + 1,
                    "by": row["by"],
                    "do": "network",
                    "step": "ask",
                    "site": row["site"],
                    "row": row,
                    "code": code,
                }
                yield {"day": given["approved"], "by": "petra@demo.example", "do": "network", "step": "count", "site": row["site"], "row": row, "code": code}  # fmt: skip


def tell(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Carry out one of them."""
    step = event["step"]
    if step == "check":
        recheck(site, now=clock.now())
        SegmentationFinding.objects.filter(site=site, rule="DMZ").update(due_on=year.today.replace(day=28), **PLAN)
    elif step == "ask_waiver":
        ask_waiver(SegmentationFinding.objects.get(site=site, rule=WAIVED[1], conduit__name=WAIVED[2]), by=by, **WAIVER)
    elif step == "let_stand":
        approve(
            _asked("EXCEPTION", site), by=by, decision_reason="Until the mast is rebuilt, with the filter as described."
        )
        recheck(site, now=clock.now())
    elif step == "certificates":
        for row in event["row"]:
            ends = year.today + timedelta(days=row["ends"])
            ComponentCertificate.objects.create(
                **{name: row[name] for name in CERTIFIED if name in row}, valid_until=ends
            )
    elif step == "answer":
        _answer(_place(event["row"], site), event["row"]["except"])
    elif step == "ask":
        ask_compensation(_given(event, site), by=by)
    else:
        approve(
            _asked("COMPENSATION", site),
            by=by,
            decision_reason="Seen on the round; good until the stations are replaced.",
        )


def _asked(kind: str, site: Site) -> Decision:
    return Decision.objects.get(site=site, kind=kind, status=Decision.Status.REQUESTED)


def _place(row: dict[str, Any], site: Site) -> Zone | Conduit:
    if "zone" in row:
        return Zone.objects.get(site=site, name=row["zone"])
    return Conduit.objects.get(site=site, name=row["conduit"])


def _given(event: dict[str, Any], site: Site) -> SrAnswer:
    place = _place(event["row"], site)
    return place.sr_answers.get(requirement__code=event["code"])


def _answer(place: Zone | Conduit, otherwise: dict[str, dict[str, Any]]) -> None:
    """Answer what the target asks for as met, and what is named otherwise as said."""
    named: Any = {"zone": place} if isinstance(place, Zone) else {"conduit": place}
    fresh = []
    for one in Requirement.objects.filter(catalogue__edition=EDITION).order_by("position"):
        given = otherwise.get(one.code)
        if given is None and (one.min_sl or 1) > (place.sl_t or [0] * 7)[foundational(one.code) - 1]:
            continue
        said: dict[str, Any] = {"answer": "MET", **(given or {})}
        said.pop("approved", None)
        fresh.append(SrAnswer(site_id=place.site_id, requirement=one, **named, **said))
    SrAnswer.objects.bulk_create(fresh)
    settle([place])
