"""REST that rule sets and observed flows add to their registers: a file is brought in, and many flows are decided together."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied as Forbidden
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from network import captures, rulesets
from network.deciding import STEPS, together
from network.flow_forms import CaptureForm, RulesetForm
from registers.api.idempotency import once
from registers.api.jobs import keep, shown
from registers.api.viewsets import RecordViewSet, viewset_for
from registers.models import Job

MOST = 500
MANY = {step.name: step for step in STEPS}
BODY = inline_serializer("ObservedFlowsTogether", {
    "step": serializers.ChoiceField(choices=sorted(MANY)), "ids": serializers.ListField(child=serializers.CharField()),
    "answers": serializers.DictField(required=False),
})  # fmt: skip


def _taken(register: Any, request: Request, form_class: Any, ask: Callable[..., Job]) -> Response:
    """Check the upload, keep the file and start the job; 202."""
    if not register.may_anywhere(request.user, "import"):
        raise PermissionDenied
    form = form_class(request.data, request.FILES, user=request.user)
    if not form.is_valid():
        raise ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})
    given = dict(form.cleaned_data)
    upload = given.pop("file")
    job = ask(request.user, name=str(upload.name), path=keep(upload), **given)
    return Response(shown(job), status=202, headers={"Location": f"/api/v1/jobs/{job.pk}/"})


def ruleset_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the rule sets, with `take` for a file."""
    base: type[RecordViewSet] = viewset_for(register)

    class RulesetViewSet(base):  # type: ignore[valid-type,misc]
        """Firewall rule sets; POST take/ brings a file in and answers with a job."""

        @extend_schema(request={"multipart/form-data": OpenApiTypes.OBJECT}, responses={202: OpenApiTypes.OBJECT})
        @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
        def take(self, request: Request) -> Response:
            """Take a rule set (site, file, device); 202 with the job."""
            return _taken(register, request, RulesetForm, rulesets.ask)

    return RulesetViewSet


def capture_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the logs of connections, with `take` for a file."""
    base: type[RecordViewSet] = viewset_for(register)

    class CaptureViewSet(base):  # type: ignore[valid-type,misc]
        """Logs of connections; POST take/ brings a file in and answers with a job."""

        @extend_schema(request={"multipart/form-data": OpenApiTypes.OBJECT}, responses={202: OpenApiTypes.OBJECT})
        @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
        def take(self, request: Request) -> Response:
            """Take a log (site, file, sensor); 202 with the job."""
            return _taken(register, request, CaptureForm, captures.ask)

    return CaptureViewSet


def observed_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the observed flows, with `together`."""
    base: type[RecordViewSet] = viewset_for(register)

    class ObservedViewSet(base):  # type: ignore[valid-type,misc]
        """Observed flows; POST together/ takes one step for many."""

        @extend_schema(request=BODY, responses=OpenApiTypes.OBJECT)
        @action(detail=False, methods=["post"])
        def together(self, request: Request) -> Response:
            """Take one step for many observed flows, all or none."""
            return once(request, lambda: self._together(request))

        def _together(self, request: Request) -> Response:
            data: Any = request.data if isinstance(request.data, dict) else {}
            step = MANY.get(str(data.get("step", "")))
            if step is None:
                raise ValidationError({"step": f"Choose one of {', '.join(sorted(MANY))}."})
            ids = data.get("ids")
            keys = [str(one) for one in ids] if isinstance(ids, list) else []
            if not 0 < len(keys) <= MOST or not all(key.isascii() and key.isdigit() and len(key) < 19 for key in keys):
                raise ValidationError({"ids": f"Send 1 to {MOST} ids as strings."})
            found = list(self.get_queryset().filter(pk__in=keys))
            if len(found) != len(set(keys)):
                raise ValidationError({"ids": "Some of these are not there."})
            form: Any = step.form_class(data.get("answers") if isinstance(data.get("answers"), dict) else {})
            if not form.is_valid():
                raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
            try:
                moved = together(step, found, by=request.user, answers=form.cleaned_data)
            except Forbidden as refused:
                raise PermissionDenied(str(refused)) from refused
            return Response({"step": step.name, "moved": [str(one.pk) for one in moved]})

    return ObservedViewSet
