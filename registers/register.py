"""A register: one list of records, declared once, seen as pages, files and REST."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.forms import modelform_factory
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django_tables2 import Table

from registers import tables, views
from registers.door import Reach, beside, may_anywhere, visible
from registers.filters import RecordFilter, filterset_for, rest_filterset_for
from registers.forms import RecordForm
from registers.taking import Taking
from registers.together import Many
from registers.wording import capital
from registers.workflow import Transition

Panel = Callable[[Any, Any], tuple[str, dict[str, Any]] | None]


class Register:
    """Declares one record type; every surface follows from it and each can be replaced by an ordinary class.

    `fields` are written by forms, files and REST; `columns` stand in the list (those after `shown` are off at first);
    `shows` are read-only additions in REST and on the page; `joins` are read in the same query as the list. `controlled` fields, or all of them,
    are changed by REST only by those who say which revision they saw. `labels` name what is no field of the model.
    `many` are the steps that are taken for many records at once; `taking` is how a file is taken in whole.
    `sensitive` are the acts that want a fresh sign-in, unless the records are the person's own.
    `file_key` are the fields by which a row of a file finds its record at a site; a register without takes no files.
    """

    model: type[Any]
    name: str
    step: int = 0
    fields: Sequence[str] = ()
    shows: Sequence[str] = ()
    columns: Sequence[str] = ()
    shown: int = 8
    filters: Sequence[str] = ()
    search: Sequence[str] = ()
    order: Sequence[str] = ("pk",)
    joins: Sequence[str] = ()
    sections: Sequence[tuple[str, Sequence[str]]] = ()
    panels: Sequence[Panel] = ()
    bulk: Sequence[str] = ()
    transitions: Sequence[Transition] = ()
    many: Many | None = None
    taking: Taking | None = None
    clause: str = ""
    labels: Mapping[str, Any] = {}
    file_key: Sequence[str] = ()
    verbs: frozenset[str] = frozenset({"add", "change", "delete"})
    sensitive: frozenset[str] = frozenset({"delete", "export"})
    controlled: bool | frozenset[str] = False

    list_view: type[views.RecordList] = views.RecordList
    detail_view: type[views.RecordDetail] = views.RecordDetail

    @property
    def app(self) -> str:
        """The label of the app, which is the first part of every address."""
        return str(self.model._meta.app_label)

    @property
    def reach(self) -> Reach:
        """How far its records are seen."""
        return Reach(self.model.reach)

    @property
    def title(self) -> str:
        """The register's name as a person reads it."""
        return capital(self.plural)

    @property
    def one(self) -> str:
        """What one record is called."""
        return str(self.model._meta.verbose_name)

    @property
    def plural(self) -> str:
        """What several records are called within a sentence."""
        return str(self.model._meta.verbose_name_plural)

    @property
    def description(self) -> str:
        """What belongs here, for the empty list: the first line of the model, without the number of a capability."""
        return gettext(re.sub(r" \([A-Z]\d+\)", "", (self.model.__doc__ or "").strip().split("\n")[0]))

    def queryset(self, user: Any, verb: str = "view") -> models.QuerySet[Any]:
        """The one door: every page, file and endpoint starts here."""
        found = visible(self.model._default_manager.all(), user, verb)
        return found.select_related(*self.joins) if self.joins else found

    def may_anywhere(self, user: Any, verb: str) -> bool:
        """Tell whether this person may do this to such a record somewhere."""
        standard = {"add", "change", "delete"}
        return (verb not in standard or verb in self.verbs) and may_anywhere(user, verb, self.model)

    def is_sensitive(self, act: str) -> bool:
        """Tell whether this act (a verb, a step, `export`) is done only by somebody who signed in a moment ago."""
        return self.reach is not Reach.OWN and act in self.sensitive

    def controls(self, names: Iterable[str]) -> bool:
        """Tell whether a change of these fields must name the revision that it builds on."""
        return not self.controlled.isdisjoint(names) if isinstance(self.controlled, frozenset) else self.controlled

    def field(self, name: str) -> models.Field[Any, Any] | None:
        """Return the model field of this name, or None for a property."""
        try:
            return self.model._meta.get_field(name)  # type: ignore[no-any-return]
        except FieldDoesNotExist:
            return None

    def label(self, name: str) -> str:
        """Return what a person calls this field."""
        field = self.field(name)
        told = {**self.labels, **{key: label for group in beside(self.model) for key, label in group.labels.items()}}
        given: Any = getattr(field, "verbose_name", None) or told.get(name, name.replace("_", " "))
        return str(capital(gettext(str(given))))

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The columns of its list: its own, and in their places those that other apps add."""
        names = list(self.columns)
        for group in beside(self.model):
            at = names.index(group.after) + 1
            names[at:at] = group.labels
        return tuple(names)

    @cached_property
    def first_shown(self) -> list[str]:
        """The columns that stand in the list until a person chooses others."""
        off = self.columns[self.shown :]
        return [name for name in self.listed if name not in off]

    @cached_property
    def form_class(self) -> type[Any]:
        """The form of page and file, a RecordForm."""
        return modelform_factory(self.model, form=RecordForm, fields=list(self.fields))

    @cached_property
    def filterset_class(self) -> type[RecordFilter]:
        """The filters of list and file."""
        return filterset_for(self.model, self.filters)

    @cached_property
    def rest_filterset_class(self) -> type[RecordFilter]:
        """The filters of REST: every field that holds a plain value or a reference."""
        return rest_filterset_for(self)

    @cached_property
    def table_class(self) -> type[Table]:
        """The table of the list page."""
        return tables.table_for(self)

    @cached_property
    def serializer_class(self) -> Any:
        """What REST reads and writes."""
        from registers.api.serializers import serializer_for

        return serializer_for(self)

    @cached_property
    def viewset_class(self) -> Any:
        """The REST endpoints."""
        from registers.api.viewsets import viewset_for

        return viewset_for(self)

    def urls(self) -> Iterator[URLPattern]:
        """Yield the addresses of its pages, below the app's."""

        def at(pattern: str, view: Any, suffix: str, **given: Any) -> URLPattern:
            made: URLPattern = path(
                f"{self.name}/{pattern}", view.as_view(register=self, **given), name=f"{self.name}-{suffix}"
            )
            return made

        yield at("", self.list_view, "list")
        yield at("export/", views.RecordExport, "export")
        yield at("<int:pk>/", self.detail_view, "detail")
        yield at("<int:pk>/history/", views.RecordHistory, "history")
        if "add" in self.verbs:
            yield at("add/", views.RecordAdd, "add")
        if "change" in self.verbs:
            yield at("<int:pk>/change/", views.RecordChange, "change")
        if self.bulk:
            yield at("bulk/", views.RecordBulk, "bulk")
        if self.taking:
            yield at("take/", views.RecordTake, "take", taking=self.taking)
        if self.many:
            yield at("together/", views.RecordTogether, "together", many=self.many)
        if "delete" in self.verbs:
            yield at("<int:pk>/delete/", views.RecordDelete, "delete")
        for step in self.transitions:
            yield at(f"<int:pk>/{step.name}/", views.RecordTransition, step.name, transition=step, verb=step.name)
