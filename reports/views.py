"""Pages about reports: ask for one, take one away, check one."""

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.chosen import named, site_asked, site_of, sites_of
from accounts.permissions import sites_where
from accounts.registers import SITES
from programme.summary import HOME
from registers import charts
from registers.history.past import day_at
from registers.middleware import end_of_day
from registers.wording import ask_plainly
from reports import issuing, pdf, trend
from reports.conformity import conformity
from reports.models import Report
from reports.registers import REPORTS, file_of
from reports.requirements import catalogue_choices, catalogue_exists
from reports.selfchecks import results

LARGEST = 50_000_000


class AskForm(forms.Form):
    """What a report is asked for."""

    site: Any = forms.ModelChoiceField(label=_("Site"), queryset=None, empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=Report.Kind.choices)
    catalogue = forms.ChoiceField(label=_("Catalogue"))
    as_of = forms.DateField(
        label=_("State of"), required=False, help_text=_("Leave empty for now. A day means its end, in the site's time zone."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = sites_where(user, "report", "reports")
        self.fields["site"].queryset = SITES.queryset(user).filter(pk__in=sites).order_by("code")  # type: ignore[attr-defined]
        self.fields["catalogue"].choices = catalogue_choices()  # type: ignore[attr-defined]
        ask_plainly(self.fields)


def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a report and lead to its job."""
    form = AskForm(
        request.POST or None,
        user=request.user,
        initial={"site": named(sites_of(request.user), request.GET.get("site", "")), "catalogue": HOME},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        day = given["as_of"] if given["as_of"] and given["as_of"] < day_at(given["site"]) else None
        moment = end_of_day(day, given["site"].time_zone) if day else None
        job = issuing.ask(request.user, given["site"], given["kind"], given["catalogue"], moment)  # type: ignore[arg-type]
        return redirect(job)
    context = {
        "form": form,
        "title": gettext("Make a report"),
        "submit_label": gettext("Make the report"),
        "cancel_url": "/reports/reports/",
    }
    return render(request, "registers/form.html", context, status=422 if form.errors else 200)


def conformity_page(request: HttpRequest) -> HttpResponse:
    """Show a catalogue at a site, computed beside judged."""
    site, sites = site_of(request.user, request.GET.get("site"))
    edition = request.GET.get("catalogue", HOME)
    if not catalogue_exists(edition):
        raise Http404
    on = day_at(site)
    everything = conformity(request.user, site, edition, on)
    category, only = request.GET.get("category", ""), request.GET.get("only", "")
    rows = [row for row in everything if category in {"", row.requirement.category}]
    if only in {"differs", "overdue"}:
        rows = [row for row in rows if getattr(row, only)]
    drawn = trend.points(site, edition, on, everything)
    groups = [
        {"title": title, "rows": list(part)} for title, part in groupby(rows, key=lambda row: row.requirement.group)
    ]
    context = {
        "site": site,
        "sites": sites,
        "edition": edition,
        "catalogues": catalogue_choices(),
        "groups": groups,
        "categories": list(dict.fromkeys(row.requirement.category for row in everything if row.requirement.category)),
        "category": category,
        "part": only,
        "differ": sum(row.differs for row in everything),
        "overdue": sum(row.overdue for row in everything),
        "trend": charts.trend([(one.label, one.judged, one.computed) for one in drawn]),
        "points": drawn,
        "title": gettext("Conformity"),
    }
    return render(request, "reports/conformity.html", context)


def self_checks(request: HttpRequest) -> HttpResponse:
    """Show which rules of consistency are broken, and the way to each record."""
    site, _sites = site_asked(request.user, request.GET.get("site"))
    found = results(request.user, day_at(site), site)
    context = {
        "results": found,
        "broken": sum(one.found > 0 for one in found),
        "site": site,
        "title": gettext("Self-checks"),
    }
    return render(request, "reports/self_checks.html", context)


def download(request: HttpRequest, pk: int) -> Any:
    """Take the PDF away."""
    report = REPORTS.queryset(request.user).filter(pk=pk).first()
    if report is None:
        raise Http404
    try:
        return file_of(report)
    except NotFound as gone:
        messages.error(request, str(gone.detail))
        return redirect(report)


@login_not_required
def verify(request: HttpRequest) -> HttpResponse:
    """Say of an uploaded PDF whether it is one of ours, unaltered, and from which data."""
    told = None
    if request.method == "POST" and (upload := request.FILES.get("file")):
        body = upload.read(LARGEST + 1)
        told = (
            verdict(body) if len(body) <= LARGEST else {"good": False, "words": "The file is over 50 MB, no report is."}
        )
    return render(request, "reports/verify.html", {"told": told, "title": gettext("Check a report")})


def verdict(body: bytes) -> dict[str, Any]:
    """Return whether a PDF is a report of this portal, as issued, with its digests; nothing of its content."""
    found = pdf.verify(body)
    issued = Report.issued(found.file_sha256)
    words = "This is a report of this portal, exactly as it was issued." if issued else found.words
    if not issued and found.ours:
        words = f"This is not a file that this portal issued, or it was altered. {found.words}"
    return {
        "good": issued,
        "words": words,
        "report_id": found.report_id,
        "data_sha256": found.data_sha256,
        "file_sha256": found.file_sha256,
    }
