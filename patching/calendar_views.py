"""The pages of calendar addresses: making one, revoking it, and what a calendar reads there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.chosen import site_of
from accounts.reauthentication import sensitive
from patching import calendars
from registers import clock


@sensitive(unless="revoke")
@require_POST
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make a secret address for the person's calendar, or revoke it."""
    site, _sites = site_of(request.user, request.POST.get("site"))
    if request.POST.get("revoke"):
        calendars.revoke(site, request.user)
        messages.success(request, gettext("The calendar address is revoked."))
    else:
        secret = calendars.make(site, request.user, now=clock.now())
        url = request.build_absolute_uri(f"/patching/calendar/{secret}.ics")
        return render(
            request, "patching/calendar.html", {"url": url, "site": site, "title": gettext("Your calendar address")}
        )
    return redirect(f"/patching/plan/?site={site.pk}")


@login_not_required
@never_cache
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the windows of a site to whoever knows the secret address."""
    body = calendars.read(secret, now=clock.now())
    if body is None:
        raise Http404(gettext("There is no such calendar."))
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")
