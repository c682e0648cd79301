"""Which columns of a list a person sees, and in which order: kept for the person, said in the address."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from registers.door import registers
from registers.own import keeps

if TYPE_CHECKING:
    from registers.register import Register


def chosen(register: "Register", request: HttpRequest) -> list[str]:
    """Return the columns to show: those of the address, else the person's own, else the register's first; the name stays first."""
    user: Any = request.user
    asked = request.GET.get("columns", "").split(",")
    own = user.preferences.get("columns", {}).get(register.name, [])
    for names in (asked, own):
        known = [name for name in dict.fromkeys(names) if name in register.listed]
        if known:
            return list(dict.fromkeys((register.listed[0], *known)))
    return list(register.first_shown)


def kept_query(register: "Register", request: HttpRequest) -> str:
    """Return the part of a list's address that a saved view keeps."""
    query = request.GET.copy()
    for name in [name for name in query if not keeps(register, name)]:
        del query[name]
    return query.urlencode()


@require_POST
def keep(request: HttpRequest, name: str) -> HttpResponse:
    """Keep this person's columns of a list, or forget them, and show the list so."""
    register = next((one for one in registers() if one.name == name), None)
    if register is None:
        raise Http404(gettext("There is no such list."))
    user: Any = request.user
    query = QueryDict(request.POST.get("query", "")[:2000], mutable=True)
    query.pop("columns", None)
    own = {**user.preferences.get("columns", {})}
    own.pop(name, None)
    names = [column for column in request.POST.getlist("columns") if column in register.listed]
    if names and not request.POST.get("reset"):
        own[name] = names
        query["columns"] = ",".join(names)
    user.preferences = {**user.preferences, "columns": own}
    user.save(update_fields=["preferences"])
    return redirect(f"{reverse(f'{register.app}:{name}-list')}?{query.urlencode()}")
