"""Pages of the programme that no register gives: a comment, a file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from programme.api import file_of
from programme.registers import EVIDENCE
from programme.remarks import say
from registers.door import registers
from registers.register import Register


def find(user: Any, name: str, pk: int) -> Any:
    """Return a record of any register through its door, 404 when it is not there for this person."""
    register: Register | None = next((one for one in registers() if one.name == name), None)
    record = register.queryset(user).filter(pk=pk).first() if register else None
    if record is None:
        raise Http404("There is no such record.")
    return record


@require_POST
def comment(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    """Say something on a record."""
    record = find(request.user, register, pk)
    if not hasattr(record, "site_id"):
        raise PermissionDenied("Comments are kept on records of a site.")
    say(record, by=request.user, text=request.POST.get("text", ""))  # type: ignore[arg-type]
    return redirect(record)


def evidence_file(request: HttpRequest, pk: int) -> Any:
    """Take a file of evidence away."""
    found = EVIDENCE.queryset(request.user).filter(pk=pk).first()
    if found is None or not found.file:
        raise Http404("There is no such record.")
    return file_of(found)
