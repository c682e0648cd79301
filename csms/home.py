"""The dashboard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what is wrong, what is due and what changed."""
    return render(request, "csms/home.html", {"tiles": {}})
