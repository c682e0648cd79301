"""A database constraint of our own: a record and the record it points at belong to the same site."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint


class SameSite(BaseConstraint):
    """Holds a reference within one site by a composite foreign key `(field, site)`; see docs/decisions/0003-same-site.md.

    The model pointed at must declare `unique_with_site(...)`.
    """

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(name=name, violation_error_message="Choose one of the same site.")
        self.field = field

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Leave the composite foreign key to the end of the migration, when what it points at stands."""
        assert model is not None
        assert schema_editor is not None
        field: Any = model._meta.get_field(self.field)
        parent = field.related_model._meta
        quote = schema_editor.quote_name
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} FOREIGN KEY"
            f" ({quote(field.column)}, {quote('site_id')}) REFERENCES {quote(parent.db_table)} ({quote('id')}, {quote('site_id')})"
            " DEFERRABLE INITIALLY IMMEDIATE"
        )
        return ""

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Add it after the table stands, since the other table may not stand yet."""
        return self.create_sql(model, schema_editor)

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the statement that takes it away."""
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(
        self, model: type[models.Model], instance: models.Model, exclude: Any = None, using: str = "default"
    ) -> None:
        """Say kindly what the database would refuse."""
        if exclude and (self.field in exclude or "site" in exclude):
            return
        other = getattr(instance, self.field, None)
        if other is not None and other.site_id != instance.site_id:  # type: ignore[attr-defined]
            from django.core.exceptions import ValidationError

            raise ValidationError({self.field: self.get_violation_error_message()})

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Describe it for migrations."""
        return "registers.constraints.SameSite", (), {"field": self.field, "name": self.name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameSite) and (self.field, self.name) == (other.field, other.name)

    def __hash__(self) -> int:
        return hash((self.field, self.name))


def unique_with_site(name: str) -> models.UniqueConstraint:
    """Return the constraint that lets other tables point at (id, site)."""
    return models.UniqueConstraint(fields=["id", "site"], name=name)
