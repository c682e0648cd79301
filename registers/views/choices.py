"""The records that a long choice finds, as the person may see them."""

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext

from registers.door import registers
from registers.filters import search

MOST = 50


def choices(request: HttpRequest, name: str) -> JsonResponse:
    """Return up to 50 records of a register in whose searched fields each word stands: their ids and names."""
    register = next((one for one in registers() if one.name == name), None)
    if register is None or not register.may_anywhere(request.user, "view"):
        raise Http404(gettext("There is no such register."))
    found = search(register.queryset(request.user), request.GET.get("q", ""), register.search).order_by(*register.order)
    return JsonResponse({"results": [{"id": str(one.pk), "name": str(one)} for one in found[:MOST]]})
