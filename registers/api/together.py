"""One step for many records in one request, all of them or none."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied as Forbidden
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from registers.api.answers import an_object, answers
from registers.api.bulk import STALE
from registers.api.idempotency import once
from registers.api.viewsets import RecordViewSet
from registers.together import MOST, Many, site_of

if TYPE_CHECKING:
    from registers.register import Register


MOVED = inline_serializer(
    "Moved", {"step": serializers.CharField(), "moved": serializers.ListField(child=serializers.CharField())}
)


class MovedOn(ValidationError):
    """Some of many were changed since they were read."""

    status_code = 412
    default_code = "precondition_failed"


def together_action(register: "Register", many: Many) -> Any:
    """Return the endpoint POST together/ of a register."""
    body = inline_serializer(f"{register.model.__name__}sTogether", {
        "step": serializers.ChoiceField(choices=sorted(many.steps)),
        "ids": serializers.ListField(child=serializers.CharField()), "answers": serializers.DictField(required=False),
        "revisions": serializers.DictField(child=serializers.IntegerField(), required=False, help_text="By id, the revision that was read; 412 if it moved on."),
    })  # fmt: skip

    def together(self: RecordViewSet, request: Request) -> Response:
        """Take one step for many records, all or none."""
        return once(request, lambda: _taken(self, request, many))

    acted = action(detail=False, methods=["post"])(together)
    return extend_schema(request=body, responses=MOVED)(acted)


def _taken(view: RecordViewSet, request: Request, many: Many) -> Response:
    data = an_object(request.data, of=("step", "ids", "answers", "revisions"))
    step = many.steps.get(str(data.get("step", "")))
    if step is None:
        raise ValidationError({"step": f"Choose one of {', '.join(sorted(many.steps))}."})
    ids = data.get("ids")
    keys = [str(one) for one in ids] if isinstance(ids, list) else []
    if not 0 < len(keys) <= MOST or not all(key.isascii() and key.isdigit() and len(key) < 19 for key in keys):
        raise ValidationError({"ids": f"Send 1 to {MOST:,} ids as strings."})
    found = list(view.get_queryset().filter(pk__in=keys))
    if len(found) != len(set(keys)):
        raise ValidationError({"ids": "Some of these are not there."})
    seen = _seen(data.get("revisions") or {}, found)
    try:
        given = answers(data.get("answers") or {}, step.asks)
        form: Any = step.form_class(given, user=request.user, site=site_of(found))
        if not form.is_valid():
            raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    except ValidationError as wrong:
        raise ValidationError({"answers": wrong.detail}) from wrong
    try:
        moved = many.take(step, found, by=request.user, answers=form.cleaned_data, seen=seen)
    except Forbidden as refused:
        raise PermissionDenied(str(refused)) from refused
    return Response({"step": step.name, "moved": [str(one.pk) for one in moved]})


def _seen(said: Any, found: list[Any]) -> dict[int, int]:
    """Return the revisions that were read, by primary key; refuse what is none, and those that moved on."""
    known = {str(one.pk): one for one in found}
    if not isinstance(said, dict):
        raise ValidationError({"revisions": ["Send an object of revisions by id."]})
    wrong = {key: ["It is not among the ids."] for key in said if key not in known}
    wrong |= {key: ["Give the revision as a number."] for key, value in said.items() if type(value) is not int}
    if wrong:
        raise ValidationError({"revisions": wrong})
    if moved := {key: [STALE] for key, revision in said.items() if known[key].revision != revision}:
        raise MovedOn({"revisions": moved})
    return {known[key].pk: revision for key, revision in said.items()}
