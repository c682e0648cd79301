"""The registers of the programme."""

from typing import Any

from django.utils.functional import cached_property

from programme import bargaining, judging, panels, workflow
from programme.forms import authority_form
from programme.models import Authority, Catalogue, Comment, Decision, Evidence, Judgement, Requirement
from programme.tags import Tag
from registers.register import Register
from registers.views import RecordDetail


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
    transitions = (judging.judge, judging.ask_not_applicable)
    verbs = frozenset({"add", "change"})


class DecisionPage(RecordDetail):
    """A decision, with the steps that fit what was asked for."""

    def steps(self, record: Any) -> list[dict[str, Any]]:
        """Leave out an earlier end where none was asked for, and the answer for all but the one who asked."""
        own = record.requested_by_id == self.request.user.pk
        fits = {bargaining.approve_for_less.name: record.expires_on is not None, bargaining.reply.name: own}
        unfit = {self.link(name, record.pk) for name, fit in fits.items() if not fit}
        return [step for step in super().steps(record) if step["url"] not in unfit]


class DecisionRegister(Register):
    model, name, step = Decision, "decisions", 1
    fields = ("reason",)
    shows = (
        "title", "kind", "level", "site", "status", "requested_by", "requested_at", "snapshot", "digest", "decided_by",
        "decided_at", "decision_reason", "expires_on", "ended_because", "question", "asked_back_by", "answer",
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
    joins = ("site", "requested_by", "asked_back_by", "decided_by")
    sections = (
        ("Asked", ("kind", "level", "site", "requested_by", "requested_at", "reason")),
        ("Asked back", ("asked_back_by", "question", "answer")),
        ("Decided", ("status", "decided_by", "decided_at", "decision_reason", "expires_on", "ended_because")),
        ("Frozen state", ("digest",)),
    )
    transitions = (
        workflow.approve, bargaining.approve_for_less, bargaining.ask_back, workflow.refuse, bargaining.reply, workflow.withdraw,
    )  # fmt: skip
    detail_view = DecisionPage
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
    sensitive = Register.sensitive | {"add", "change"}
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
    sensitive = frozenset({"export"})

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
    sensitive = Register.sensitive | {"packs"}
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


PANELS: tuple[Any, ...] = (
    (Decision, panels.frozen),
    (Evidence, panels.file_of),
    *((None, panel) for panel in (panels.tags_of, panels.decisions_about, panels.proofs_on, panels.comments_on)),
)
