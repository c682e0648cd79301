"""The page of a walk-down for the tablet: one asset at a time, three answers, and what no record tells of."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from assets import floor
from assets.floor_registers import WALKDOWNS
from assets.models import Asset, Sighting, WalkDown
from assets.registers import ASSETS
from registers.door import may
from registers.workflow import NotPossible

SHOWN = 40


@require_http_methods(["GET", "POST"])
def walk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the next asset of the round, or the one in the address (as its label leads here), and keep what is found."""
    record = WALKDOWNS.queryset(request.user).filter(pk=pk).first()
    if record is None:
        raise Http404("There is no such record.")
    if not may(request.user, "see", record):
        raise PermissionDenied
    form: Any = None
    if request.method == "POST":
        form = floor.see.form_class(request.POST)
        if form.is_valid():
            try:
                floor.see(record, by=request.user, **form.cleaned_data)
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
            except ValidationError as wrong:
                form.add_error(None, wrong.messages)
            else:
                told = Sighting.Result(form.cleaned_data["result"]).label
                messages.success(request, f"{request.POST.get('title', '')}: {told}".strip(": "))
                return redirect(f"{request.path}?after={request.POST.get('asset', '')}")
    return _shown(request, record, form)


def _shown(request: HttpRequest, record: WalkDown, form: Any) -> HttpResponse:
    left = list(floor.unseen(record).values_list("pk", "name", "location"))
    asset = _asked(request, record) or _next(request, record, [pk for pk, _name, _place in left])
    words = request.GET.get("q", "").strip().lower()
    waiting = [one for one in left if words in f"{one[1]} {one[2]}".lower() and (asset is None or one[0] != asset.pk)]
    recorded = {name: getattr(asset, name) for name in floor.CELLS} if asset else {}
    form = form or floor.see.form_class(initial=recorded | {"name": ""})
    seen = record.sightings.filter(asset=asset).first() if asset else None
    total = floor.expected(record).count()
    return render(request, "assets/walk.html", {
        "record": record, "asset": asset, "form": form, "cells": [form[name] for name in floor.CELLS], "left": len(left), "seen": seen,
        "done": total - len(left), "total": total, "waiting": waiting[:SHOWN], "more": max(0, len(waiting) - SHOWN), "words": words,
        "open": record.status == WalkDown.Status.RUNNING, "title": gettext("Walk-down"), "extra": request.GET.get("extra") or request.POST.get("result") == "UNKNOWN",
        "here": reverse("assets:walk", args=[record.pk]),
    }, status=422 if form.errors else 200)  # fmt: skip


def _asked(request: HttpRequest, record: WalkDown) -> Asset | None:
    key = request.POST.get("asset") or request.GET.get("asset", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    found: Asset | None = ASSETS.queryset(request.user).filter(site=record.site_id, pk=int(key)).first()
    if found is None:
        raise Http404("There is no such asset at this site.")
    return found


def _next(request: HttpRequest, record: WalkDown, left: list[int]) -> Asset | None:
    """Return the asset after the one just looked at, in the order of the round; after the last, the first that is left."""
    key = request.GET.get("after", "")
    order = list(floor.expected(record).values_list("pk", flat=True)) if key.isdigit() and len(key) < 19 else []
    behind = set(order[order.index(int(key)) + 1 :]) if key.isdigit() and len(key) < 19 and int(key) in order else set()
    chosen = next((pk for pk in left if pk in behind), next(iter(left), None))
    return ASSETS.queryset(request.user).filter(pk=chosen).first() if chosen else None
