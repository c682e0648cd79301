"""One step for many records, all of them or none: what a register declares, for its list and for REST."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from registers.history.origin import because
from registers.workflow import NotPossible, Transition

if TYPE_CHECKING:
    from registers.register import Register

MOST = 1000
NOTHING: Mapping[int, int] = MappingProxyType({})
HINT = "All of them or none. Each keeps its own history."


class NotTogether(NotPossible):
    """One of many cannot take the step, so none does; the text names it."""


def together(
    step: Transition, records: Iterable[Any], *, by: Any, answers: Mapping[str, Any], seen: Mapping[int, int] = NOTHING
) -> list[Any]:
    """Take the same step for many records, all or none; raises NotTogether or Stale.

    `seen` holds, by primary key, the revisions that the person read.
    """
    with because(by=by):
        return [
            one_of_many(step, record, by=by, answers=answers, seen=seen)
            for record in sorted(records, key=lambda one: one.pk)
        ]


def site_of(records: Iterable[Any]) -> int | None:
    """Return the site of records that all belong to one, or None."""
    sites = {getattr(one, "site_id", None) for one in records}
    return sites.pop() if len(sites) == 1 else None


def one_of_many(
    step: Transition, record: Any, *, by: Any, answers: Mapping[str, Any], seen: Mapping[int, int] = NOTHING
) -> Any:
    """Take the step for one of them; raises NotTogether, or Stale if it moved on since it was seen."""
    try:
        return step(record, by=by, revision=seen.get(record.pk), **answers)
    except NotPossible as refusal:
        raise NotTogether(f"{record}: {refusal} Nothing was changed.") from refusal
    except ValidationError as wrong:
        raise NotTogether(f"{record}: {' '.join(wrong.messages)} Nothing was changed.") from wrong


@dataclass(frozen=True)
class Many:
    """The steps that a register offers for many records, how they are taken, and the field whose badge tells them apart."""

    steps: Mapping[str, Transition]
    take: Callable[..., list[Any]] = together
    badge: str = "status"
    hint: str = HINT

    def may_anywhere(self, register: "Register", user: Any) -> bool:
        """Tell whether this person may take one of the steps somewhere."""
        return any(register.may_anywhere(user, name) for name in self.steps)
