"""The page of one step for many records: choose the step, answer once, all or none."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from registers.saving import Stale
from registers.together import MOST, Many, site_of
from registers.views.change import WritingView
from registers.workflow import NotPossible, Transition

SHOWN = 30


def _words(step: Transition) -> dict[str, str]:
    """Return a step as a template may read it, since it would call the step itself."""
    return {"name": step.name, "title": step.title, "explain": step.explain}


class RecordTogether(WritingView):
    """Takes a step for the ticked records, or for all that the list's filter lets through."""

    template = "together"
    many: Many = None  # type: ignore[assignment]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Offer the steps, ask what the chosen one asks, then take it."""
        many = self.many
        found = list(self.chosen().order_by("pk")[:MOST])
        if not found:
            raise Http404(gettext("There are no such records."))
        if not many.may_anywhere(self.register, request.user):
            raise PermissionDenied
        open_to = [step for step in many.steps.values() if any(step.open_to(request.user, one) for one in found)]
        step, form = many.steps.get(request.POST.get("step", "")), None
        if step is not None:
            form = self._form(step, found)
            if form.is_bound and form.is_valid():
                try:
                    moved = many.take(step, found, by=request.user, answers=form.cleaned_data, seen=self._seen())
                except NotPossible as refusal:
                    form.add_error(None, str(refusal))
                except Stale as stale:
                    told = gettext("This was changed since you read it. Read it again, then go on.")
                    form.add_error(None, f"{stale.current}: {told}")
                else:
                    messages.success(request, gettext("{step}: {n} done.").format(step=step.title, n=len(moved)))
                    return redirect(self.link("list"))
        register, shown = self.register, found[:SHOWN]
        return self.page(
            422 if form is not None and form.is_bound else 200, read=[(one.pk, one.revision) for one in found], count=len(found), form=form,
            shown=[(getattr(one, many.badge), getattr(one, f"get_{many.badge}_display")(), one) for one in shown],
            step=step and _words(step), steps=[_words(one) for one in open_to], hint=many.hint, more=len(found) - len(shown),
            title=gettext("Take a step for many"), cancel_url=self.link("list"),
            noun=register.one if len(found) == 1 else register.plural,
        )  # fmt: skip

    def _seen(self) -> dict[int, int]:
        """Return the revision of each record that the page showed."""
        told = (text.partition("-") for text in self.request.POST.getlist("seen"))
        whole = re.compile(r"[0-9]{1,9}").fullmatch
        return {int(key): int(revision) for key, _dash, revision in told if whole(key) and whole(revision)}

    def _form(self, step: Transition, found: list[Any]) -> Any:
        sent = self.request.POST if self.request.POST.get("confirm") else None
        return step.form_class(sent, user=self.request.user, site=site_of(found))
