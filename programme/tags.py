"""Tags: short words that people put on records of a site to find them again."""

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord, User
from registers.door import may
from registers.history.origin import because
from registers.history.track import history


@history()
class Tag(SiteRecord):
    """A word on a record; its site is that of the record."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, editable=False)
    object_id = models.BigIntegerField(editable=False)
    about = GenericForeignKey()
    name = models.CharField(_("tag"), max_length=40)

    class Meta(SiteRecord.Meta):
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint("content_type", "object_id", Lower("name"), name="tag_once"),
        ]
        indexes = [models.Index("content_type", Lower("name"), name="tag_by_name")]

    def __str__(self) -> str:
        return self.name


def put(record: Any, *, by: User, name: str) -> Tag:
    """Put a tag on a record; one that it carries already is returned as it is."""
    if not may(by, "change", record):
        raise PermissionDenied(gettext("You may not put tags here."))
    word = " ".join(name.split())
    if not 1 <= len(word) <= 40 or "," in word:
        raise ValidationError({"name": gettext("Write 1 to 40 characters, without a comma.")})
    with because(by=by, step="programme.tag.put"):
        kept = tags_on(record).filter(name__iexact=word).first()
        return kept or Tag.objects.create(site_id=record.site_id, about=record, name=word)


def take_off(tag: Tag, *, by: User) -> None:
    """Take a tag off its record; who may change the record may do so."""
    if not may(by, "change", tag.about or tag):
        raise PermissionDenied(gettext("You may not take this tag off."))
    with because(by=by, step="programme.tag.take_off"):
        tag.delete()


def tags_on(record: models.Model) -> models.QuerySet[Tag]:
    """Return the tags of a record in alphabetical order; whoever sees the record sees them."""
    content_type = ContentType.objects.get_for_model(type(record))
    return Tag.objects.filter(content_type=content_type, object_id=record.pk).order_by(Lower("name"))


def tagged(queryset: models.QuerySet[Any], name: str) -> models.QuerySet[Any]:
    """Narrow a queryset to the records that carry a tag of this name, whatever its case."""
    content_type = ContentType.objects.get_for_model(queryset.model)
    named = Tag.objects.annotate(small=Lower("name")).filter(content_type=content_type, small=name.lower())
    return queryset.filter(pk__in=named.values("object_id"))


def words_at(site: int) -> list[str]:
    """Return the tags that are used at a site, for the person who writes another one there."""
    return list(Tag.objects.filter(site=site).order_by("name").values_list("name", flat=True).distinct()[:200])
