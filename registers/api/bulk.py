"""Many records in one request: PATCH and DELETE on a collection, all of them or none."""

from typing import Any

from django.db import models, transaction
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from registers import saving
from registers.api.viewsets import RecordViewSet
from registers.door import may
from registers.history.origin import because

MOST = 1000
NO_RECORD = "There is no such record."
STALE = "The record was changed in between. Read it again."


class ItemsRefused(ValidationError):
    """Some of many cannot be done, for the reasons at their pointers."""

    def __init__(self, found: dict[int, Any], status: int, code: str) -> None:
        super().__init__({str(number): reason for number, reason in sorted(found.items())})
        self.status_code, self.default_code = status, code


class NamedSerializer(serializers.Serializer[Any]):
    """One of many: its id, and the revision that was seen."""

    id = serializers.CharField()
    revision = serializers.IntegerField(required=False)


def refuse_if(found: dict[int, Any], status: int = 400, code: str = "invalid") -> None:
    """Raise what is wrong with some of many, if anything is."""
    if found:
        raise ItemsRefused(found, status, code)


def named(data: Any) -> list[dict[str, Any]]:
    """Read the body: a list of objects, each with the id of another record."""
    if not isinstance(data, list) or not data:
        raise ValidationError({"non_field_errors": ["Send a list of objects, each with the id of a record."]})
    if len(data) > MOST:
        raise ValidationError({"non_field_errors": [f"At most {MOST:,} records at once."]})
    wrong: dict[int, Any] = {}
    seen: set[str] = set()
    for number, one in enumerate(data):
        key = one.get("id") if isinstance(one, dict) else None
        revision = one.get("revision") if isinstance(one, dict) else None
        if not isinstance(key, str) or not (key.isascii() and key.isdigit()) or len(key) > 18:
            wrong[number] = {"id": ["Give the record's id as a string."]}
        elif key in seen:
            wrong[number] = {"id": ["This record is named twice."]}
        elif revision is not None and (isinstance(revision, bool) or not isinstance(revision, int)):
            wrong[number] = {"revision": ["Give the revision as a number."]}
        seen.add(str(key))
    refuse_if(wrong)
    return data


def held(view: RecordViewSet, items: list[dict[str, Any]], verb: str) -> list[Any]:
    """Lock the named records and return them in order; refuse those that are not there, not allowed, or moved on."""
    keys = [int(one["id"]) for one in items]
    user: Any = view.request.user
    locked = view.register.queryset(user).select_for_update(of=("self",)).order_by("pk").in_bulk(keys)
    refuse_if({number: {"id": [NO_RECORD]} for number, key in enumerate(keys) if key not in locked})
    found = [locked[key] for key in keys]
    refuse_if(
        {number: ["You may not do this here."] for number, one in enumerate(found) if not may(user, verb, one)},
        403, "permission_denied",
    )  # fmt: skip
    seen = [one.get("revision") for one in items]
    unsaid = [number for number, one in enumerate(items) if seen[number] is None and view.register.controls(one)]
    refuse_if(
        {number: {"revision": ["Say which revision you saw."]} for number in unsaid}, 428, "precondition_required"
    )
    moved = {
        number: {"revision": [STALE]}
        for number, (one, revision) in enumerate(zip(found, seen, strict=True))
        if revision is not None and one.revision != revision
    }
    refuse_if(moved, 412, "precondition_failed")
    return found


class ChangeManyMixin(RecordViewSet):
    """Changes many records in one transaction."""

    def change_many(self, request: Request) -> Response:
        """Change some fields of up to 1,000 records, all of them or none."""
        if not self.register.may_anywhere(request.user, "change"):
            raise PermissionDenied
        items = named(request.data)
        with because(by=request.user):
            records = held(self, items, "change")
            changes = self._checked(items, records)
            for change in changes:
                reason = change.validated_data.get("change_reason", "")
                saving.save(change.save, by=request.user, verb="change", reason=reason)
        found = self.get_queryset().in_bulk([record.pk for record in records])
        return Response(self.told(found[record.pk] for record in records))

    def _checked(self, items: list[dict[str, Any]], records: list[Any]) -> list[Any]:
        """Return a serializer with good values for each item, or refuse them with everything that is wrong."""
        wrong: dict[int, Any] = {}
        changes = []
        for number, (item, record) in enumerate(zip(items, records, strict=True)):
            values = {name: value for name, value in item.items() if name not in {"id", "revision"}}
            change = self.get_serializer(record, data=values, partial=True)
            if not change.is_valid():
                wrong[number] = change.errors
            changes.append(change)
        refuse_if(wrong)
        return changes


class DeleteManyMixin(RecordViewSet):
    """Deletes many records in one transaction."""

    def delete_many(self, request: Request) -> Response:
        """Delete up to 1,000 records, all of them or none."""
        if not self.register.may_anywhere(request.user, "delete"):
            raise PermissionDenied
        items = named(request.data)
        wrong: dict[int, Any] = {}
        with because(by=request.user):
            for number, record in enumerate(held(self, items, "delete")):
                try:
                    with transaction.atomic():
                        saving.delete(record, by=request.user)
                except models.ProtectedError:
                    wrong[number] = ["Other records still need this one."]
            refuse_if(wrong, 409, "conflict")
        return Response(status=204)
