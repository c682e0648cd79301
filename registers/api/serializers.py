"""What REST reads and writes of a record: the register's own fields, references by id, unknown names refused."""

from copy import copy, deepcopy
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registers import owning
from registers.belonging import foreign
from registers.door import Reach, visible
from registers.own import OwnField

if TYPE_CHECKING:
    from registers.register import Register


@extend_schema_field(OpenApiTypes.STR)
class ReferenceField(serializers.PrimaryKeyRelatedField[Any]):
    """Another record by its id, a string; one that the person may not see is answered as one that does not exist."""

    default_error_messages = {
        "does_not_exist": "There is no such record.",
        "incorrect_type": "Give the record's id as a string.",
    }

    def get_queryset(self) -> Any:
        """Return what this person may point at."""
        queryset = super().get_queryset()
        request = self.context.get("request")
        if queryset is None or request is None or not hasattr(queryset.model, "reach"):
            return queryset
        return visible(queryset.model._default_manager.all(), request.user)

    def to_internal_value(self, data: Any) -> Any:
        """Read an id: a string of digits."""
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("incorrect_type")
        if not (str(data).isascii() and str(data).isdigit()) or len(str(data)) > 18:
            self.fail("does_not_exist")
        found = self.context.get("found", {}).get(self.field_name)
        if found is None:
            return super().to_internal_value(data)
        if int(data) not in found:
            self.fail("does_not_exist")
        return found[int(data)]

    def to_representation(self, value: Any) -> str | None:
        """Write the id as a string."""
        return None if value.pk is None else str(value.pk)


class AskedSerializer(serializers.Serializer[Any]):
    """A body that is no record; names that are no field are refused."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse them, then read the rest."""
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)


class RecordSerializer(serializers.ModelSerializer[Any]):
    """The representation of a record."""

    serializer_related_field = ReferenceField
    id = serializers.CharField(source="pk", read_only=True)
    revision = serializers.IntegerField(read_only=True)
    change_reason = serializers.CharField(
        write_only=True, required=False, max_length=300, allow_blank=True, help_text="Kept in the history."
    )

    def build_field(self, field_name: str, info: Any, model_class: Any, nested_depth: int) -> Any:
        """Leave out what the database's own uniqueness judges anyway; full_clean says it kindly."""
        made, given = super().build_field(field_name, info, model_class, nested_depth)
        if isinstance(made, type) and issubclass(made, ReferenceField) and "queryset" in given:
            given["queryset"] = given["queryset"].model._default_manager.all()
        return made, given

    def get_fields(self) -> dict[str, Any]:
        """Return fields of this serializer's own, made like those that were worked out."""
        return {name: _own_one(field) for name, field in _worked_out(type(self)).items()}

    def get_unique_together_validators(self) -> list[Any]:
        """Return none: the model's full_clean judges once for form, file and REST."""
        return []

    def get_unique_for_date_validators(self) -> list[Any]:
        """Return none, for the same reason."""
        return []

    def to_internal_value(self, data: Any) -> Any:
        """Refuse names that are no field, then read the rest; a record's site is set once."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
            kept = getattr(self.instance, "site_id", None)
            if kept is not None and "site" in self.fields and str(data.get("site", kept)) != str(kept):
                raise serializers.ValidationError({"site": ["A record never changes its site."]})
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask the model itself: its own rules and constraints."""
        model: Any = self.Meta.model
        many = {field.name for field in model._meta.many_to_many}
        if "custom" in self.fields and (self.instance is None or "custom" in attrs):
            attrs["custom"] = self._own(attrs.get("custom", {}))
        plain = {name: value for name, value in attrs.items() if name not in many and name != "change_reason"}
        candidate: Any = model() if self.instance is None else _copy(self.instance)
        site = attrs.get("site") or getattr(self.instance, "site_id", None)
        if wrong := foreign(model, getattr(site, "pk", site), attrs):
            raise serializers.ValidationError({name: [what] for name, what in wrong.items()})
        if self.instance is None and model.reach == Reach.OWN:
            attrs["owner"] = candidate.owner = self.context["request"].user
        for name, value in plain.items():
            setattr(candidate, name, value)
        if "found" in self.context:  # the references are read, and the database judges the rest: it names none
            references = {name for name, field in self.fields.items() if isinstance(field, ReferenceField)}
            candidate.full_clean(exclude=references, validate_unique=False, validate_constraints=False)
        else:
            candidate.full_clean()
        for name in plain:
            attrs[name] = getattr(candidate, name)
        return attrs

    @cached_property
    def own_fields(self) -> list[OwnField]:
        """The fields that the organisation added to such records."""
        return owning.declared(self.Meta.model)

    def _own(self, given: Any) -> dict[str, Any]:
        """Check the own fields against their declaration and put them over those that are kept."""
        if not isinstance(given, dict):
            raise serializers.ValidationError({"custom": ["Send an object of own fields."]})
        fields = self.own_fields
        kept = {} if self.instance is None else self.instance.custom
        try:
            values = owning.merged(fields, kept, given)
        except owning.Refused as refused:
            raise serializers.ValidationError({"custom": refused.errors}) from refused
        if wanting := owning.missing(fields, values):
            raise serializers.ValidationError({"custom": wanting})
        return values

    def create(self, validated_data: dict[str, Any]) -> Any:
        """Write a new record."""
        validated_data.pop("change_reason", None)
        return super().create(validated_data)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        """Write the changed fields."""
        validated_data.pop("change_reason", None)
        return super().update(instance, validated_data)


