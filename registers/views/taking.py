"""The page that takes a file in: it is kept, and a job reads it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from registers.api.jobs import keep
from registers.storage import NoSpace
from registers.taking import Taking
from registers.views.change import WritingView


class RecordTake(WritingView):
    """Asks for a file and starts taking it in."""

    taking: Taking = None  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse those who may take in nothing."""
        if not self.register.may_anywhere(request.user, "import"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self._shown(self.taking.form(user=request.user, initial={"site": request.GET.get("site")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the file and start the job, or say what is wrong."""
        form = self.taking.form(request.POST, request.FILES, user=request.user)
        if form.is_valid():
            given = dict(form.cleaned_data)
            upload = given.pop("file")
            try:
                return redirect(self.taking.ask(request.user, name=str(upload.name), path=keep(upload), **given))
            except NoSpace as full:
                form.add_error("file", str(full))
        return self._shown(form, 422)

    def _shown(self, form: Any, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "path": self.path(),
            "cancel_url": self.link("list"),
            "title": gettext("Take in a {what}").format(what=self.register.one),
        }
        return render(self.request, self.taking.template, context, status=status)
