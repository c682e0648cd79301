"""Database constraints of our own on a reference: it stays within one site, or it is nearly always empty."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint

_BY_ROW = """
ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, site_id) REFERENCES {parent} (id, site_id)
    DEFERRABLE INITIALLY IMMEDIATE
"""
_NOT_BY_ROW = "ALTER TABLE {table} DROP CONSTRAINT {name}"
_NOT_BY_STATEMENT = "DROP FUNCTION {name}, {name}_moved, {name}_held CASCADE"
_FUNCTION = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS"
_REFUSED = "RAISE foreign_key_violation USING MESSAGE = '%s', CONSTRAINT = '{name}', TABLE = TG_TABLE_NAME;"
_ELSEWHERE, _NAMED = _REFUSED % "Not in {parent} at this site.", _REFUSED % "Still referenced from {table}."
_HELD = f"""$$
BEGIN
    IF EXISTS (SELECT 1 FROM {{table}} WHERE {{column}} = OLD.id) THEN
        {_NAMED}
    END IF;
    RETURN NULL;
END $$"""
# The same three rules as the foreign key's, its locks too. What a statement adds is planned anew each time: one row and a
# hundred thousand want different plans.
_BY_STATEMENT = f"""
CREATE FUNCTION {{name}}() {_FUNCTION} $$
DECLARE lacking boolean;
BEGIN
    EXECUTE 'WITH named AS MATERIALIZED (SELECT DISTINCT {{column}} AS id, site_id FROM added WHERE {{column}} IS NOT NULL),
        held AS MATERIALIZED (SELECT 1 FROM {{parent}} parent JOIN named USING (id, site_id) FOR KEY SHARE OF parent)
        SELECT (SELECT count(*) FROM held) < (SELECT count(*) FROM named)' INTO lacking;
    IF lacking THEN
        {_ELSEWHERE}
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION {{name}}_moved() {_FUNCTION} $$
BEGIN
    PERFORM 1 FROM {{parent}} WHERE id = NEW.{{column}} AND site_id = NEW.site_id FOR KEY SHARE;
    IF NEW.{{column}} IS NOT NULL AND NOT FOUND THEN
        {_ELSEWHERE}
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION {{name}}_held() {_FUNCTION} {_HELD};
CREATE TRIGGER {{name}} AFTER INSERT ON {{table}} REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {{name}}();
CREATE TRIGGER {{name}}_moved AFTER UPDATE OF {{column}}, site_id ON {{table}} FOR EACH ROW
    WHEN ((OLD.{{column}}, OLD.site_id) IS DISTINCT FROM (NEW.{{column}}, NEW.site_id)) EXECUTE FUNCTION {{name}}_moved();
CREATE TRIGGER {{name}}_held AFTER DELETE ON {{parent}} FOR EACH ROW EXECUTE FUNCTION {{name}}_held();
CREATE TRIGGER {{name}}_stays AFTER UPDATE OF id, site_id ON {{parent}} FOR EACH ROW
    WHEN ((OLD.id, OLD.site_id) IS DISTINCT FROM (NEW.id, NEW.site_id)) EXECUTE FUNCTION {{name}}_held();
"""
# A foreign key would queue a check for each row that is added, though it names nothing.
_SPARSE = f"""
CREATE FUNCTION {{name}}() {_FUNCTION} $$
BEGIN
    PERFORM 1 FROM {{parent}} WHERE id = NEW.{{column}} FOR KEY SHARE;
    IF NOT FOUND THEN
        {_REFUSED % "Not in {parent}."}
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION {{name}}_held() {_FUNCTION} {_HELD};
CREATE TRIGGER {{name}} AFTER INSERT ON {{table}} FOR EACH ROW WHEN (NEW.{{column}} IS NOT NULL) EXECUTE FUNCTION {{name}}();
CREATE TRIGGER {{name}}_moved AFTER UPDATE OF {{column}} ON {{table}} FOR EACH ROW
    WHEN (NEW.{{column}} IS DISTINCT FROM OLD.{{column}} AND NEW.{{column}} IS NOT NULL) EXECUTE FUNCTION {{name}}();
CREATE TRIGGER {{name}}_held AFTER DELETE ON {{parent}} FOR EACH ROW EXECUTE FUNCTION {{name}}_held();
CREATE TRIGGER {{name}}_stays AFTER UPDATE OF id ON {{parent}} FOR EACH ROW
    WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION {{name}}_held();
"""


class _OnReference(BaseConstraint):
    """A constraint on one foreign key of a model: the statements that make it and take it away name it and both tables."""

    made: str
    gone: str

    def __init__(self, *, field: str, name: str, **told: Any) -> None:
        super().__init__(name=name, **told)
        self.field = field

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Leave it to the end of the migration, when what it points at stands."""
        assert model is not None
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.made.format(**self._names(model)))
        return ""

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Add it after the table stands, since the other table may not stand yet."""
        return self.create_sql(model, schema_editor)

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the statement that takes it away."""
        assert model is not None
        return self.gone.format(**self._names(model))

    def _names(self, model: type[models.Model]) -> dict[str, str]:
        field: Any = model._meta.get_field(self.field)
        parent = field.related_model._meta.db_table
        return {"name": self.name, "table": model._meta.db_table, "column": field.column, "parent": parent}

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Describe it for migrations."""
        return f"registers.constraints.{type(self).__name__}", (), {"field": self.field, "name": self.name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _OnReference) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.field, self.name))


class SameSite(_OnReference):
    """Holds a reference within one site by a composite foreign key `(field, site)`; see docs/decisions/0003-same-site.md.

    The model pointed at must declare `unique_with_site(...)`. With `by_statement` triggers hold the same, looking once at all
    rows that a statement adds: for a table that is written by the hundred thousand.
    """

    def __init__(self, *, field: str, name: str, by_statement: bool = False) -> None:
        super().__init__(field=field, name=name, violation_error_message="Choose one of the same site.")
        self.by_statement = by_statement
        self.made, self.gone = (_BY_STATEMENT, _NOT_BY_STATEMENT) if by_statement else (_BY_ROW, _NOT_BY_ROW)

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
        path, args, given = super().deconstruct()
        return path, args, given | ({"by_statement": True} if self.by_statement else {})


class SparseKey(_OnReference):
    """Holds a reference that is nearly always empty as a foreign key without an action would, looking only where it is given.

    For a table that is written by the hundred thousand; the field itself is declared with `db_constraint=False`.
    """

    made, gone = _SPARSE, "DROP FUNCTION {name}, {name}_held CASCADE"

    def validate(
        self, model: type[models.Model], instance: models.Model, exclude: Any = None, using: str = "default"
    ) -> None:
        """Leave it to the field, which says whether the record is there."""


def unique_with_site(name: str) -> models.UniqueConstraint:
    """Return the constraint that lets other tables point at (id, site)."""
    return models.UniqueConstraint(fields=["id", "site"], name=name)
