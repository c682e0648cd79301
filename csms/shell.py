"""What stands around every page: navigation by step of the CSMS, sites, counts, warnings."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accounts.chosen import named
from accounts.models import Organisation, Site, User
from assets.registers import ASSETS
from csms.catalog import REGISTERS
from csms.work import count_for
from registers.door import visible
from registers.history.past import moment
from registers.models import Installation
from registers.register import Register
from registers.registers import NOTICES

STEPS = {
    1: ("Governance", "Gov."), 2: ("Scope", "Scope"), 3: ("Risk", "Risk"), 4: ("Assets", "Assets"), 5: ("Policies", "Policy"),
    6: ("Access", "Access"), 7: ("Zones and network", "Zones"), 8: ("Vulnerabilities", "Vuln."), 9: ("Incidents", "Incid."),
    10: ("Training", "Train."), 11: ("Improvement", "Improve"), 12: ("Reports", "Reports"), 13: ("Settings", "Settings"),
}  # fmt: skip

CRITICALITY = "/assets/criticality/"
EXTRA = {
    2: ({"title": "Coverage", "url": "/scope/coverage/"},),
    3: ({"title": "Heat map", "url": "/risk/heat-map/"}, {"title": "Attack paths", "url": "/risk/attack-paths/"}),
    4: ({"title": "Data quality", "url": "/assets/quality/"}, {"title": "Criticality", "url": CRITICALITY}),
    7: (
        {"title": "Drawing", "url": "/network/drawing/"},
        {"title": "Security levels", "url": "/network/security-levels/"},
    ),
    8: ({"title": "Plan", "url": "/patching/plan/"}, {"title": "Exposure over time", "url": "/patching/exposure/"}),
    11: (
        {"title": "Conformity", "url": "/reports/conformity/"},
        {"title": "Self-checks", "url": "/self-checks/"},
    ),
    12: ({"title": "Make a report", "url": "/reports/make/"}, {"title": "Check a report", "url": "/reports/verify/"}),
    13: (
        {"title": "Sessions", "url": "/accounts/sessions/"},
        {"title": "Tokens", "url": "/accounts/tokens/"},
        {"title": "Who may do what", "url": "/accounts/matrix/"},
    ),
}


def navigation(user: User, path: str) -> list[dict[str, Any]]:
    """Return the steps that have pages for this person, the one that holds the shown page open with its pages."""
    steps = [
        {
            "number": "·",
            "title": gettext("Overview"),
            "short": gettext("Home"),
            "url": "/",
            "open": path == "/",
            "pages": [],
        }
    ]
    for number, (title, short) in STEPS.items():
        if pages := _pages(number, user):
            opened = any(_shows(path, *page) for page in pages)
            steps.append({
                "number": {12: "R", 13: "S"}.get(number, str(number)), "title": gettext(title), "short": gettext(short),
                "url": pages[0][1], "open": opened, "pages": [_page(path, *page) for page in pages] if opened else [],
            })  # fmt: skip
    return steps


def _pages(step: int, user: User) -> list[tuple[str | Register, str]]:
    """Return what a step offers to this person, each with its address; nothing where they see none of its registers."""
    lists = [pair for pair in _lists()[step] if pair[0].may_anywhere(user, "view")]
    if not lists:
        return []
    extra = [(page["title"], page["url"]) for page in EXTRA.get(step, ())]
    return [*(pair for pair in extra if pair[1] != CRITICALITY or ASSETS.may_anywhere(user, "change")), *lists]


@cache
def _lists() -> dict[int, list[tuple[Register, str]]]:
    """Return the registers of each step with their addresses, looked up once: for each page that took longer than a query."""
    named = [(register, reverse(f"{register.app}:{register.name}-list")) for register in REGISTERS]
    return {step: [pair for pair in named if pair[0].step == step] for step in STEPS}


def _shows(path: str, one: str | Register, url: str) -> bool:
    return path == url if isinstance(one, str) else path.startswith((url, f"/import/{one.name}/"))


def _page(path: str, one: str | Register, url: str) -> dict[str, Any]:
    title = gettext(one) if isinstance(one, str) else one.title
    return {"title": title, "url": url, "current": _shows(path, one, url)}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return `shell` for the templates; pages before sign-in get the plain frame."""
    user = getattr(request, "user", None)
    installation = Installation.objects.first()
    frame: dict[str, Any] = {
        "demo": bool(installation and installation.demo), "theme": "auto", "density": "compact", "warnings": [],
        "as_of": moment(), "organisation": Organisation.objects.first(),
    }  # fmt: skip
    if not isinstance(user, User):
        return {"shell": frame}
    asked = request.GET.get("site", "")
    sites = list(visible(Site.objects.order_by("code").only("code", "name"), user))
    current = named(sites, asked)
    frame |= {
        "theme": user.preferences.get("theme", "auto"), "density": user.preferences.get("density", "compact"),
        "nav": navigation(user, request.path), "site": current, "work_count": count_for(user), "notice_count": NOTICES.queryset(user).filter(read=False).count(), "search_url": "/search/",
        "sites": [{"code": site.code, "name": site.name, "url": f"?site={site.pk}", "current": site == current} for site in sites],
    }  # fmt: skip
    if not settings.HISTORY_PROTECTED:
        frame["warnings"].append("History is not protected from the application: it runs with one database role.")
    return {"shell": frame}
