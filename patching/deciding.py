"""The verdict on one match beside all matches of its advisory: the steps of the match's own page, behind one form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patching.models import Match
from patching.workflow import confirm, investigate, reject
from programme.panels import proofs_on
from registers import saving
from registers.door import register_of
from registers.history.past import moment
from registers.views import RecordDetail
from registers.workflow import NotPossible, StepForm, sentences

STEPS = {step.name: step for step in (confirm, reject, investigate)}


class VerdictForm(StepForm):
    """Which verdict, why, and the revision of the match that was read."""

    step = forms.ChoiceField(label=_("Verdict"), choices=[
        (confirm.name, _("Affected")), (reject.name, _("Not affected")), (investigate.name, _("Under investigation")),
    ])  # fmt: skip
    justification = forms.ChoiceField(
        label=_("VEX justification"), choices=[("", _("choose")), *Match.Justification.choices]
    )
    decision_reason = sentences(_("How do you know?"), most=500)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, match: Match, user: Any) -> None:
        super().__init__(*args, user=user, site=match.site_id, initial={"seen": match.revision})
        self.match = match
        self.fields["justification"].required = self.data.get("step") not in {confirm.name, investigate.name}
        self.fields["decision_reason"].help_text = gettext("What was checked, where and when. Kept with the verdict.")

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The verdicts to choose from, each with what follows from it."""
        due = self.match.due_on
        follows = {
            confirm.name: gettext("stays open until it is patched, due {day}").format(day=due) if due else gettext("stays open until it is patched"),
            reject.name: gettext("closes the match until the advisory changes"),
            investigate.name: gettext("stays open, due {day}, while you find out").format(day=due) if due else gettext("stays open while you find out"),
        }  # fmt: skip
        chosen = self["step"].value()
        return [
            {"value": value, "label": label, "follows": follows[value], "on": value == chosen}
            for value, label in self.fields["step"].choices  # type: ignore[attr-defined]
        ]

    def take(self, *, by: Any) -> None:
        """Take the chosen step unless the match moved on; raises what the step raises, and Stale."""
        given = self.cleaned_data
        step = STEPS[given["step"]]
        answers = {name: given[name] for name in step.asks}
        step(self.match, by=by, revision=given["seen"], **answers)

    def start_anew(self, current: Any) -> None:
        """Keep what was typed for the match as it stands now, and say that it is another."""
        self.data = {**self.data, "seen": current.revision}
        self.add_error(None, gettext("This match changed since you opened it. Read it again, then save."))


class DecidingPage(RecordDetail):
    """The page of an advisory on which one of its matches, named in the address, is decided."""

    tried: tuple[VerdictForm, int] | None = None

    def chosen(self) -> Match | None:
        """Return the match that the address names, if it is one of this advisory that this person sees."""
        key = self.request.GET.get("decide", "")
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        register: Any = register_of(Match)
        found: Match | None = register.queryset(self.request.user).filter(advisory=self.kwargs["pk"], pk=key).first()
        return found

    def verdict(self) -> dict[str, Any]:
        """Return the form beside the matches, for those who may decide the chosen one."""
        match = self.chosen()
        user = self.request.user
        if match is None or moment() or not any(step.open_to(user, match) for step in STEPS.values()):
            return {}
        form = self.tried[0] if self.tried else VerdictForm(match=match, user=user)
        return {"deciding": match, "verdict_form": form, "proofs": proofs_on(match, user)}

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Say with the status whether a verdict was refused."""
        return super().page(self.tried[1] if self.tried else status, **context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the verdict, or say what is wrong and lose nothing."""
        if moment() is not None:
            raise PermissionDenied(gettext("This is the past. Leave the date to change something."))
        advisory, match = self.get_object(), self.chosen()
        if match is None:
            raise Http404(gettext("There is no such record."))
        form, status = VerdictForm(request.POST.dict(), match=match, user=request.user), 422
        if form.is_valid():
            try:
                form.take(by=request.user)
            except saving.Stale as stale:
                form.start_anew(stale.current)
                status = 409
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
                status = 409
            except ValidationError as wrong:
                form.add_error(None, wrong.messages)
            else:
                done = STEPS[form.cleaned_data["step"]].title
                messages.success(request, gettext("{step}: done.").format(step=f"{match.asset}, {done}"))
                return redirect(advisory)
        elif not any(step.open_to(request.user, match) for step in STEPS.values()):
            raise PermissionDenied
        self.tried = form, status
        return self.get(request, pk)
