"""Pages of rule sets and observed flows: bring a file in, and decide about many flows together."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from network import captures, rulesets
from network.deciding import STEPS, together
from network.flow_forms import CaptureForm, RulesetForm
from network.flow_registers import CAPTURES, OBSERVED, RULESETS
from registers.api.jobs import keep
from registers.register import Register
from registers.storage import NoSpace
from registers.workflow import NotPossible, Transition

MANY = {step.name: step for step in STEPS}
MOST = 500


def take_ruleset(request: HttpRequest) -> HttpResponse:
    """Ask for a rule set's file and start taking it in."""
    return _take(request, RULESETS, RulesetForm, rulesets.ask, "network/take_ruleset.html")


def take_capture(request: HttpRequest) -> HttpResponse:
    """Ask for a log of connections and start taking it in."""
    return _take(request, CAPTURES, CaptureForm, captures.ask, "network/take_capture.html")


def _take(request: HttpRequest, register: Register, form_class: Any, ask: Callable[..., Any], template: str) -> HttpResponse:  # fmt: skip
    if not register.may_anywhere(request.user, "import"):
        raise PermissionDenied
    form = form_class(
        request.POST or None, request.FILES or None, user=request.user, initial={"site": request.GET.get("site")}
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        upload = given.pop("file")
        try:
            return redirect(ask(request.user, name=str(upload.name), path=keep(upload), **given))
        except NoSpace as full:
            form.add_error("file", str(full))
    address = f"/network/{register.name}/"
    context = {"form": form, "list_url": address, "list_title": register.title, "title": f"Take in a {register.one}"}
    return render(request, template, context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> Any:
    """Return the observed flows that are ticked, or all that the filter of the list lets through."""
    records = OBSERVED.queryset(request.user)
    if request.POST.get("all"):
        return OBSERVED.filterset_class(QueryDict(request.POST.get("query", "")), records, request=request).qs
    keys = [key for key in request.POST.getlist("ids") if key.isascii() and key.isdigit() and len(key) < 19]
    return records.filter(pk__in=keys)


def _words(step: Transition) -> dict[str, str]:
    """Return a step as a template may read it, since it would call the step itself."""
    return {"name": step.name, "title": step.title, "explain": step.explain}


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Take one step for many observed flows: choose the step, answer once, all or none."""
    found = list(_chosen(request).order_by("pk")[:MOST])
    if not found:
        raise Http404("There are no such records.")
    if not OBSERVED.may_anywhere(request.user, "block"):
        raise PermissionDenied
    open_to = [step for step in MANY.values() if any(step.open_to(request.user, one) for one in found)]
    step = MANY.get(request.POST.get("step", ""))
    form: Any = None
    if step is not None:
        form = step.form_class(request.POST if request.POST.get("confirm") else None)
        if form.is_bound and form.is_valid():
            try:
                moved = together(step, found, by=request.user, answers=form.cleaned_data)
                messages.success(request, f"{step.title}: {len(moved)} done.")
                return redirect("network:observed-flows-list")
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
    return render(request, "network/together.html", {
        "records": found, "step": _words(step) if step else None, "steps": [_words(one) for one in open_to], "form": form, "title": "Decide about many flows", "count": len(found),
    }, status=422 if form is not None and form.is_bound else 200)  # fmt: skip
