"""What the programme adds to the page of any record: decisions, evidence, comments, tags."""

from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext

from programme import workflow
from programme.forms import ProofForm
from programme.models import Comment, Decision, Evidence
from programme.proofs import proofs_of, revisions
from programme.remarks import rendered, said_on
from programme.tags import Tag, tags_on, words_at
from registers.door import may, register_of, visible
from registers.history.past import day_at, moment
from registers.history.timeline import Entry


def _deciders(decision: Decision) -> list[Any]:
    """Return who may take this decision: by the authority table, and not the one who asked."""
    return [one for one in workflow.deciders_of(decision) if one.pk != decision.requested_by_id]


def frozen(decision: Decision, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of a decision's frozen state beside the live record, and who may decide."""
    changed, own = workflow.difference(decision), decision.requested_by_id == user.pk
    deciders = _deciders(decision) if decision.status == "REQUESTED" else []
    return "programme/_frozen.html", {
        "snapshot": sorted(decision.snapshot.items()), "digest": decision.digest, "changed": changed,
        "lapses": workflow.material(decision, changed),
        "back": decision.status == "ASKED_BACK", "about": decision.about, "deciders": deciders, "own": own, "yours": user in deciders,
        "authorities": workflow.authorities(decision) if decision.status == "REQUESTED" else [],
    }  # fmt: skip


def decisions_about(record: models.Model, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the decisions about a record, where there are any."""
    content_type = ContentType.objects.get_for_model(type(record))
    told = visible(Decision.objects.select_related("requested_by", "decided_by"), user)
    found = list(told.filter(content_type=content_type, object_id=record.pk).order_by("-pk")[:10])
    return ("programme/_decisions.html", {"decisions": found}) if found else None


def file_of(evidence: Evidence, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of what a piece of evidence holds and supports, and whether it is still good."""
    supports = evidence.requirements.select_related("catalogue").order_by("position")
    newest = not hasattr(evidence, "superseded_by")
    return "programme/_file.html", {
        "evidence": evidence, "supports": list(supports), "state": state_of(evidence, day_at(evidence.site)),
        "revisions": revisions(evidence), "about": evidence.about,
        "next": reverse("programme:supersede", args=[evidence.pk]) if newest and not moment() and may(user, "add", evidence) else "",
    }  # fmt: skip


def state_of(evidence: Evidence, on: date) -> str:
    """Return how good a piece of evidence is on a day: superseded, stale or valid."""
    if hasattr(evidence, "superseded_by"):
        return "SUPERSEDED"
    return "STALE" if evidence.stale(on) else "VALID"


def proofs_on(record: models.Model, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the evidence on a record of a site, with the form for those who may add some."""
    register = register_of(type(record))
    if register is None or getattr(record, "site_id", None) is None or isinstance(record, Comment | Evidence | Tag):
        return None
    on = day_at(record.site)  # type: ignore[attr-defined]
    rows = [{"one": one, "state": state_of(one, on)} for one in proofs_of(record)]
    form = None
    if not moment() and may(user, "add", Evidence(site_id=record.site_id)):  # type: ignore[attr-defined]
        form = ProofForm(user=user, on=on)
    if not rows and form is None:
        return None
    address = reverse("programme:prove", args=[register.name, record.pk])
    return "programme/_evidence.html", {"rows": rows, "form": form, "address": address}


def remarks(record: models.Model, user: Any) -> list[Entry]:
    """Return the comments on a record as entries of its timeline, each by its first line."""
    return [
        Entry(
            at=one.created_at,
            actor=str(one.author),
            verb=gettext("wrote"),
            kind="comment",
            text=one.text.splitlines()[0][:200],
        )
        for one in said_on(record)
    ]


def comments_on(record: models.Model, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel in which people speak on a record of a site."""
    register = register_of(type(record))
    if register is None or getattr(record, "site_id", None) is None or isinstance(record, Comment):
        return None
    said = [{"author": one.author, "at": one.created_at, "html": rendered(one.text)} for one in said_on(record)]
    address = "" if moment() else reverse("programme:comment", args=[register.name, record.pk])
    return "programme/_comments.html", {"comments": said, "address": address}


def tags_of(record: models.Model, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the tags of a record of a site, with the way to add one for those who may change it."""
    register = register_of(type(record))
    if register is None or getattr(record, "site_id", None) is None or isinstance(record, Tag | Comment):
        return None
    writable = moment() is None and may(user, "change", record)
    return "programme/_tags.html", {
        "rail": True, "tags": list(tags_on(record)), "list": reverse(f"{register.app}:{register.name}-list"),
        "address": reverse("programme:tag", args=[register.name, record.pk]) if writable else "",
        "words": words_at(record.site_id) if writable else [],  # type: ignore[attr-defined]
    }  # fmt: skip
