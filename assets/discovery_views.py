"""Settles many devices of a scan together."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from assets import settling
from assets.discovery_registers import DEVICES, SCANS
from registers.workflow import NotPossible

MANY = {step.name: step for step in settling.STEPS if step.name not in {"identify", "reopen"}}
MOST, TOLD = 500, 8


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one step for the ticked devices of a scan, or for all open ones it fits; say which were refused and why."""
    scan = SCANS.queryset(request.user).filter(pk=pk).first()
    step = MANY.get(request.POST.get("step", ""))
    if scan is None or step is None:
        raise Http404(gettext("There is no such record."))
    open_ones = DEVICES.queryset(request.user, step.name).filter(scan=scan, status="OPEN")
    if not DEVICES.may_anywhere(request.user, step.name):
        raise PermissionDenied
    ticked = [int(one) for one in request.POST.getlist("device") if one.isascii() and one.isdigit() and len(one) < 19]
    chosen = (
        open_ones.filter(verdict__in=settling.FITS[step.name] - {"UNCLEAR"})
        if request.POST.get("all")
        else open_ones.filter(pk__in=ticked)
    )
    asked = {name: request.POST.get(name, "") for name in step.asks if name != "name"}
    done, refused = 0, []
    for device in chosen.order_by("number")[:MOST]:
        try:
            step.answer(device, by=request.user, data=asked)
            done += 1
        except (NotPossible, PermissionDenied) as why:
            refused.append(f"{device.title}: {why}")
        except ValidationError as wrong:
            refused.append(f"{device.title}: {' '.join(wrong.messages)}")
    if done:
        told = ngettext("{step}: {n} device.", "{step}: {n} devices.", done)
        messages.success(request, told.format(step=step.title, n=done))
    elif not refused:
        messages.error(request, gettext("Tick the devices first."))
    for line in refused[:TOLD]:
        messages.error(request, line)
    if len(refused) > TOLD:
        messages.error(request, gettext("{n} more were refused.").format(n=len(refused) - TOLD))
    return redirect(scan)
