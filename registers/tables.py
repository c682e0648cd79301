"""The heads of lists, by django-tables2 from a register's columns: order, and what is sorted. `cells` draws the rows."""

from typing import TYPE_CHECKING, Any

import django_tables2
from django.db import models
from django.utils.functional import lazy

from registers.door import register_of

if TYPE_CHECKING:
    from registers.register import Register


class RecordTable(django_tables2.Table):  # type: ignore[misc]  # django-tables2 has no types
    """The table of a list; its template is the portal's own."""

    class Meta:
        template_name = "registers/_table.html"
        empty_text = ""


def _column(register: "Register", name: str, first: bool) -> django_tables2.Column:
    field = register.field(name)
    output = getattr(field, "output_field", field)
    given: dict[str, Any] = {"verbose_name": lazy(register.label, str)(name), "orderable": field is not None}
    if first:
        given["accessor"] = "__str__" if field is None else name
    elif isinstance(field, models.ForeignKey):
        related = register_of(field.related_model)
        given["order_by"] = (f"{name}__{related.order[0].lstrip('-') if related else 'pk'}",)
    if isinstance(output, models.IntegerField | models.DecimalField):
        given["attrs"] = {"th": {"class": "num"}}
    return django_tables2.Column(**given)


def table_for(register: "Register") -> type[django_tables2.Table]:
    """Return the table class of a register; a column named in `shows` is read from the record."""
    columns = {name: _column(register, name, index == 0) for index, name in enumerate(register.listed)}
    meta = type(
        "Meta",
        (RecordTable.Meta,),
        {"model": register.model, "fields": list(register.listed), "sequence": list(register.listed)},
    )
    return type(f"{register.model.__name__}Table", (RecordTable,), {**columns, "Meta": meta})
