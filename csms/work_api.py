"""My work over REST: what waits, and putting a thing away or bringing it back."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from csms import work
from registers.api.answers import an_object, answers
from registers.api.asking import refuse_unknown
from registers.api.described import page_of
from registers.api.idempotency import once
from registers.api.paging import Paging
from registers.figures import Waiting
from registers.history.past import day_at

ITEM = inline_serializer(
    "Work",
    {
        "id": serializers.CharField(), "title": serializers.CharField(), "detail": serializers.CharField(), "url": serializers.CharField(),
        "kind": serializers.CharField(), "due_on": serializers.DateField(allow_null=True), "site": serializers.CharField(allow_null=True),
        "snoozed_until": serializers.DateField(allow_null=True),
    },
)  # fmt: skip
LIST = page_of("WorkList", ITEM)


def told(one: Waiting) -> dict[str, Any]:
    """Return a thing that waits as REST tells it."""
    return {
        "id": one.key, "title": one.title, "detail": one.detail, "url": one.url, "kind": one.kind, "due_on": one.due_on,
        "site": str(one.site.pk) if one.site else None, "snoozed_until": one.snoozed_until,
    }  # fmt: skip


class MyWorkView(APIView):
    """`GET my-work/`: what waits for the person, the earliest first; what they put away too, with the day it comes back."""

    @extend_schema(
        operation_id="my_work_list", responses=LIST, tags=["my-work"],
        parameters=[OpenApiParameter(name, str) for name in ("limit", "offset", "as_of")] + [OpenApiParameter("snoozed", bool)],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List it."""
        asked = request.query_params
        refuse_unknown(asked, {"limit", "offset", "as_of", "format", "snoozed"})
        if asked.get("snoozed") not in {None, "true", "false"}:
            raise ValidationError({"snoozed": "Give true or false."})
        found = work.waiting_for(request.user, day_at())
        if "snoozed" in asked:
            found = [one for one in found if bool(one.snoozed_until) == (asked["snoozed"] == "true")]
        pages = Paging()
        return pages.get_paginated_response([told(one) for one in pages.paginate_queryset(found, request)])


class SnoozeView(APIView):
    """`POST my-work/<id>/snooze/`: puts a thing away until a day, for the person alone."""

    @extend_schema(
        operation_id="my_work_snooze", request=inline_serializer("Snooze", {"until": serializers.DateField()}),
        responses=ITEM, tags=["my-work"],
    )  # fmt: skip
    def post(self, request: Request, key: str) -> Response:
        """Put it away."""
        refuse_unknown(request.query_params, {"format"})

        def take() -> Response:
            one = mine(request.user, key)
            form: Any = work.SnoozeForm(answers(request.data, work.SnoozeForm.base_fields))
            if not form.is_valid():
                raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
            return Response(told(work.snooze(request.user, one, form.cleaned_data["until"])))

        return once(request, take)


class WakeView(APIView):
    """`POST my-work/<id>/wake/`: brings a thing back at once."""

    @extend_schema(operation_id="my_work_wake", request=None, responses=ITEM, tags=["my-work"])
    def post(self, request: Request, key: str) -> Response:
        """Bring it back."""
        refuse_unknown(request.query_params, {"format"})
        an_object(request.data, of=())
        return once(request, lambda: Response(told(work.wake(request.user, mine(request.user, key)))))


def mine(user: Any, key: str) -> Waiting:
    """Return the thing of this key that waits for the person; any other is not there."""
    one = next((one for one in work.waiting_for(user, day_at()) if one.key == key), None)
    if one is None:
        raise NotFound("There is no such record.")
    return one
