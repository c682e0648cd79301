"""The page of a walk-down for the tablet: one asset at a time, three answers, and what no record tells of."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from assets import floor
from assets.models import Asset, Sighting, WalkDown
from assets.registers import ASSETS
from registers.views.change import WritingView
from registers.workflow import NotPossible

SHOWN = 40


class Walk(WritingView):
    """Shows the next asset of the round, or the one in the address (as its label leads here), and keeps what is found."""

    template, verb = "walk", "see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what is to be looked at next."""
        record = self.get_object()
        asset = self._asked(record, request.GET.get("asset", "")) or self._next(record)
        recorded = {name: getattr(asset, name) for name in floor.CELLS} if asset else {}
        return self._shown(record, asset, floor.see.form_class(user=self.request.user, initial=recorded))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep what is found and go on, or say what is wrong."""
        record, form = self.get_object(), floor.see.form_class(request.POST, user=request.user)
        asset = self._asked(record, request.POST.get("asset", ""))
        if form.is_valid():
            try:
                floor.see(record, by=request.user, **form.cleaned_data)
            except NotPossible as refusal:
                form.add_error(None, str(refusal))
            except ValidationError as wrong:
                form.add_error(None, wrong.messages)
            else:
                seen = asset.name if asset else form.cleaned_data["name"]
                messages.success(request, f"{seen}: {Sighting.Result(form.cleaned_data['result']).label}")
                return redirect(f"{request.path}?after={asset.pk}" if asset else request.path)
        return self._shown(record, asset, form, 422)

    def _shown(self, record: WalkDown, asset: Asset | None, form: forms.Form, status: int = 200) -> HttpResponse:
        words = self.request.GET.get("q", "").strip()
        left, total = floor.unseen(record), floor.expected(record).count()
        waiting = left.filter(Q(name__icontains=words) | Q(location__icontains=words)).exclude(
            pk=asset.pk if asset else 0
        )
        count, shown = left.count(), list(waiting[: SHOWN + 1])
        return self.page(
            status, record=record, asset=asset, form=form, cells=[form[name] for name in floor.CELLS], waiting=shown[:SHOWN], words=words,
            more=waiting.count() - SHOWN if len(shown) > SHOWN else 0, left=count, done=total - count, total=total, title=gettext("Walk-down"),
            seen=record.sightings.filter(asset=asset).first() if asset else None, open=record.status == WalkDown.Status.RUNNING,
            extra="extra" in self.request.GET or form.data.get("result") == Sighting.Result.UNKNOWN, here=self.request.path,
        )  # fmt: skip

    def _asked(self, record: WalkDown, key: str) -> Asset | None:
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        found: Asset | None = ASSETS.queryset(self.request.user).filter(site=record.site_id, pk=int(key)).first()
        if found is None:
            raise Http404(gettext("There is no such asset at this site."))
        return found

    def _next(self, record: WalkDown) -> Asset | None:
        """Return the asset after the one just looked at, in the order of the round; after the last, the first that is left."""
        left, last = floor.unseen(record), self._asked(record, self.request.GET.get("after", ""))
        if last is not None:
            behind = Q(location__gt=last.location) | Q(location=last.location, name__gt=last.name)
            return left.filter(behind).first() or left.first()
        return left.first()
