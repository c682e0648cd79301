"""The registers of the programme."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from programme import workflow
from programme.forms import ProofForm, authority_form
from programme.models import Authority, Catalogue, Comment, Decision, Evidence, Judgement, Requirement
from programme.proofs import proofs_of, revisions
from programme.remarks import rendered, said_on
from programme.tags import Tag, tags_on, words_at
from registers.door import may, register_of
from registers.history.past import moment
from registers.history.timeline import Entry
from registers.register import Register


class CatalogueRegister(Register):
    model, name, step = Catalogue, "catalogues", 11
    shows = ("edition", "title")
    columns = ("edition", "title")
    search = ("edition", "title")
    order = ("edition",)
    verbs = frozenset()


class RequirementRegister(Register):
    model, name, step = Requirement, "requirements", 11
    shows = (
        "catalogue", "code", "title", "parent", "group", "category", "obligation", "min_sl", "cycle_months", "evidence", "crosswalk", "confidence", "source",
    )  # fmt: skip
    columns = ("code", "title", "group", "catalogue", "obligation", "min_sl", "category", "cycle_months", "confidence")
    filters = ("catalogue", "code", "group", "category", "parent", "min_sl")
    search = ("code", "title", "group")
    order = ("catalogue", "position")
    joins = ("catalogue",)
    verbs = frozenset()

    @property
    def serializer_class(self) -> Any:
        from programme.api import REQUIREMENT_SERIALIZER

        return REQUIREMENT_SERIALIZER

    @property
    def filterset_class(self) -> Any:
        from programme.api import RequirementFilter

        return RequirementFilter


class JudgementRegister(Register):
    model, name, step = Judgement, "judgements", 11
    fields = ("site", "requirement", "target_maturity", "cycle_months")
    shows = ("applicable", "justification", "status", "maturity", "reason", "judged_by", "judged_at")
    columns = (
        "__str__",
        "site",
        "status",
        "maturity",
        "target_maturity",
        "applicable",
        "reason",
        "judged_by",
        "judged_at",
    )
    filters = ("site", "requirement", "status", "applicable", "maturity")
    search = ("requirement__code", "requirement__title", "reason")
    order = ("site", "requirement__position")
    joins = ("site", "requirement", "judged_by")
    transitions = (workflow.judge, workflow.ask_not_applicable)
    verbs = frozenset({"add", "change"})


class DecisionRegister(Register):
    model, name, step = Decision, "decisions", 1
    fields = ("reason",)
    shows = (
        "title", "kind", "level", "site", "status", "requested_by", "requested_at", "snapshot", "digest", "decided_by",
        "decided_at", "decision_reason", "expires_on", "ended_because",
    )  # fmt: skip
    columns = (
        "title",
        "kind",
        "site",
        "status",
        "requested_by",
        "requested_at",
        "decided_by",
        "decided_at",
        "expires_on",
    )
    filters = ("site", "kind", "level", "status", "expires_on")
    search = ("title", "reason")
    order = ("-pk",)
    joins = ("site", "requested_by", "decided_by")
    sections = (
        ("Asked", ("kind", "level", "site", "requested_by", "requested_at", "reason")),
        ("Decided", ("status", "decided_by", "decided_at", "decision_reason", "expires_on", "ended_because")),
        ("Frozen state", ("digest",)),
    )
    transitions = (workflow.approve, workflow.refuse, workflow.withdraw)
    verbs = frozenset({"change"})
    controlled = True
    clause = "IEC 62443-2-1:2024 ORG 1.3"


class AuthorityRegister(Register):
    model, name, step = Authority, "authorities", 1
    fields = ("kind", "role", "up_to_level", "only_at", "most_days")
    columns = ("__str__", "role", "kind", "up_to_level", "only_at", "most_days")
    filters = ("kind", "role", "only_at")
    order = ("kind", "role", "pk")
    joins = ("only_at",)
    clause = "IEC 62443-2-1:2024 ORG 1.3"

    @cached_property
    def form_class(self) -> Any:
        """The form, with the kinds to choose from."""
        return authority_form(super().form_class)


class CommentRegister(Register):
    model, name, step = Comment, "comments", 11
    shows = ("site", "about", "author", "text")
    columns = ("__str__", "author", "site", "created_at")
    filters = ("site", "author", "created_at")
    search = ("text",)
    order = ("-pk",)
    joins = ("site", "author")
    verbs = frozenset()

    @property
    def serializer_class(self) -> Any:
        from programme.api import COMMENT_SERIALIZER

        return COMMENT_SERIALIZER

    @property
    def viewset_class(self) -> Any:
        from programme.api import COMMENT_VIEWSET

        return COMMENT_VIEWSET


class TagRegister(Register):
    model, name, step = Tag, "tags", 13
    shows = ("site", "about", "name")
    columns = ("name", "site", "created_at")
    filters = ("site", "name")
    search = ("name",)
    order = ("name", "pk")
    joins = ("site",)
    verbs = frozenset({"delete"})

    @property
    def serializer_class(self) -> Any:
        from programme.api import TAG_SERIALIZER

        return TAG_SERIALIZER

    @property
    def viewset_class(self) -> Any:
        from programme.api import TAG_VIEWSET

        return TAG_VIEWSET


class EvidenceRegister(Register):
    model, name, step = Evidence, "evidence", 11
    fields = ("site", "title", "kind", "file", "link", "note", "effective_from", "effective_to", "requirements")
    shows = ("about", "supersedes", "file_name", "media_type", "size", "sha256")
    sections = (("Facts", ("site", "kind", "effective_from", "effective_to", "media_type")),)
    columns = ("title", "kind", "site", "effective_from", "effective_to", "file_name", "sha256")
    filters = ("site", "kind", "effective_to")
    search = ("title", "note", "file_name", "sha256")
    order = ("-effective_from", "title")
    joins = ("site",)
    clause = "IEC 62443-2-1:2024 ORG 2.4"

    @property
    def serializer_class(self) -> Any:
        from programme.api import EVIDENCE_SERIALIZER

        return EVIDENCE_SERIALIZER

    @property
    def viewset_class(self) -> Any:
        from programme.api import EVIDENCE_VIEWSET

        return EVIDENCE_VIEWSET


DECISIONS, EVIDENCE, JUDGEMENTS, REQUIREMENTS = (
    DecisionRegister(),
    EvidenceRegister(),
    JudgementRegister(),
    RequirementRegister(),
)
AUTHORITIES, COMMENTS, TAGS = AuthorityRegister(), CommentRegister(), TagRegister()
REGISTERS = (DECISIONS, AUTHORITIES, REQUIREMENTS, JUDGEMENTS, EVIDENCE, COMMENTS, TAGS, CatalogueRegister())


def _deciders(decision: Decision) -> list[Any]:
    """Return who may take this decision: by the authority table, and not the one who asked."""
    return [one for one in workflow.deciders_of(decision) if one.pk != decision.requested_by_id]


def frozen(decision: Decision, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of a decision's frozen state beside the live record, and who may decide."""
    return "programme/_frozen.html", {
        "snapshot": sorted(decision.snapshot.items()), "digest": decision.digest, "changed": workflow.difference(decision),
        "about": decision.about, "deciders": _deciders(decision) if decision.status == "REQUESTED" else [],
        "own": decision.requested_by_id == user.pk,
    }  # fmt: skip


