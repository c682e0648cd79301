"""What a request asks for beside its filters: a saved view, and referenced records nested in their place."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import QueryDict
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from registers.door import register_of, visible
from registers.own import SavedView

if TYPE_CHECKING:
    from registers.register import Register

NOT_IN_REST = ("page", "columns", "rows", "as_of", "view", "format")


def refuse_unknown(asked: QueryDict, known: Collection[str], *, many: Collection[str] = ()) -> None:
    """Refuse parameters that are not declared, so that a misspelt one never returns everything, and one of two values that is not of the `many`."""
    wrong = dict.fromkeys(sorted(set(asked) - set(known)), "There is no such parameter.")
    twice = (name for name in asked if name in known and name not in many and len(asked.getlist(name)) > 1)
    wrong |= dict.fromkeys(twice, "Give one value; this parameter is sent twice.")
    if wrong:
        raise ValidationError(wrong)


def with_view(register: "Register", request: Request) -> QueryDict:
    """Return the parameters of a request, those of the saved view that it names below its own."""
    asked: QueryDict = request.query_params
    text = asked.get("view")
    if text is None:
        return asked
    plain = text.isascii() and text.isdigit() and len(text) < 19
    own = visible(SavedView.objects.filter(register=register.name), request.user)
    view = own.filter(pk=int(text)).first() if plain else None
    if view is None:
        raise ValidationError({"view": "There is no such saved view of this register."})
    merged = QueryDict(view.query, mutable=True)
    for name in NOT_IN_REST:
        merged.pop(name, None)
    if "sort" in merged:
        merged["ordering"] = ",".join(merged.pop("sort"))
    for name, values in asked.lists():
        merged.setlist(name, values)
    return merged


def references(register: "Register") -> dict[str, "Register"]:
    """Return the references of a register whose records have a register of their own, by name."""
    found = {}
    for name in (*register.fields, *register.shows):
        field = register.field(name)
        other = register_of(field.related_model) if isinstance(field, models.ForeignKey) else None
        if other is not None:
            found[name] = other
    return found


def expanding(register: "Register", text: str) -> list[str]:
    """Return the references that `expand` names; one that there is not is refused."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in references(register):
            raise ValidationError({"expand": f"'{name[:40]}' is no reference of this register."})
    return list(dict.fromkeys(names))


def expanded(register: "Register", rows: Any, names: list[str], context: Any) -> Any:
    """Put the referenced records in the place of their ids, as far as this person may see them; one query for each name."""
    for name in names:
        other = references(register)[name]
        keys = {row[name] for row in rows if isinstance(row.get(name), str) and row[name].isdigit()}
        many = [one for one in other.fields if isinstance(other.field(one), models.ManyToManyField)]
        seen = other.queryset(context["request"].user).filter(pk__in=keys).prefetch_related(*many)
        nested = {row["id"]: row for row in other.serializer_class(seen, many=True, context=context).data}
        for row in rows:
            row[name] = nested.get(row[name], row[name])
    return rows
