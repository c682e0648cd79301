"""Many records in one request: PATCH and DELETE on a collection, all of them or none."""

from typing import Any

from django.db import IntegrityError, models, transaction
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from registers import saving
from registers.api.serializers import RecordSerializer, ReferenceField
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


def referenced(view: RecordViewSet, items: list[Any]) -> dict[str, dict[int, Any]]:
    """Return, for each field that points at other records, those named that this person may see, in one query each."""
    serializer: Any = view.get_serializer()
    found = {}
    for name, field in serializer.fields.items():
        if isinstance(field, ReferenceField) and not field.read_only:
            named_ids = (str(one.get(name)) for one in items if isinstance(one, dict))
            keys = {int(key) for key in named_ids if key.isascii() and key.isdigit() and len(key) < 19}
            found[name] = field.get_queryset().in_bulk(keys) if keys else {}
    return found


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
        values = [{name: one for name, one in item.items() if name not in {"id", "revision"}} for item in items]
        with because(by=request.user):
            records = held(self, items, "change")
            if not self._change_alike(values, records):
                self._change_each(values, records)
        found = self.get_queryset().in_bulk([record.pk for record in records])
        return Response(self.told(found[record.pk] for record in records))

    def _change_alike(self, items: list[dict[str, Any]], records: list[Any]) -> bool:
        """Write those with the same fields in one statement; say no where the database refuses, so that each is judged alone."""
        context = {**self.get_serializer_context(), "found": referenced(self, items)}
        serializer: Any = self.get_serializer(partial=True, context=context)
        if type(serializer).update is not RecordSerializer.update:
            return False
        wrong: dict[int, Any] = {}
        alike: dict[tuple[tuple[str, ...], str], list[Any]] = {}
        many = {field.name for field in self.register.model._meta.many_to_many}
        for number, (item, record) in enumerate(zip(items, records, strict=True)):
            serializer.instance = record
            try:
                values = serializer.run_validation(item)
            except serializers.ValidationError as error:
                wrong[number] = error.detail
                continue
            if many & set(values):
                return False
            reason = values.pop("change_reason", "")
            alike.setdefault((tuple(sorted(values)), reason), []).append((record, values))
        refuse_if(wrong)
        try:
            with transaction.atomic():
                for (names, reason), changes in alike.items():
                    saving.change_many(changes, names, by=self.request.user, reason=reason)
        except IntegrityError:
            return False
        return True

    def _change_each(self, items: list[dict[str, Any]], records: list[Any]) -> None:
        """Judge and write each after those before it; refuse all with every reason."""
        wrong: dict[int, Any] = {}
        for number, (item, record) in enumerate(zip(items, records, strict=True)):
            record.refresh_from_db()
            change: Any = self.get_serializer(record, data=item, partial=True)
            if not change.is_valid():
                wrong[number] = change.errors
                continue
            reason = change.validated_data.get("change_reason", "")
            saving.save(change.save, by=self.request.user, verb="change", reason=reason)
        refuse_if(wrong)


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