def decisions_about(record: models.Model, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the decisions about a record, where there are any."""
    content_type = ContentType.objects.get_for_model(type(record))
    found = list(DECISIONS.queryset(user).filter(content_type=content_type, object_id=record.pk).order_by("-pk")[:10])
    return ("programme/_decisions.html", {"decisions": found}) if found else None


def day_of(site: Any) -> date:
    """Return the day that counts at a site: of the moment that is read, or today there."""
    return (moment() or timezone.now()).astimezone(ZoneInfo(site.time_zone)).date()


def file_of(evidence: Evidence, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of what a piece of evidence holds and supports, and whether it is still good."""
    supports = evidence.requirements.select_related("catalogue").order_by("position")
    newest = not hasattr(evidence, "superseded_by")
    return "programme/_file.html", {
        "evidence": evidence, "supports": list(supports), "state": state_of(evidence, day_of(evidence.site)),
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
    if register is None or not hasattr(record, "site_id") or isinstance(record, Comment | Evidence | Tag):
        return None
    on = day_of(record.site)  # type: ignore[attr-defined]
    rows = [{"one": one, "state": state_of(one, on)} for one in proofs_of(record)]
    form = None
    if not moment() and may(user, "add", Evidence(site_id=record.site_id)):
        form = ProofForm(user=user, on=on)
    if not rows and form is None:
        return None
    address = reverse("programme:prove", args=[register.name, record.pk])
    return "programme/_evidence.html", {"rows": rows, "form": form, "address": address}


def remarks(record: models.Model, user: Any) -> list[Entry]:
    """Return the comments on a record as entries of its timeline, each by its first line."""
    return [
        Entry(
            at=one.created_at, actor=str(one.author), verb="wrote", kind="comment", text=one.text.splitlines()[0][:200]
        )
        for one in said_on(record)
    ]


def comments_on(record: models.Model, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel in which people speak on a record of a site."""
    register = register_of(type(record))
    if register is None or not hasattr(record, "site_id") or isinstance(record, Comment):
        return None
    said = [{"author": one.author, "at": one.created_at, "html": rendered(one.text)} for one in said_on(record)]
    address = "" if moment() else reverse("programme:comment", args=[register.name, record.pk])
    return "programme/_comments.html", {"comments": said, "address": address}


def tags_of(record: models.Model, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the tags of a record of a site, with the way to add one for those who may change it."""
    register = register_of(type(record))
    if register is None or not hasattr(record, "site_id") or isinstance(record, Tag | Comment):
        return None
    writable = moment() is None and may(user, "change", record)
    return "programme/_tags.html", {
        "rail": True, "tags": list(tags_on(record)), "list": reverse(f"{register.app}:{register.name}-list"),
        "address": reverse("programme:tag", args=[register.name, record.pk]) if writable else "",
        "words": words_at(record.site_id) if writable else [],
    }  # fmt: skip


PANELS: tuple[Any, ...] = (
    (Decision, frozen), (Evidence, file_of), (None, tags_of), (None, decisions_about), (None, proofs_on), (None, comments_on),
)  # fmt: skip
