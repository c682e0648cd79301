"""Pages about oneself: tokens, the matrix, how the pages look."""

from datetime import timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import ApiToken, Role, RoleGrant
from accounts.permissions import MATRIX
from accounts.registers import ROLE_GRANTS
from accounts.tokens import issue
from registers.door import visible

PREFERENCES = {
    "theme": {"light", "dark", "auto"},
    "density": {"compact", "comfortable"},
    "language": {code for code, _ in settings.LANGUAGES},
}


class TokenForm(forms.Form):
    """What a new token is for."""

    name = forms.CharField(max_length=80)
    scopes = forms.MultipleChoiceField(
        choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple, initial=["read"]
    )
    days = forms.IntegerField(label="Good for, days", min_value=1, max_value=365, initial=30)


def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens, make one (its text is shown this once), revoke one."""
    user: Any = request.user
    now = timezone.now()
    own = visible(ApiToken.objects.filter(revoked_at=None).order_by("-pk"), user)
    text, form = "", TokenForm()
    if request.method == "POST" and request.POST.get("revoke", "").isdigit():
        own.filter(pk=int(request.POST["revoke"])).update(revoked_at=now)
        messages.success(request, "The token is revoked.")
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
