"""Tables of lists, by django-tables2 from a register's columns."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import django_tables2
from django.db import models
from django.utils.html import format_html

from registers.door import register_of
from registers.templatetags.look import badge, criticality, state

if TYPE_CHECKING:
    from registers.register import Register


class RecordTable(django_tables2.Table):  # type: ignore[misc]  # django-tables2 has no types
    """The table of a list; its template is the portal's own."""

    class Meta:
        template_name = "registers/_table.html"
        empty_text = ""


class NameColumn(django_tables2.Column):  # type: ignore[misc]  # django-tables2 has no types
    """The first column: the record's name, as the link to its page."""

    def render(self, value: Any, record: Any) -> str:
        """Return the link."""
        return format_html('<a class="name" href="{}">{}</a>', record.get_absolute_url(), value)


class ReferenceColumn(django_tables2.Column):  # type: ignore[misc]  # django-tables2 has no types
    """Another record, by its name."""

    def render(self, value: Any) -> str:
        """Return the name; the row's own link is the first column's."""
        return str(value)


class YesNoColumn(django_tables2.Column):  # type: ignore[misc]  # django-tables2 has no types
    """Yes or nothing; a list of noes says little."""

    def render(self, value: Any) -> str:
        """Return the word."""
        return "yes" if value else "no"


class DrawnColumn(django_tables2.Column):  # type: ignore[misc]  # django-tables2 has no types
    """A value that the look draws: a verdict, a state, a criticality."""

    def __init__(self, draw: Callable[..., str], **given: Any) -> None:
        super().__init__(empty_values=(), **given)
        self.draw = draw

    def render(self, record: Any, bound_column: Any) -> str:
        """Return the drawing, with the word of the value."""
        code = getattr(record, bound_column.accessor)
        if self.draw is criticality:
            return criticality(code)
        show = getattr(record, f"get_{bound_column.accessor}_display", None)
        return self.draw(code, show() if show else "") if code else "–"


class VectorColumn(django_tables2.Column):  # type: ignore[misc]  # django-tables2 has no types
    """Seven security levels in a row, FR 1 to FR 7."""

    def render(self, value: Any) -> str:
        """Return the levels."""
        return " ".join(str(level) for level in value)


DRAWN = {"verdict": badge, "priority": state, "state": state, "criticality": criticality}


def _column(register: "Register", name: str, first: bool) -> django_tables2.Column:
    field = register.field(name)
    output = getattr(field, "output_field", field)
    given: dict[str, Any] = {"verbose_name": register.label(name), "orderable": field is not None}
    if name in DRAWN:
        return DrawnColumn(DRAWN[name], **given)
    if name == "sl_t":
        return VectorColumn(**given)
    if first:
        return NameColumn(accessor="__str__" if field is None else name, **given)
    if isinstance(field, models.ForeignKey):
        related = register_of(field.related_model)
        order = related.order[0].lstrip("-") if related else "pk"
        return ReferenceColumn(order_by=(f"{name}__{order}",), **given)
    if isinstance(output, models.BooleanField):
        return YesNoColumn(**given)
    if isinstance(output, models.DateTimeField):
        return django_tables2.DateTimeColumn(format="Y-m-d H:i", **given)
    if isinstance(output, models.DateField):
        return django_tables2.DateColumn(format="Y-m-d", **given)
    if isinstance(output, models.IntegerField | models.DecimalField):
        given["attrs"] = {"td": {"class": "num"}, "th": {"class": "num"}}
    if isinstance(output, models.TextField) or (getattr(output, "max_length", None) or 0) > 200:
        given["attrs"] = {"td": {"class": "words"}}
    return django_tables2.Column(**given)


def table_for(register: "Register") -> type[django_tables2.Table]:
    """Return the table class of a register; a column named in `shows` is read from the record."""
    columns = {name: _column(register, name, index == 0) for index, name in enumerate(register.columns)}
    meta = type(
        "Meta",
        (RecordTable.Meta,),
        {"model": register.model, "fields": list(register.columns), "sequence": list(register.columns)},
    )
    return type(f"{register.model.__name__}Table", (RecordTable,), {**columns, "Meta": meta})
