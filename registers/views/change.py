"""The pages that write: add, change, many at once, delete, and the steps of a workflow."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.csrf import requires_csrf_token

from registers import saving
from registers.filters import search
from registers.forms import RecordForm
from registers.history.origin import because
from registers.history.past import moment
from registers.views.once import mark, once
from registers.views.record import RecordView
from registers.wake import wake
from registers.workflow import NotPossible, Transition


class WritingView(RecordView):
    """A page that changes something; nothing is changed while a past moment is read."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse to write into the past."""
        if moment() is not None:
            raise PermissionDenied(gettext("This is the past. Leave the date to change something."))
        return super().dispatch(request, *args, **kwargs)

    def chosen(self, verb: str = "view") -> models.QuerySet[Any]:
        """Return the ticked records, or all that the list's filter and search let through; none where a filter is not understood."""
        records, sent = self.register.queryset(self.request.user, verb), self.request.POST
        if sent.get("all"):
            query = QueryDict(sent.get("query", ""))
            bound = self.register.filterset_class(query, records, request=self.request)
            found = bound.qs if bound.form.is_valid() else records.none()
            return search(found, query.get("q", ""), self.register.search)
        return records.filter(
            pk__in=[key for key in sent.getlist("ids") if key.isascii() and key.isdigit() and len(key) < 19]
        )


class RecordChange(WritingView):
    """The form of a record."""

    template, verb = "form", "change"

    def form(self, data: Any = None, files: Any = None, instance: Any = None) -> Any:
        """Return the bound or unbound form."""
        return self.register.form_class(data, files, instance=instance, user=self.request.user, initial=self.initial())

    def initial(self) -> dict[str, Any]:
        """Return what the address gives for a start, such as the site."""
        return {name: value for name, value in self.request.GET.items() if name in self.register.fields}

    def shown(self, form: Any, record: Any = None, conflict: Any = None, status: int = 200) -> HttpResponse:
        """Render the form."""
        one = self.register.one
        return self.page(
            status=status, form=form, record=record, conflict=conflict,
            title=gettext("Edit {what}").format(what=record) if record else capfirst(gettext("Add {what}").format(what=one)),
            submit_label=gettext("Save changes") if record else capfirst(gettext("Add {what}").format(what=one)),
            cancel_url=record.get_absolute_url() if record else self.link("list"), once=None if record else mark(self.request),
        )  # fmt: skip

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show the form."""
        record = self.get_object()
        return self.shown(self.form(instance=record), record)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Keep what was typed, or say what is wrong and lose nothing."""
        record = self.get_object()
        form = self.form(request.POST, request.FILES, record)
        if not form.is_valid():
            return self.shown(form, record, status=422)
        try:
            saved = saving.save(
                form.save, by=request.user, verb=self.verb, reason=form.cleaned_data.get("change_reason") or "",
                revision=form.cleaned_data.get("seen_revision"), record=record,
            )  # fmt: skip
        except saving.Stale as stale:
            rows = form.conflict_rows
            form.data = form.data.copy()
            form.data["seen_revision"] = stale.current.revision
            return self.shown(form, record, {"at": stale.current.updated_at, "rows": rows}, status=409)
        except IntegrityError as refused:
            form.add_error(None, _kindly(refused))
            return self.shown(form, record, status=422)
        messages.success(request, gettext("{record} is saved.").format(record=saved))
        return redirect(saved)


