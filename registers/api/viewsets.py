"""The REST endpoints of a register, from its one declaration."""

import builtins
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from registers import saving
from registers.api.answers import answers, told
from registers.api.asking import expanded, expanding, refuse_unknown, with_view
from registers.api.idempotency import once
from registers.api.problems import PreconditionFailed, PreconditionRequired
from registers.door import may
from registers.filters import search
from registers.workflow import NotPossible, Transition

if TYPE_CHECKING:
    from registers.register import Register

ONE = frozenset({"as_of", "expand", "format"})
KNOWN = ONE | {"limit", "offset", "q", "ordering", "view"}


class RecordViewSet(viewsets.GenericViewSet[Any]):
    """List, read, add, change and delete records; what one may not see is not there."""

    register: "Register" = None  # type: ignore[assignment]
    lookup_value_regex = r"[^/]+"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may ask; whatever writes takes nothing from the address."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS:
            refuse_unknown(request.query_params, {"format"})

    def get_queryset(self) -> models.QuerySet[Any]:
        """Return what this person may see."""
        found = self.register.queryset(self.request.user)
        told = (*self.register.fields, *self.register.shows)
        many = [name for name in told if isinstance(self.register.field(name), models.ManyToManyField)]
        return found.prefetch_related(*many) if many else found

    def get_object(self) -> Any:
        """Return the record, answering an id that is not the person's and one that does not exist alike."""
        key = str(self.kwargs["pk"])
        if not (key.isascii() and key.isdigit()) or len(key) > 18:
            raise NotFound("There is no such record.")
        record = self.get_queryset().filter(pk=int(key)).first()
        if record is None:
            raise NotFound("There is no such record.")
        return record

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Apply filters, search and order; a parameter that is not declared is refused."""
        asked = with_view(self.register, self.request)
        filters = self.register.rest_filterset_class(asked, queryset, request=self.request, named_only=True)
        refuse_unknown(asked, KNOWN | set(filters.filters), many=filters.of_many())
        if not filters.form.is_valid():
            raise ValidationError({name: list(errors) for name, errors in filters.form.errors.items()})
        found = search(filters.qs, asked.get("q", ""), self.register.search)
        return found.order_by(*self._order(asked.get("ordering", "")), "pk")

    def _order(self, text: str) -> list[str]:
        register = self.register
        asked = [name for name in text.split(",") if name]
        allowed = {name for name in (*register.columns, *register.fields, *register.shows) if register.field(name)}
        allowed |= {"id", "created_at", "updated_at"}
        for name in asked:
            if name.removeprefix("-") not in allowed:
                raise ValidationError({"ordering": f"Cannot be ordered by '{name}'."})
        return [name.replace("id", "pk") if name.removeprefix("-") == "id" else name for name in asked] or list(
            register.order
        )

    def list(self, request: Request) -> Response:
        """List the records."""
        if not self.register.may_anywhere(request.user, "view"):
            raise PermissionDenied
        names = expanding(self.register, request.query_params.get("expand", ""))
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        listed = expanded(self.register, self.told(page or ()), names, self.get_serializer_context())
        return self.get_paginated_response(listed)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Read one record."""
        refuse_unknown(request.query_params, ONE)
        names = expanding(self.register, request.query_params.get("expand", ""))
        response = self.answer(self.get_object())
        expanded(self.register, [response.data], names, self.get_serializer_context())
        return response

    def answer(self, record: Any, status: int = 200) -> Response:
        """Return the record with its entity tag."""
        headers = {"ETag": record.etag} if hasattr(record, "etag") else {}
        return Response(self.told([record])[0], status=status, headers=headers)

    @classmethod
    @cache
    def _reader(cls) -> Any:
        """The serializer that reads for every request: building its fields takes longer than reading a record."""
        return cls.serializer_class()  # type: ignore[misc]

    def told(self, records: Iterable[Any]) -> "builtins.list[dict[str, Any]]":
        """Return records as REST tells them."""
        tell = self._reader().to_representation
        return [dict(tell(record)) for record in records]

    def matched(self, record: Any) -> int | None:
        """Check If-Match (RFC 9110 13.1.1) and return the revision that must still hold, if one was named."""
        sent = self.request.headers.get("If-Match")
        if sent is None:
            given = self.request.data
            if self.register.controls(given if isinstance(given, dict) else ()):
                raise PreconditionRequired
            return None
        tags = [tag.strip() for tag in sent.split(",")]
        if "*" not in tags and record.etag not in tags:
            raise PreconditionFailed
        return int(record.revision)

    def written(self, record: Any) -> Any:
        """Return the record as anyone would read it now, with what the database set."""
        return self.get_queryset().get(pk=record.pk)


