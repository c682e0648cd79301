"""Pages about oneself: tokens, the matrix, how the pages look."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import entrance
from accounts.forms import InvitationForm, JoinForm
from accounts.models import ApiToken, Role, RoleGrant
from accounts.permissions import MATRIX
from accounts.reauthentication import READS, WRITES, sensitive, take
from accounts.registers import PEOPLE, ROLE_GRANTS
from accounts.tokens import issue
from registers.door import visible

CHOOSE = "password"
PREFERENCES = {
    "theme": {"light", "dark", "auto"},
    "density": {"compact", "comfortable"},
    "language": {code for code, _ in settings.LANGUAGES},
}


class TokenForm(forms.Form):
    """What a new token is for."""

    name = forms.CharField(label=_("Name"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple, initial=["read"]
    )
    days = forms.IntegerField(label=_("Good for, days"), min_value=1, max_value=365, initial=30)


@sensitive(unless="revoke")
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens, make one (its text is shown this once), revoke one."""
    user: Any = request.user
    now = timezone.now()
    own = visible(ApiToken.objects.filter(revoked_at=None).order_by("-pk"), user)
    text, form = "", TokenForm()
    if request.method == "POST" and (revoked := request.POST.get("revoke")):
        key = int(revoked) if revoked.isascii() and revoked.isdigit() and len(revoked) < 19 else 0
        own.filter(pk=key).update(revoked_at=now)
        messages.success(request, gettext("The token is revoked."))
        return redirect("accounts:tokens")
    if request.method == "POST":
        form = TokenForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            _token, text = issue(
                user, given["name"], given["scopes"], expires_at=now + timedelta(days=given["days"]), now=now
            )
            form = TokenForm()
    listed = [{**vars(one), "pk": one.pk, "expired": one.expires_at <= now} for one in own]
    return render(
        request,
        "accounts/tokens.html",
        {"tokens": listed, "form": form, "new_token": text},
        status=422 if form.errors else 200,
    )


def sessions(request: HttpRequest) -> HttpResponse:
    """List where one is signed in; end one of these sessions, or all but this one."""
    user: Any = request.user
    here: Any = request.session.session_key
    if request.method == "POST":
        key = request.POST.get("end", "")
        if key == "others":
            entrance.end_own_others(user, here)
            messages.success(request, gettext("All other sessions are ended."))
        elif key.isascii() and key.isdigit() and len(key) < 19 and entrance.end_own_session(user, int(key), here):
            messages.success(request, gettext("The session is ended."))
        else:
            raise Http404(gettext("There is no such session."))
        return redirect("accounts:sessions")
    return render(request, "accounts/sessions.html", {"sessions": entrance.sessions_of(user, here)})


@sensitive(methods=READS | WRITES)
def invite(request: HttpRequest) -> HttpResponse:
    """Ask whom to invite and which role they get, and send the letter."""
    if not ROLE_GRANTS.may_anywhere(request.user, "add"):
        raise PermissionDenied
    form = InvitationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.send()
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        else:
            messages.success(request, gettext("{person} is invited.").format(person=given.person))
            return redirect(given)
    title, people = gettext("Invite somebody"), reverse("accounts:people-list")
    context = {
        "form": form, "title": title, "submit_label": gettext("Invite"), "cancel_url": people,
        "path": [{"label": PEOPLE.title, "url": people}],
    }  # fmt: skip
    return render(request, "registers/form.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Let an invited person choose a password; the address works once and not for long.

    The key is kept in the session and the form stands at an address without it, so that no log and no next page learns it.
    """
    now = timezone.now()
    if key != CHOOSE:
        if entrance.invited(key, now=now):
            request.session["invitation"] = key
            return redirect("accounts:invitation", CHOOSE)
        request.session.pop("invitation", None)
    key = request.session.get("invitation", "")
    person = entrance.invited(key, now=now)
    form = JoinForm(person, request.POST or None) if person else None
    if request.method == "POST" and form is not None and form.is_valid():
        if entrance.join(key, form.cleaned_data["new_password1"], now=now):
            del request.session["invitation"]
            messages.success(request, gettext("Your password is set. Sign in."))
            return redirect("account_login")
        person = form = None
    status = 404 if form is None else 422 if form.errors else 200
    return render(request, "accounts/invitation.html", {"person": person, "form": form}, status=status)


def go_on(request: HttpRequest, key: str) -> HttpResponse:
    """Go on with what waited for the proof: a form is sent again by the browser, a file comes by itself."""
    found = take(request, key)
    if found is None:
        return redirect("home")
    fields = [one for one in parse_qsl(found["sent"] or "", True) if one[0] != "csrfmiddlewaretoken"]
    page = render(request, "accounts/go_on.html", {**found, "fields": fields, "file": found["sent"] is None})
    if found["sent"] is None:
        page["Refresh"] = f"0; url={found['path']}"
    return page


def own_email(request: HttpRequest) -> HttpResponse:
    """Refuse: the address is who one is here, so an administrator changes it."""
    raise PermissionDenied(gettext("An administrator changes your e-mail address."))


def matrix(request: HttpRequest) -> HttpResponse:
    """Show who may do what, read from the code that decides."""
    named = ("assets", "patching", "programme", "scope", "reports", "accounts")
    blocks = []
    for app in named:
        granted = {role: verbs.get(app, verbs.get("*", frozenset())) for role, verbs in MATRIX.items()}
        verbs = sorted(set().union(*granted.values()))
        rows = [
            {"label": verb.replace("_", " "), "cells": [verb in granted[role] for role in MATRIX]} for verb in verbs
        ]
        blocks.append({"title": apps.get_app_config(app).verbose_name, "rows": rows})
    own = ROLE_GRANTS.queryset(request.user).filter(person=request.user.pk, status=RoleGrant.Status.GIVEN)
    given = {"grants": own.order_by("role", "pk"), "roles": [Role(role).label for role in MATRIX], "matrix": blocks}
    return render(request, "accounts/matrix.html", given)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep how this person wants the pages: theme, density, language."""
    user: Any = request.user
    chosen = {name: request.POST[name] for name, allowed in PREFERENCES.items() if request.POST.get(name) in allowed}
    user.preferences = {**user.preferences, **chosen}
    user.save(update_fields=["preferences"])
    back = request.POST.get("next", "/")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