class RecordAdd(RecordChange):
    """The empty form."""

    verb = "add"

    def get_object(self) -> None:
        """Return nothing: there is no record yet; refuse those who may add nowhere."""
        if not self.register.may_anywhere(self.request.user, "add"):
            raise PermissionDenied

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Make the record, once for each form that was opened."""
        return once(request, lambda: super(RecordAdd, self).post(request, pk))


class RecordDelete(WritingView):
    """Asks before deleting, with everything that goes with it."""

    template, verb = "delete", "delete"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what goes with it."""
        record = self.get_object()
        return self.asked(record, goes_with=_dependants(record), protected=[])

    def asked(self, record: models.Model, **context: Any) -> HttpResponse:
        """Render the question."""
        return self.page(record=record, title=gettext("Delete {record}").format(record=record), **context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete it, or name what still needs it."""
        record = self.get_object()
        try:
            saving.delete(record, by=request.user, reason=request.POST.get("change_reason", "")[:300])
        except models.ProtectedError as protected:
            needed = [str(one) for one in list(protected.protected_objects)[:20]]
            return self.asked(record, status=409, goes_with=[], protected=needed)
        messages.success(request, gettext("{record} is deleted.").format(record=record))
        return redirect(self.link("list"))


def _dependants(record: models.Model) -> list[str]:
    """Return, in words, what the database deletes together with the record."""
    found = []
    for relation in record._meta.related_objects:
        if relation.on_delete is models.CASCADE:
            count = relation.related_model._default_manager.filter(**{relation.field.name: record}).count()
            if count:
                found.append(f"{count} {relation.related_model._meta.verbose_name_plural}")
    return found


@method_decorator(requires_csrf_token, name="dispatch")
class RecordTransition(WritingView):
    """One step of a workflow: what it asks, then the step."""

    template = "transition"
    transition: Transition = None  # type: ignore[assignment]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the step asks."""
        record = self.get_object()
        return self.shown(record, self.form(record))

    def form(self, record: Any, data: Any = None) -> forms.Form:
        """Return the bound or unbound form of what the step asks."""
        return self.transition.form_class(data, user=self.request.user, site=getattr(record, "site_id", None))

    def shown(self, record: Any, form: forms.Form, status: int = 200) -> HttpResponse:
        """Render the step's form; where decisions are taken on what was read, or taken anew, it carries the revision that is shown."""
        on_it = self.register.controlled is True or record.status in self.transition.again
        step = {"label": self.transition.title, "explain": self.transition.explain}
        return self.page(
            status=status, record=record, form=form, step=step, title=f"{self.transition.title}: {record}",
            seen=record.revision if on_it else None, back=self.back(),
        )  # fmt: skip

    def back(self) -> str:
        """Return the page of this portal that the step was begun from, and goes back to, where one is named."""
        named = str(self.request.POST.get("next") or self.request.GET.get("next") or "")
        return named if url_has_allowed_host_and_scheme(named, allowed_hosts=None) else ""

    def unasked(self, sent: QueryDict) -> str:
        """Say what was filled in for another step of the same form, so that nothing that a person wrote is passed over."""
        for step in self.register.transitions:
            for name, field in step.asks.items():
                if sent.get(name) and name not in self.transition.asks:
                    told = gettext("“{field}” is filled in, and “{step}” does not ask for it. Go back to the step that it is meant for, or go on here without it.")  # fmt: skip
                    return told.format(field=field.label, step=self.transition.title)
        return ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do the step."""
        record = self.get_object()
        form = self.form(record, request.POST)
        if meant_for_another := self.unasked(request.POST):
            form.add_error(None, meant_for_another)
        if not form.is_valid():
            return self.shown(record, form, status=422)
        seen = request.POST.get("seen_revision", "")
        revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
        try:
            self.transition(record, by=request.user, revision=revision, **form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            return self.shown(record, form, status=409)
        except saving.Stale as stale:
            form.add_error(None, gettext("This was changed since you read it. Read it again, then go on."))
            return self.shown(stale.current, form, status=409)
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
            return self.shown(record, form, status=422)
        messages.success(request, gettext("{step}: done.").format(step=self.transition.title))
        return redirect(self.back() or record)


class RecordBulk(WritingView):
    """Changes the same fields of many records at once, after showing how many and what."""

    template, verb = "bulk", "change"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what would change, then change it in one transaction."""
        chosen = self.chosen("change")
        form_class: type[Any] = modelform_factory(self.register.model, form=RecordForm, fields=list(self.register.bulk))
        data = request.POST if request.POST.get("confirm") else None
        form_class.with_own = False
        form = form_class(data, user=request.user)
        ticked = [name for name in request.POST.getlist("set") if name in self.register.bulk]
        for name, field in form.fields.items():
            field.required = field.required and name in ticked
        back = f"{self.link('list')}?{request.POST.get('query', '')}"
        context: dict[str, Any] = {
            "form": form, "count": chosen.count(), "ids": request.POST.getlist("ids"), "all": request.POST.get("all", ""),
            "query": request.POST.get("query", ""), "examples": chosen[:10], "title": gettext("Change many {records}").format(records=self.register.plural),
            "cancel_url": back, "ticked": ticked,
        }  # fmt: skip
        if data is None:
            return self.page(**context)
        form.full_clean()
        wrong = [name for name in ticked if name in form.errors]
        if not ticked or wrong:
            form.add_error(
                None, gettext("Tick the fields to change.") if not ticked else gettext("Correct the marked fields.")
            )
            return self.page(status=422, **context)
        values = {name: form.cleaned_data[name] for name in ticked}
        try:
            with because(
                by=request.user,
                step=f"{self.register.name}.bulk_change",
                reason=request.POST.get("change_reason", "")[:300],
            ):
                changed = chosen.update(**values)
        except IntegrityError as refused:
            form.add_error(None, _kindly(refused))
            return self.page(status=422, **context)
        wake(self.register.model)
        messages.success(request, gettext("{n} {records} changed.").format(n=changed, records=self.register.plural))
        return redirect(back)


def _kindly(refused: IntegrityError) -> str:
    """Say what the database refused, without its inner names."""
    text = str(refused)
    if "same_site" in text:
        return gettext("Something chosen belongs to another site. Choose one of the same site.")
    if "unique" in text or "duplicate" in text:
        return gettext("There is one already with these values.")
    return gettext("The record would contradict another one. Check the values.")
