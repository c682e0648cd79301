"""The page of one record: what it is, what hangs on it, what happened to it, what can be done."""

from importlib import import_module
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.generic import View

from registers import owning
from registers.cells import words
from registers.door import may, register_of
from registers.history.joins import joined
from registers.history.past import moment
from registers.history.timeline import entries

if TYPE_CHECKING:
    from registers.register import Register


class RecordView(View):
    """Finds the record through the register, so what one may not see is not there."""

    register: "Register" = None  # type: ignore[assignment]
    verb = "view"
    template = ""

    def get_object(self) -> Any:
        """Return the record, 404 when it is not there for this person, 403 when it is but may not be so used."""
        record = self.register.queryset(self.request.user).filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise Http404(gettext("There is no such record."))
        if not may(self.request.user, self.verb, record):
            raise PermissionDenied
        return record

    def link(self, suffix: str, *arguments: Any) -> str:
        """Return the address of another page of this register."""
        return reverse(f"{self.register.app}:{self.register.name}-{suffix}", args=arguments)

    def page(self, status: int = 200, **context: Any) -> HttpResponse:
        """Render the register's own template if it has one, else the general one."""
        names = [
            f"{self.register.app}/{self.register.model._meta.model_name}_{self.template}.html",
            f"registers/{self.template}.html",
        ]
        given = {
            "register": self.register,
            "path": self.path(context.get("record")),
            "as_of": moment(),
            "zone": self.zone(context.get("record")),
            **context,
        }
        return TemplateResponse(self.request, names, given, status=status)

    def zone(self, record: Any = None) -> ZoneInfo | None:
        """Return the zone of the clock that the page goes by: that of the record's site, else None for UTC."""
        site = getattr(record, "site", None)
        return ZoneInfo(site.time_zone) if site is not None else None

    def path(self, record: Any = None) -> list[dict[str, str]]:
        """Return the steps from the register to here."""
        steps = [{"label": self.register.title, "url": self.link("list")}]
        site = getattr(record, "site", None)
        if site is not None:
            steps.append({"label": site.code, "url": f"{self.link('list')}?site={site.pk}"})
        return steps


def value_of(register: "Register", record: Any, name: str, user: Any) -> dict[str, Any]:
    """Return one fact of a record: label, value in words, and the page or pages it leads to, if this person may open it."""
    field = register.field(name)
    value: Any = getattr(record, name, None)
    url, links = "", []
    if isinstance(field, models.ManyToManyField):
        links = [(str(one), one.get_absolute_url() if may(user, "view", one) else "") for one in value.all()]
        value = ", ".join(text for text, _url in links)
    elif isinstance(value, models.Model):
        linked: Any = value
        url = linked.get_absolute_url() if register_of(type(value)) and may(user, "view", value) else ""
    else:
        value = words(record, name)
    return {"label": register.label(name), "value": value, "url": url, "links": links, "name": name}


class RecordDetail(RecordView):
    """The record's page."""

    template = "detail"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        record = self.get_object()
        catalog = import_module(settings.REGISTERS_CATALOG)
        panels = [
            *self.register.panels,
            *(panel for model, panel in catalog.PANELS if model in (None, self.register.model)),
        ]
        drawn = [drawn for panel in panels if (drawn := panel(record, request.user))]
        return self.page(
            record=record, title=str(record), sections=[*self.sections(record), *self.own(record)], strip=self.strip(record),
            strip_more=[told for _name, given in drawn for told in given.get("strip", ())],
            panels_main=[(name, given) for name, given in drawn if not given.get("rail")],
            panels_rail=[(name, given) for name, given in drawn if given.get("rail")],
            actions=[] if moment() else self.actions(record), timeline=self.timeline(record, catalog)[:8],
            history_url=self.link("history", pk),
        )  # fmt: skip

    def timeline(self, record: Any, catalog: Any) -> list[Any]:
        """Return what happened, newest first: its own history and what other apps tell of it."""
        with timezone.override(self.zone(record)):
            told = (
                entries(record)
                + joined(record)
                + [entry for tell in catalog.TIMELINE for entry in tell(record, self.request.user)]
            )
        until = moment()
        return sorted((one for one in told if until is None or one.at <= until), key=lambda one: one.at, reverse=True)

    def strip(self, record: Any) -> list[dict[str, Any]]:
        """Return the few facts that stand on top; a record type with its own page names its own."""
        return [value_of(self.register, record, name, self.request.user) for name in self.register.columns[1:7]]

    def sections(self, record: Any) -> list[dict[str, Any]]:
        """Return all facts, in the declared groups."""
        declared = self.register.sections or (("Facts", (*self.register.fields, *self.register.shows)),)
        found = []
        for title, names in declared:
            rows = [value_of(self.register, record, name, self.request.user) for name in names]
            told = [row for row in rows if row["value"] != "" or row["links"]]
            found.append({"title": title, "rows": told, "blank": [row["label"] for row in rows if row not in told]})
        return found

    def own(self, record: Any) -> list[dict[str, Any]]:
        """Return the group of the organisation's own fields, where there are any."""
        rows = owning.rows(record) if hasattr(record, "custom") else []
        return [{"title": gettext("Own fields"), "rows": rows}] if rows else []

    def steps(self, record: Any) -> list[dict[str, Any]]:
        """Return the steps of its workflow that this person may take now, each with what would refuse it; one at most is the main one."""
        user = self.request.user
        steps = [(step, step.refusal(user, record)) for step in self.register.transitions if step.open_to(user, record)]
        mains = [step for step, refused in steps if step.main and not refused]
        onward = [step for step in mains if step.target not in {"", getattr(record, "status", "")}]
        main = next(iter([*onward, *mains]), None)
        return [
            {"label": step.title, "url": self.link(step.name, record.pk), "method": "get" if step.asks else "post",
             "main": step is main, "danger": step.danger, "icon": "", "refused": refused}
            for step, refused in sorted(steps, key=lambda one: one[0] is not main)
        ]  # fmt: skip

    def actions(self, record: Any) -> list[dict[str, Any]]:
        """Return what this person may do with it now."""
        user, found = self.request.user, self.steps(record)
        if "change" in self.register.verbs and may(user, "change", record):
            first = 0 if not any(step["main"] for step in found) else len(found)
            found.insert(
                first,
                {
                    "label": gettext("Edit"),
                    "url": self.link("change", record.pk),
                    "method": "get",
                    "icon": "edit",
                    "main": False,
                    "danger": False,
                },
            )
        if "delete" in self.register.verbs and may(user, "delete", record):
            found.append(
                {
                    "label": gettext("Delete"),
                    "url": self.link("delete", record.pk),
                    "method": "get",
                    "icon": "trash",
                    "main": False,
                    "danger": True,
                }
            )
        return found


class RecordHistory(RecordDetail):
    """Everything that happened to the record."""

    template = "history"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        record = self.get_object()
        catalog = import_module(settings.REGISTERS_CATALOG)
        return self.page(record=record, title=str(record), timeline=self.timeline(record, catalog))
