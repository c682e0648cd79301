"""What people decide about an observed flow: it is declared, it is to be blocked, or it is let stand for a time by an exception."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from assets.models import Conduit, Flow, Protocol
from network.declared import services
from network.models import ObservedFlow
from policies.models import PolicyException
from policies.workflow import submit
from registers.door import may
from registers.history.origin import because
from registers.together import NOTHING, one_of_many
from registers.wake import wake
from registers.workflow import NotPossible, Transition, sentences, transition

S = ObservedFlow.Status


def _day(label: StrOrPromise, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


@transition(ObservedFlow, [S.NEW], S.DECLARED, again=[S.BLOCKED], label="Declare as a flow", main=True, asks={
    "purpose": forms.CharField(label=_("What it is for"), max_length=300),
    "protocol": forms.CharField(label=_("Protocol"), max_length=80, required=False, help_text=_("Empty: the one of the catalogue with this port.")),
    "review_on": _day(_("Review on"), required=False),
})  # fmt: skip
def declare(
    observed: ObservedFlow, *, by: User, purpose: str, protocol: str = "", review_on: date | None = None
) -> None:
    """Add the flow to the conduit between its two zones."""
    if observed.source_zone is None or observed.destination_zone is None:
        raise NotPossible(gettext("One of its addresses belongs to no zone. Add its network to a zone first."))
    source, other = observed.source_zone, observed.destination_zone
    ends = Q(zone_a=source, zone_b=other) | Q(zone_a=other, zone_b=source)
    conduit = Conduit.objects.filter(ends, site=observed.site_id).order_by("name").first()
    if conduit is None:
        raise NotPossible(
            gettext("No conduit joins {source} and {other}. Draw it first, or have the flow blocked.").format(
                source=source, other=other
            )
        )
    named = _protocol(observed, protocol.strip())
    flow = Flow(
        site=observed.site, conduit=conduit, initiator=source, protocol=named, ports=str(observed.port) if observed.protocol in {6, 17} else "",
        encrypted=named.secure, authenticated=named.secure, purpose=purpose, review_on=review_on,
    )  # fmt: skip
    if not may(by, "add", flow):
        raise PermissionDenied(gettext("You may not add flows at this site."))
    flow.full_clean()
    flow.save()
    observed.flow, observed.verdict = flow, ObservedFlow.Verdict.DECLARED
    transaction.on_commit(lambda: wake(Flow), robust=True)


def _protocol(observed: ObservedFlow, named: str) -> Protocol:
    """Return the protocol by its name, or the one of the catalogue that uses this port."""
    if named:
        found = Protocol.objects.filter(Q(code__iexact=named) | Q(name__iexact=named)).first()
        if found is None:
            raise ValidationError(
                {"protocol": gettext("There is no protocol '{name}' in the catalogue.").format(name=named[:60])}
            )
        if observed.protocol not in {number for number, _ports in services(Flow(protocol=found))}:
            raise ValidationError(
                {"protocol": gettext("{found} does not go by {words}.").format(found=found, words=observed.words)}
            )
        return found
    for one in Protocol.objects.order_by("pk"):
        for number, ports in services(Flow(protocol=one)):
            if one.ports and number == observed.protocol and any(low <= observed.port <= high for low, high in ports):
                return one
    raise ValidationError(
        {"protocol": gettext("No protocol of the catalogue uses {words}. Name it.").format(words=observed.words)}
    )


@transition(ObservedFlow, [S.NEW], S.BLOCKED, label="Have it blocked", asks={
    "owner": forms.CharField(label=_("Who blocks it"), max_length=120),
    "due_on": _day(_("Until")),
    "because_of": sentences(_("Reason"), required=False),
})  # fmt: skip
def block(observed: ObservedFlow, *, by: User, owner: str, due_on: date, because_of: str = "") -> None:
    """Have somebody close it by a day; seen again after that day, it is to be decided anew."""
    observed.owner, observed.due_on, observed.reason = owner, due_on, because_of


@transition(ObservedFlow, [S.NEW, S.BLOCKED], "", label="Ask to let it stand", asks={
    "because_of": sentences(_("Reason")), "compensating_control": sentences(_("Compensating control")),
})  # fmt: skip
def ask_waiver(
    observed: ObservedFlow, *, by: User, because_of: str, compensating_control: str, exception: PolicyException | None = None
) -> None:  # fmt: skip
    """Ask for an exception that lets it stand for a time, with what protects the plant meanwhile."""
    asked = observed.exception
    if asked is not None and asked.status == PolicyException.Status.SUBMITTED:
        raise NotPossible(
            gettext("This is asked for already: {asked}. Wait for the decision or withdraw the request.").format(
                asked=asked
            )
        )
    if exception is None:
        exception = _excepted([observed], because_of, compensating_control)
        submit(exception, by=by)
    observed.exception = exception


def _excepted(flows: list[ObservedFlow], because_of: str, control: str) -> PolicyException:
    more = f" and {len(flows) - 1} more" if len(flows) > 1 else ""
    return PolicyException.objects.create(
        site=flows[0].site, title=f"Undeclared flow {flows[0]}"[:160] + more, covers="\n".join(f"Undeclared: {one}" for one in flows),
        reason=because_of, compensating_control=control,
    )  # fmt: skip


@transition(ObservedFlow, [S.BLOCKED], S.NEW, label="Decide anew", asks={"because_of": sentences(_("Reason"))})
def reopen(observed: ObservedFlow, *, by: User, because_of: str) -> None:
    """Take back that it is to be blocked."""
    observed.owner, observed.due_on, observed.reason = "", None, because_of


STEPS = (declare, block, ask_waiver, reopen)


def together(
    step: Transition,
    flows: Iterable[ObservedFlow],
    *,
    by: Any,
    answers: Mapping[str, Any],
    seen: Mapping[int, int] = NOTHING,
) -> list[ObservedFlow]:
    """Take the same step for many flows of one site or several, all or none; those waived at one site share one exception."""
    chosen = sorted(flows, key=lambda one: one.pk)
    done: list[ObservedFlow] = []
    with because(by=by):
        shared: dict[int, PolicyException] = {}
        if step.name == "ask_waiver":
            for site in dict.fromkeys(one.site_id for one in chosen):
                here = [one for one in chosen if one.site_id == site]
                shared[site] = _excepted(here, answers["because_of"], answers["compensating_control"])
        for one in chosen:
            given = {**answers, "exception": shared[one.site_id]} if shared else answers
            done.append(one_of_many(step, one, by=by, answers=given, seen=seen))
        for exception in shared.values():
            submit(exception, by=by)
    return done