class ChangeMixin(RecordViewSet):
    """Changes records."""

    def update(self, request: Request, pk: str) -> Response:
        """Replace the fields of a record."""
        return self._change(request, partial=False)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some fields of a record."""
        return self._change(request, partial=True)

    def _change(self, request: Request, *, partial: bool) -> Response:
        record = self.get_object()
        if not may(request.user, "change", record):
            raise PermissionDenied
        revision = self.matched(record)
        serializer = self.get_serializer(record, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        reason = serializer.validated_data.get("change_reason", "")
        saved = saving.save(
            serializer.save, by=request.user, verb="change", reason=reason, revision=revision, record=record
        )
        return self.answer(self.written(saved))


class DeleteMixin(RecordViewSet):
    """Deletes records."""

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a record that nothing else needs."""
        record = self.get_object()
        if not may(request.user, "delete", record):
            raise PermissionDenied
        saving.delete(record, by=request.user, revision=self.matched(record))
        return Response(status=204)


def _step_action(register: "Register", step: Transition) -> Any:
    fields = {name: told(field) for name, field in step.asks.items()}
    body = (
        inline_serializer(f"{register.model.__name__}{step.name.title().replace('_', '')}", fields) if fields else None
    )

    def take_step(self: RecordViewSet, request: Request, pk: str) -> Response:
        def take() -> Response:
            record = self.get_object()
            if not may(request.user, step.name, record):
                raise PermissionDenied
            if refusal := step.refusal(request.user, record):  # before the revision: RFC 9110 13.2.1
                raise NotPossible(refusal)
            named = self.register.controlled is True or "If-Match" in request.headers
            revision = self.matched(record) if named else None
            given: Any = answers(request.data, step.asks)
            form: Any = step.form_class(given, user=request.user, site=getattr(record, "site_id", None))
            if not form.is_valid():
                raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
            step(record, by=request.user, revision=revision, **form.cleaned_data)
            return self.answer(self.written(record))

        return once(request, take)

    take_step.__name__ = step.name
    take_step.__doc__ = step.explain
    acted = action(detail=True, methods=["post"], url_path=step.name, url_name=step.name)(take_step)
    return extend_schema(request=body, responses=register.serializer_class)(acted)


def viewset_for(register: "Register") -> type[RecordViewSet]:
    """Return the endpoints of a register: those of its verbs, and one for each transition."""
    from registers.api.adding import AddMixin
    from registers.api.bulk import ChangeManyMixin, DeleteManyMixin
    from registers.api.taking import take_action
    from registers.api.together import together_action

    mixed: list[type] = [AddMixin] if "add" in register.verbs else []
    mixed += [ChangeManyMixin, ChangeMixin] if "change" in register.verbs else []
    mixed += [DeleteManyMixin, DeleteMixin] if "delete" in register.verbs else []
    steps = {step.name: _step_action(register, step) for step in register.transitions}
    if register.taking:
        steps["take"] = take_action(register, register.taking)
    if register.many:
        steps["together"] = together_action(register, register.many)
    given = {
        "register": register,
        "serializer_class": register.serializer_class,
        "queryset": register.model._default_manager.none(),
    }
    return type(f"{register.model.__name__}ViewSet", (*mixed, RecordViewSet), {**given, **steps})
