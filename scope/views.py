"""The page of coverage: what is in the scope, and the list of what is undecided, decided many at once (S3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from accounts.chosen import site_of
from registers.door import may
from registers.history.origin import because
from scope.coverage import lines, undecided
from scope.models import ScopeMark

SHOWN = 100


@require_http_methods(["GET", "POST"])
def coverage(request: HttpRequest) -> HttpResponse:
    """Show the categories of a site, and decide the ticked assets of the work list."""
    user: Any = request.user
    site, sites = site_of(user, request.GET.get("site"))
    editable, wrong = may(user, "add", ScopeMark(site=site)), ""
    if request.method == "POST":
        if not editable:
            raise PermissionDenied(gettext("You may not decide the scope here."))
        try:
            count = _decide(request, site)
        except ValidationError as refused:
            wrong = " ".join(refused.messages)
        else:
            messages.success(
                request, ngettext("{count} asset decided.", "{count} assets decided.", count).format(count=count)
            )
            return redirect(f"{request.path}?site={site.pk}")
    left, told = undecided(user, site), lines(user, site)
    return render(request, "scope/coverage.html", {
        "site": site, "sites": sites, "lines": told, "stocked": any(line.all for line in told), "left": left.select_related("zone")[:SHOWN], "count": left.count(), "editable": editable, "wrong": wrong,
        "title": gettext("Coverage"),
    }, status=422 if wrong else 200)  # fmt: skip


def _decide(request: HttpRequest, site: Any) -> int:
    """Mark the ticked assets, all or none."""
    keys = [int(key) for key in request.POST.getlist("asset") if key.isascii() and key.isdigit() and len(key) < 19]
    inside, reason = request.POST.get("inside") == "1", request.POST.get("reason", "").strip()[:300]
    with because(by=request.user, step="scope.scopemark.decide", reason=reason):
        chosen = list(undecided(request.user, site).filter(pk__in=keys))
        for asset in chosen:
            mark = ScopeMark(site=site, asset=asset, inside=inside, reason=reason)
            mark.full_clean()
            mark.save()
    return len(chosen)
