"""Pages of work in the background: a job's progress, and imports from file to dry run to done."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from registers import jobs, owning
from registers.api.jobs import start
from registers.choices import read_site
from registers.door import importer_of, may, may_anywhere, registers, visible
from registers.files.export import CHUNK, as_csv
from registers.files.mapping import RETURNED, MappingField
from registers.models import Job
from registers.wording import ask_plainly

VERDICTS = {"create": _("To create"), "update": _("To update"), "unchanged": _("Unchanged"), "error": _("Errors")}
WRITTEN = VERDICTS | {"create": _("Created"), "update": _("Updated")}


def own(user: Any, pk: int, **narrower: Any) -> Job:
    """Return one of the person's jobs, or 404."""
    job: Job | None = visible(Job.objects.all(), user).filter(pk=pk, **narrower).first()
    if job is None:
        raise Http404(gettext("There is no such job."))
    return job


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a job is, and its result; an import shows its rows."""
    found = own(request.user, pk)
    if found.kind == "import" and (found.rows.exists() and found.state in {Job.State.DONE, Job.State.FAILED}):
        if request.headers.get("HX-Request"):  # the page that waited is not the page of the rows
            return HttpResponse(headers={"HX-Refresh": "true"})
        return _rows(request, found)
    return render(request, "registers/job.html", {"job": found, "result_url": found.result, "title": found.title})


def _rows(request: HttpRequest, found: Job) -> HttpResponse:
    wanted = request.GET.get("verdict", "")
    rows = found.rows.order_by("number")
    page = Paginator(rows.filter(verdict=wanted) if wanted in VERDICTS else rows, 100).get_page(request.GET.get("page"))
    counts = {verdict: found.counts.get(verdict, 0) for verdict in (*VERDICTS, "total")}
    written = not found.arguments["dry_run"] and found.state == Job.State.DONE
    filters = [{"label": gettext("All"), "count": counts["total"], "url": "?", "current": wanted not in VERDICTS}] + [
        {
            "label": word,
            "count": counts[verdict],
            "url": f"?verdict={verdict}",
            "current": wanted == verdict,
        }
        for verdict, word in (WRITTEN if written else VERDICTS).items()
    ]
    register = next(one for one in registers() if one.name == found.arguments["register"])
    context = {
        "job": found, "file_name": found.arguments["name"], "counts": counts, "rows": page.object_list, "filters": filters, "page_obj": page,
        "to_write": counts["create"] + counts["update"], "commit_url": reverse("registers:import-commit", args=[found.pk]),
        "again_url": reverse("registers:import", args=[found.arguments["register"]]) + f"?site={found.arguments.get('site', '')}", "written": written,
        "path": [{"label": register.title, "url": reverse(f"{register.app}:{register.name}-list")}],
        "errors_url": reverse("registers:import-errors", args=[found.pk]), "title": found.title,
        "next_url": f"?verdict={wanted}&page={page.next_page_number()}" if page.has_next() else "",
        "previous_url": f"?verdict={wanted}&page={page.previous_page_number()}" if page.has_previous() else "",
    }  # fmt: skip
    return render(request, "registers/import_result.html", context)


class FileForm(forms.Form):
    """A file and where it goes."""

    site: Any = forms.ModelChoiceField(label=_("Site"), queryset=None, empty_label=None)
    file = forms.FileField(label=_("CSV or Excel file"), help_text=_("At most 50 MB."))
    mapping = MappingField()

    def __init__(self, *args: Any, user: Any, model: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites: Any = next(one for one in registers() if one.name == "sites").queryset(user).order_by("code")
        open_to = [site.pk for site in sites if may(user, "import", model(site=site))]
        self.fields["site"].queryset = sites.filter(pk__in=open_to)  # type: ignore[attr-defined]
        read_site(self)
        ask_plainly(self.fields)


def take(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a file and judge it as a dry run."""
    register = next((one for one in registers() if one.name == name and importer_of(one)), None)
    if register is None:
        raise Http404(gettext("There is no import for this."))
    if not may_anywhere(request.user, "import", register.model):
        raise PermissionDenied
    importer = importer_of(register)
    if request.GET.get("template"):
        answer = HttpResponse(",".join(importer.columns) + "\r\n", content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    begun = {"site": request.GET.get("site")}
    form = FileForm(request.POST or None, request.FILES or None, user=request.user, model=register.model, initial=begun)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = start(request.user, register, given["site"], given["file"], dry_run=True, mapping=given["mapping"])
        return redirect(made)
    own = {f"custom.{field.name}": field.label for field in owning.declared(register.model)}
    columns = [
        {"name": column, "label": own.get(column) or register.label(column), "required": column in importer.required}
        for column in importer.columns
    ]
    list_url = reverse(f"{register.app}:{register.name}-list")
    context = {
        "register": register, "form": form, "columns_known": columns, "template_url": "?template=1", "cancel_url": list_url,
        "path": [{"label": register.title, "url": list_url}],
    }  # fmt: skip
    return render(request, "registers/import.html", context, status=422 if form.errors else 200)


@require_POST
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the very file that was judged."""
    judged = own(request.user, pk, kind="import")
    given = {**judged.arguments, "dry_run": False}
    return redirect(jobs.start(request.user, "import", judged.title, **given))


def errors(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Send the rows in error as CSV, each with its reasons, to be corrected and given again."""
    return as_csv(_in_error(own(request.user, pk, kind="import")), "rows-in-error")


def _in_error(found: Job) -> Iterator[list[str]]:
    rows = found.rows.filter(verdict="error").order_by("number")
    first = rows.first()
    names = list(first.cells) if first else []
    yield [*RETURNED, *names]
    for row in rows.iterator(CHUNK):
        reason = "; ".join(f"{error['column']}: {error['message']}" for error in row.errors)
        yield [reason, str(row.number), *(row.cells.get(name, "") for name in names)]


def mine(request: HttpRequest) -> HttpResponse:
    """List the person's jobs, newest first."""
    found = list(visible(Job.objects.order_by("-pk"), request.user)[:50])
    return render(request, "registers/jobs.html", {"jobs": found, "title": gettext("Jobs")})
