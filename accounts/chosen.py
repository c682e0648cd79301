"""The site that an address names, by id or code; one that is not this person's is answered as one that is nowhere."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils.translation import gettext

from accounts.models import Site
from accounts.registers import SITES


def named(sites: Iterable[Site], asked: str) -> Site | None:
    """Return the one of these sites that has this id, else the one with this code."""
    found = {one.code: one for one in sites} | {str(one.pk): one for one in sites}
    return found.get(asked)


def sites_of(user: Any) -> list[Site]:
    """Return the sites that can be chosen, by code."""
    return list(SITES.queryset(user).order_by("code"))


def site_asked(user: Any, asked: str | None) -> tuple[Site | None, list[Site]]:
    """Return the site that is asked for, or None for all of them, and all that can be chosen; Http404 for one that is not there."""
    sites = sites_of(user)
    site = named(sites, asked) if asked else None
    if asked and site is None:
        raise Http404(gettext("There is no such site."))
    return site, sites


def site_of(user: Any, asked: str | None) -> tuple[Site, list[Site]]:
    """Return the site that is asked for, or the first that the person sees, and all that can be chosen; Http404 for none."""
    site, sites = site_asked(user, asked)
    site = site or next(iter(sites), None)
    if site is None:
        raise Http404(gettext("There is no such site."))
    return site, sites
