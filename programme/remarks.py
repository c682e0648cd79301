"""Comments on records: anyone who sees a record of a site may speak on it."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.permissions import may
from programme.models import Comment
from registers.history.origin import because
from registers.mail import post

MENTION = re.compile(r"@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


def say(record: Any, *, by: User, text: str) -> Comment:
    """Keep a comment; people named as @e-mail get a letter, if they may see the record."""
    if not may(by, "view", record):
        raise PermissionDenied("You may not comment here.")
    said = text.strip()
    if not 1 <= len(said) <= 5000:
        raise ValidationError("Write 1 to 5,000 characters.")
    with because(by=by, step="programme.comment.say"):
        made = Comment.objects.create(site_id=record.site_id, about=record, author=by, text=said)
        for one in User.objects.filter(email__in=MENTION.findall(said), is_active=True).exclude(pk=by.pk):
            if may(one, "view", record):
                post([one.email], f"{by} named you on {record}", f"{by} wrote on {record}:\n\n{said}")
    return made
