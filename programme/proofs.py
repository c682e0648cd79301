"""Evidence on records: whoever sees a record of a site sees what proves it; a new file supersedes the old, which stays."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext

from accounts.models import User
from accounts.permissions import may
from programme.models import Evidence, Judgement, Requirement
from registers import saving


def prove(
    record: Any, *, by: User, title: str, kind: str, effective_from: date, effective_to: date | None = None, file: Any = None,
    link: str = "", note: str = "", requirements: Iterable[Requirement] = (),
) -> Evidence:  # fmt: skip
    """Keep evidence on a record; its site is the record's."""
    if not may(by, "view", record):
        raise PermissionDenied(gettext("You may not keep evidence here."))
    made = Evidence(
        site_id=record.site_id, about=record, title=title, kind=kind, effective_from=effective_from, effective_to=effective_to,
        file=file or "", link=link, note=note,
    )  # fmt: skip
    return keep(made, by=by, requirements=requirements)


def next_of(old: Evidence) -> Evidence:
    """Return the next revision of a piece of evidence, not written yet: on the same record, of the same title and kind."""
    return Evidence(
        site_id=old.site_id, content_type=old.content_type, object_id=old.object_id, supersedes=old, title=old.title, kind=old.kind,
    )  # fmt: skip


def keep(made: Evidence, *, by: User, requirements: Iterable[Requirement] = ()) -> Evidence:
    """Check and write new evidence; raises ValidationError, PermissionDenied, NoSpace."""

    def write() -> Evidence:
        if not may(by, "add", made):
            raise PermissionDenied(gettext("You may not keep evidence here."))
        made.full_clean()
        made.save()
        made.requirements.set(supported(made, requirements))
        return made

    try:
        written: Evidence = saving.save(write, by=by, verb="add")
    except IntegrityError as twice:
        raise ValidationError(
            gettext("Somebody added the next revision in the meantime. Look at that one first.")
        ) from twice
    return written


def supported(made: Evidence, requirements: Iterable[Requirement] | None) -> set[int]:
    """Return the ids of the requirements that new evidence supports: those named, and the one whose judgement it stands on."""
    named = {one.pk for one in requirements or ()}
    return named | ({made.about.requirement_id} if isinstance(made.about, Judgement) else set())


def proofs_of(record: models.Model) -> models.QuerySet[Evidence]:
    """Return the evidence on a record and that which it names, newest first; whoever sees the record sees it."""
    content_type = ContentType.objects.get_for_model(type(record))
    proves = models.Q(content_type=content_type, object_id=record.pk)
    for field in record._meta.many_to_many:
        if field.related_model is Evidence:
            proves |= models.Q(pk__in=getattr(record, field.name).values("pk"))
    return Evidence._default_manager.filter(proves).select_related("superseded_by").order_by("-effective_from", "-pk")


def revisions(evidence: Evidence) -> list[Evidence]:
    """Return all revisions of a piece of evidence, newest first."""
    chain = [evidence]
    while (newer := getattr(chain[0], "superseded_by", None)) is not None:
        chain.insert(0, newer)
    while (older := chain[-1].supersedes) is not None:
        chain.append(older)
    return chain


def unproven() -> models.Q:
    """Return: said to be met, and no evidence of that site supports it."""
    proof = Evidence.objects.filter(
        site=models.OuterRef("site"), requirements=models.OuterRef("requirement"), superseded_by=None
    )
    return models.Q(status=Judgement.Status.MET, applicable=True) & ~models.Q(models.Exists(proof))
