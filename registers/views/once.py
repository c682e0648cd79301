"""A form that makes a record is taken once: sent again as it was, by a double click or after Back, it leads to what it made."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext

from registers.api.idempotency import claim, digest
from registers.models import IdempotencyKey

MARK = re.compile(r"[0-9a-f]{32}")


def mark(request: HttpRequest) -> str:
    """Return the mark that a form carries: the one it was sent with, or a new one."""
    return request.POST.get("once") or uuid4().hex


def once(request: HttpRequest, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what the form asks, or lead to what the same form with the same contents did before; mark and work commit together."""
    if not MARK.fullmatch(request.POST.get("once", "")):
        return do()
    person: Any = request.user
    sent = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    key = f"form-{digest(request.path, [sent, dict(request.FILES.lists())])}"
    with transaction.atomic():
        kept = claim(person, key)
        if kept is None:
            messages.info(request, gettext("This was sent before and is saved once: here it is."))
            return redirect(IdempotencyKey.objects.get(owner=person, key=key).headers["Location"])
        answer = do()
        if isinstance(answer, HttpResponseRedirect):
            kept.status, kept.headers = answer.status_code, {"Location": answer.url}
            kept.save(update_fields=["status", "headers"])
        else:
            kept.delete()
    return answer
