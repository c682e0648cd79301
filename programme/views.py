"""Pages of the programme that no register gives: a comment, a tag, evidence on a record and its next revision, a file."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from rest_framework.exceptions import NotFound

from accounts.chosen import named, sites_of
from accounts.reauthentication import sensitive
from programme import packs
from programme.api import file_of
from programme.forms import ProofForm
from programme.models import Catalogue, Evidence
from programme.proofs import keep, next_of
from programme.registers import EVIDENCE, TAGS
from programme.remarks import find, say
from programme.tags import put, take_off
from registers.door import may
from registers.history.past import day_at, moment


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
        raise Http404(gettext("There is no such record."))
    record = found.about
    take_off(found, by=request.user)  # type: ignore[arg-type]
    return redirect(f"{record.get_absolute_url()}#tags" if record is not None else "programme:tags-list")


def prove_record(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    """Keep evidence on a record."""
    record = find(request.user, register, pk)
    return _kept(
        request,
        Evidence(site_id=record.site_id, about=record),
        record,
        gettext("Add evidence: {record}").format(record=record),
        lambda: (),
    )


def supersede_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the next revision of a piece of evidence."""
    old = _seen(request, pk)
    return _kept(
        request, next_of(old), old, gettext("Next revision of {evidence}").format(evidence=old), old.requirements.all
    )


def _kept(
    request: HttpRequest, made: Evidence, back: Any, title: str, supports: Callable[[], Any]
) -> HttpResponse:  # fmt: skip
    """Show the form of new evidence and keep what it gives."""
    if moment() is not None or not may(request.user, "add", made):
        raise PermissionDenied(gettext("You may not keep evidence here."))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ProofForm(*sent, instance=made, user=request.user, on=day_at(back.site))
    if form.is_bound and form.is_valid():
        try:
            written = keep(form.instance, by=request.user, requirements=supports())  # type: ignore[arg-type]
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        else:
            messages.success(request, gettext("{evidence} is kept as evidence.").format(evidence=written))
            return redirect(written if made.supersedes_id else back)
    context = {
        "form": form, "title": title, "submit_label": gettext("Keep as evidence"), "cancel_url": back.get_absolute_url(), "record": back,
    }  # fmt: skip
    return render(request, "registers/form.html", context, status=422 if form.errors else 200)


@sensitive()
@require_POST
def ask_for_pack(request: HttpRequest) -> HttpResponse:
    """Start the job that packs the evidence of a site, and lead to it."""
    site = named(sites_of(request.user), request.POST.get("site", ""))
    catalogue = request.POST.get("catalogue", "")
    if site is None or (catalogue and catalogue not in dict(Catalogue.choices())):
        raise Http404(gettext("There is no such site or catalogue."))
    return redirect(packs.ask(request.user, site, catalogue))  # type: ignore[arg-type]


def _seen(request: HttpRequest, pk: int) -> Evidence:
    found: Evidence | None = EVIDENCE.queryset(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such record."))
    return found


def evidence_file(request: HttpRequest, pk: int) -> Any:
    """Take a file of evidence away."""
    found = _seen(request, pk)
    if not found.file:
        raise Http404(gettext("There is no such record."))
    try:
        return file_of(found)
    except NotFound as gone:
        messages.error(request, str(gone.detail))
        return redirect(found)
