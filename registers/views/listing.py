"""The list of a register: filter, sort, columns, saved views, pages, files."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.text import capfirst
from django.utils.translation import gettext
from django_tables2 import RequestConfig

from registers.door import acts, beside, importer_of, visible
from registers.files.export import csv_response, xlsx_response
from registers.filters import search
from registers.history.past import moment
from registers.own import SavedView
from registers.slices import ListPaginator
from registers.views.columns import chosen, kept_query
from registers.views.record import RecordView

OWN = frozenset({"q", "sort", "page", "columns", "view", "as_of", "rows", "format"})


class RecordList(RecordView):
    """The list page; the address is its whole state."""

    template = "list"

    def found(self) -> tuple[Any, Any]:
        """Return the filter and the records that it lets through."""
        bound = self.register.filterset_class(
            self.request.GET or None, self.register.queryset(self.request.user), request=self.request
        )
        if bound.is_bound and not bound.form.is_valid():
            bound.form.add_error(None, gettext("A filter was not understood and is left out."))
        records = search(bound.qs, self.request.GET.get("q", ""), self.register.search)
        return bound, records.order_by(*self.register.order)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Show it; htmx asks for the table alone."""
        if not self.register.may_anywhere(request.user, "view"):
            raise PermissionDenied
        bound, records = self.found()
        shown = chosen(self.register, request)
        table = self.register.table_class(
            records, exclude=[name for name in self.register.listed if name not in shown], sequence=[*shown, "..."]
        )  # fmt: skip
        RequestConfig(request, paginate=False).configure(table)
        page = ListPaginator(table.data.data, 50 if request.GET.get("rows") != "200" else 200).get_page(
            request.GET.get("page")
        )
        context = self.list_context(request, bound, table, page, shown)
        asked: Any = getattr(request, "htmx", None)
        if asked and not asked.boosted:
            response: HttpResponse = TemplateResponse(request, "registers/_list.html", context)
        else:
            response = self.page(**context)
        patch_vary_headers(response, ("HX-Request",))
        return response

    def list_context(self, request: HttpRequest, bound: Any, table: Any, page: Any, shown: list[str]) -> dict[str, Any]:
        """Return what the list template reads."""
        may = self.register.may_anywhere
        writable, many = moment() is None, self.register.many
        steps_url = (
            self.link("together") if writable and many and many.may_anywhere(self.register, request.user) else ""
        )
        importing = self.import_url(request) if writable and may(request.user, "import") else ""
        bulk_url = self.link("bulk") if writable and self.register.bulk and may(request.user, "change") else ""
        return {
            "register": self.register, "filter_form": bound.form, "table": table, "page_obj": page, "beside": self.beside(page, shown), "count": page.paginator.count,
            "query": request.GET.get("q", ""), "chips": self.chips(request, bound), "views": self.views(request),
            "columns": [
                {"name": name, "label": self.register.label(name), "shown": name in shown, "stays": name == self.register.listed[0]}
                for name in dict.fromkeys((*shown, *self.register.listed))
            ],
            "columns_url": reverse("registers:columns", args=[self.register.name]), "kept_query": kept_query(self.register, request),
            "view_url": reverse("registers:saved-views-add"),
            "next_url": self.address(request, page=page.next_page_number()) if page.has_next() else "",
            "previous_url": self.address(request, page=page.previous_page_number()) if page.has_previous() else "",
            "clear_url": request.path, "export_url": self.link("export") + "?" + request.GET.urlencode(),
            "add_label": capfirst(gettext("Add {what}").format(what=self.register.one)),
            "add_url": self.link("add") + self.at(request) if writable and may(request.user, "add") else "",
            "import_url": importing and importing + self.at(request),
            "bulk_url": bulk_url or steps_url, "steps_url": steps_url,
            "bulk_acts": [{"label": act.label, "url": reverse(act.page)} for act in acts(self.register.model) if act.may_anywhere(request.user)],
            "as_of": moment(), "here": request.get_full_path(),
        }  # fmt: skip

    def beside(self, page: Any, shown: list[str]) -> dict[int, dict[str, Any]]:
        """Return the cells that other apps tell of the records on the page, where their columns are shown."""
        cells: dict[int, dict[str, Any]] = {}
        for group in beside(self.register.model):
            if not group.labels.keys().isdisjoint(shown):
                for key, told in group.read(list(page.object_list), self.request.user).items():
                    cells.setdefault(key, {}).update(told)
        return cells

    def at(self, request: HttpRequest) -> str:
        """Return what lets a form begin at the site to which the list is narrowed."""
        site = request.GET.get("site") if "site" in self.register.fields else ""
        return "?" + urlencode({"site": site}) if site else ""

    def import_url(self, request: HttpRequest) -> str:
        """Return the page that takes a file, for registers that have one."""
        if self.register.taking:
            return self.link("take")
        return reverse("registers:import", args=[self.register.name]) if importer_of(self.register) else ""

    def address(self, request: HttpRequest, **changed: Any) -> str:
        """Return this list's address with some parts changed."""
        query = request.GET.copy()
        for name, value in changed.items():
            query[name] = str(value)
        return f"{request.path}?{query.urlencode()}"

    def chips(self, request: HttpRequest, bound: Any) -> list[dict[str, str]]:
        """Return one chip for each filter that is on, with the address without it."""
        chips = []
        for name, field in bound.form.fields.items():
            if name not in request.GET or not any(request.GET.getlist(name)):
                continue
            rest = request.GET.copy()
            rest.pop(name)
            rest.pop("page", None)
            value = bound.form.cleaned_data.get(name) if bound.form.is_valid() else ""
            chips.append(
                {
                    "label": str(field.label),
                    "value": _words(field, value),
                    "remove_url": f"{request.path}?{rest.urlencode()}",
                }
            )
        return chips

    def views(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the saved views of this person on this list."""
        own = visible(SavedView.objects.filter(register=self.register.name).order_by("name"), request.user)
        here = _normal(request.GET)
        return [
            {"pk": view.pk, "name": view.name, "url": view.get_absolute_url(), "current": _normal(QueryDict(view.query)) == here}
            for view in own
        ]  # fmt: skip


def _normal(query: QueryDict) -> str:
    return urlencode(
        sorted((name, value) for name, values in query.lists() if name != "page" for value in values if value)
    )


def _words(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    choices = dict(getattr(field, "choices", ())) if not hasattr(field, "queryset") else {}
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return str(choices.get(value, value))
    return ", ".join(str(choices.get(one, one)) for one in value)


class RecordExport(RecordList):
    """The list as a file: the same filter, all its rows."""

    verb = "export"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Send CSV or XLSX."""
        if not self.register.may_anywhere(request.user, "view"):
            raise PermissionDenied
        _bound, records = self.found()
        kind = request.GET.get("format", "csv")
        if kind == "csv":
            return csv_response(self.register, records)
        if kind == "xlsx":
            return xlsx_response(self.register, records)
        raise Http404(gettext("There is no such format. Choose csv or xlsx."))
