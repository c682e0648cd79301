"""Comments on records: anyone who sees a record of a site may speak on it."""

import re
from typing import Any

import nh3
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt

from accounts.models import User
from accounts.permissions import may
from programme.models import Comment, Decision, Evidence
from programme.tags import Tag
from registers.door import registers
from registers.history.origin import because
from registers.mail import write
from registers.notices import tell

MENTION = re.compile(r"@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")
TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a", "h1", "h2", "h3", "hr"}


def find(user: Any, name: str, key: int) -> Any:
    """Return a record of a site by its register's name and its id, 404 when it is not there for this person."""
    register = next((one for one in registers() if one.name == name), None)
    record = register.queryset(user).filter(pk=key).first() if register else None
    if record is None:
        raise Http404(gettext("There is no such record."))
    if getattr(record, "site_id", None) is None:
        raise PermissionDenied(gettext("This is kept on records of a site only."))
    return record


def say(record: Any, *, by: User, text: str) -> Comment:
    """Keep a comment; people named as @e-mail get a letter, if they may see the record."""
    if not may(by, "view", record):
        raise PermissionDenied(gettext("You may not comment here."))
    said = text.strip()
    if not 1 <= len(said) <= 5000:
        raise ValidationError({"text": gettext("Write 1 to 5,000 characters.")})
    with because(by=by, step="programme.comment.say"):
        made = Comment.objects.create(site_id=record.site_id, about=record, author=by, text=said)
        named = {address.lower().rstrip(".") for address in MENTION.findall(said)}
        for one in User.objects.filter(email__in=named, is_active=True).exclude(pk=by.pk):
            if may(one, "view", record):
                with translation.override(one.language):
                    title = gettext("{by} named you on {record}").format(by=by, record=record)
                    text = gettext("{by} wrote on {record}:").format(by=by, record=record)
                write(one, title, f"{text}\n\n{said}", about=record)
                tell(one, title, record.get_absolute_url())
    return made


def rendered(text: str) -> SafeString:
    """Return Markdown as HTML that holds words and links only; whatever else was written stands there as text."""
    html = MARKDOWN.render(text)
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return mark_safe(clean)  # noqa: S308


def said_on(record: models.Model) -> models.QuerySet[Comment]:
    """Return the comments on a record, oldest first; whoever sees the record sees them."""
    content_type = ContentType.objects.get_for_model(type(record))
    found = Comment._default_manager.filter(content_type=content_type, object_id=record.pk)
    return found.select_related("author").order_by("pk")


def misplaced() -> list[str]:
    """Return, in words, what is kept at another site than the record that it is about; none is right."""
    found = []
    for model in (Decision, Comment, Tag, Evidence):
        for one in model._default_manager.prefetch_related("about").iterator(chunk_size=500):
            site = getattr(one.about, "site_id", None)
            if one.about is not None and site != one.site_id:
                found.append(f"{model._meta.verbose_name} {one.pk} is kept at another site than {one.about}")
    return found
