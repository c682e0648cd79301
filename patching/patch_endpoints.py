"""REST that patching adds to deployments: one step for many, all or none."""

from typing import Any

from django.core.exceptions import PermissionDenied as Forbidden
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from patching.deploying import STEPS, together
from registers.api.idempotency import once
from registers.api.viewsets import RecordViewSet, viewset_for

MOST = 1000
MANY = {step.name: step for step in STEPS if step.name != "schedule"}
BODY = inline_serializer("PatchDeploymentsTogether", {
    "step": serializers.ChoiceField(choices=sorted(MANY)), "ids": serializers.ListField(child=serializers.CharField()),
    "answers": serializers.DictField(required=False),
})  # fmt: skip


def deployment_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the deployments, with `together`."""
    base: type[RecordViewSet] = viewset_for(register)

    class DeploymentViewSet(base):  # type: ignore[valid-type,misc]
        """Patches on assets; POST together/ takes one step for many."""

        @extend_schema(request=BODY, responses=OpenApiTypes.OBJECT)
        @action(detail=False, methods=["post"])
        def together(self, request: Request) -> Response:
            """Take one step for many deployments, all or none."""
            return once(request, lambda: self._together(request))

        def _together(self, request: Request) -> Response:
            data: Any = request.data if isinstance(request.data, dict) else {}
            step = MANY.get(str(data.get("step", "")))
            if step is None:
                raise ValidationError({"step": f"Choose one of {', '.join(sorted(MANY))}."})
            ids = data.get("ids")
            keys = [str(one) for one in ids] if isinstance(ids, list) else []
            if not 0 < len(keys) <= MOST or not all(key.isascii() and key.isdigit() and len(key) < 19 for key in keys):
                raise ValidationError({"ids": f"Send 1 to {MOST:,} ids as strings."})
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

    return DeploymentViewSet
