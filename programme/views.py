"""Pages of the programme that no register gives: a comment, a tag, a file."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from programme.api import file_of
from programme.registers import EVIDENCE, TAGS
from programme.remarks import find, say
from programme.tags import put, take_off


@require_POST
def comment(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    """Say something on a record."""
    record = find(request.user, register, pk)
    try:
        say(record, by=request.user, text=request.POST.get("text", ""))  # type: ignore[arg-type]
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    return redirect(record)


@require_POST
def tag(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    """Put a tag on a record."""
    record = find(request.user, register, pk)
    try:
        put(record, by=request.user, name=request.POST.get("name", ""))  # type: ignore[arg-type]
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    return redirect(f"{record.get_absolute_url()}#tags")


@require_POST
def untag(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tag off its record."""
    found = TAGS.queryset(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such record.")
    record = found.about
    take_off(found, by=request.user)  # type: ignore[arg-type]
    return redirect(f"{record.get_absolute_url()}#tags" if record is not None else "programme:tags-list")


def evidence_file(request: HttpRequest, pk: int) -> Any:
    """Take a file of evidence away."""
    found = EVIDENCE.queryset(request.user).filter(pk=pk).first()
    if found is None or not found.file:
        raise Http404("There is no such record.")
    return file_of(found)