@cache  # the model does not change, and to work a field out takes many times what a copy takes
def _worked_out(kind: type[RecordSerializer]) -> dict[str, Any]:
    """Return the fields; a choice that is only read may be empty too, which OpenAPI tells."""
    model: Any = kind.Meta.model
    fields: dict[str, Any] = serializers.ModelSerializer.get_fields(kind())
    for name, field in fields.items():
        if isinstance(field, serializers.ChoiceField) and field.read_only:
            field.allow_blank = model._meta.get_field(field.source or name).blank
    return fields


def _own_one(field: Any) -> Any:
    """Return a copy to be bound; one that holds others is made anew, as they point back at it."""
    holds = (serializers.BaseSerializer, serializers.ManyRelatedField, serializers.ListField, serializers.DictField)
    return deepcopy(field) if isinstance(field, holds) else copy(field)


def _copy(instance: models.Model) -> models.Model:
    made = type(instance)()
    for field in instance._meta.concrete_fields:
        if not isinstance(field, models.GeneratedField):
            setattr(made, field.attname, getattr(instance, field.attname))
    made._state.adding = False
    return made


def serializer_for(register: "Register", base: type[RecordSerializer] = RecordSerializer) -> type[RecordSerializer]:
    """Return the serializer of a register: its fields to read and write, its `shows` to read."""
    names = list(
        dict.fromkeys(
            ["id", *register.fields, *register.shows, "custom", "revision", "created_at", "updated_at", "change_reason"]
        )
    )
    if not hasattr(register.model, "revision"):
        names = [name for name in names if name not in {"revision", "updated_at", "change_reason", "custom"}]
    read_only = [
        name
        for name in (*register.shows, *(() if register.fields else ("custom",)), "created_at", "updated_at")
        if name in names and register.field(name)
    ]
    declared = {
        name: serializers.JSONField(read_only=True) for name in register.shows if register.field(name) is None
    } if base is RecordSerializer else {}  # fmt: skip
    absent = {name: None for name in ("revision", "change_reason") if name not in names}
    meta = type("Meta", (), {"model": register.model, "fields": names, "read_only_fields": read_only})
    return type(f"{register.model.__name__}Serializer", (base,), {**declared, **absent, "Meta": meta})
