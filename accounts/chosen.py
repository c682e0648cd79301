"""The site that a page is about: the one in the address, else the first that the person sees."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext

from accounts.models import Site
from accounts.registers import SITES


def site_of(user: Any, asked: str | None) -> tuple[Site, list[Site]]:
    """Return the site and all that can be chosen, by code; Http404 for one that is not there for this person."""
    sites = list(SITES.queryset(user).order_by("code"))
    site = next((one for one in sites if not asked or str(one.pk) == asked), None)
    if site is None:
        raise Http404(gettext("There is no such site."))
    return site, sites
