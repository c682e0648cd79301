"""POST on a collection: one record, or up to 1,000 in one request, all of them or none."""

from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from registers import saving
from registers.api.bulk import MOST, referenced, refuse_if
from registers.api.idempotency import once
from registers.api.serializers import RecordSerializer
from registers.api.viewsets import RecordViewSet


class AddMixin(RecordViewSet):
    """Adds records; an Idempotency-Key makes a repeated POST harmless."""

    def create(self, request: Request) -> Response:
        """Add one record, or a list of them, all or none."""
        return once(request, lambda: self._add(request))

    def _add(self, request: Request) -> Response:
        if not self.register.may_anywhere(request.user, "add"):
            raise PermissionDenied
        if isinstance(request.data, list):
            return self._add_many(request)
        try:
            made = self._one(request.data, {"found": {}})
        except IntegrityError:  # asked again with all rules, so that what is wrong is named
            made = self._one(request.data, {})
        record = self.written(made)
        response = self.answer(record, 201)
        response["Location"] = f"{request.path}{record.pk}/"
        return response

    def _one(self, item: Any, more: dict[str, Any]) -> Any:
        serializer: Any = self.get_serializer(data=item, context={**self.get_serializer_context(), **more})
        serializer.is_valid(raise_exception=True)
        reason = serializer.validated_data.get("change_reason", "")
        return saving.save(serializer.save, by=self.request.user, verb="add", reason=reason)

    def _add_many(self, request: Request) -> Response:
        items: Any = request.data
        if len(items) > MOST:
            raise ValidationError({"non_field_errors": [f"At most {MOST:,} records at once. Use an import for more."]})
        made = self._together(items) or self._one_by_one(items)
        found = self.get_queryset().in_bulk([one.pk for one in made])
        return Response(self.told(found[one.pk] for one in made), status=201)

    def _together(self, items: list[Any]) -> list[Any]:
        """Write all in one statement; return nothing where the database refuses, so that each is judged alone and named."""
        found = referenced(self, items)
        serializer: Any = self.get_serializer(
            data=items, many=True, context={**self.get_serializer_context(), "found": found}
        )
        model = self.register.model
        if type(serializer.child).create is not RecordSerializer.create or model._meta.many_to_many:
            return []
        serializer.is_valid(raise_exception=True)
        reasons = {values.pop("change_reason", "") for values in serializer.validated_data}
        records = [model(**values) for values in serializer.validated_data]
        try:
            with transaction.atomic():
                saving.save_many(records, by=self.request.user, reason=reasons.pop() if len(reasons) == 1 else "")
        except IntegrityError:
            return []
        return records

    def _one_by_one(self, items: list[Any]) -> list[Any]:
        """Judge and write each after those before it; refuse all with every reason."""
        made, wrong = [], {}
        with transaction.atomic():
            for number, item in enumerate(items):
                serializer: Any = self.get_serializer(data=item)
                if not serializer.is_valid():
                    wrong[number] = serializer.errors
                    continue
                reason = serializer.validated_data.get("change_reason", "")
                made.append(saving.save(partial(serializer.save), by=self.request.user, verb="add", reason=reason))
            refuse_if(wrong)
        return made
