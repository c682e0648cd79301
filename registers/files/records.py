"""The import that follows from a register: each row goes through the register's own form, so both say the same of it.

A row finds its record by the register's `file_key` within the site. Judging saves the rows in their order and takes all
of it back, so that the database is the judge of what rows mean together; writing does the same and keeps it.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import IntegrityError, models, transaction

from registers import owning
from registers.door import may
from registers.files.export import cell
from registers.files.importing import Judging, Row, faults_of, refuse
from registers.files.reading import Unreadable
from registers.files.references import EMPTIED, References, understood
from registers.history.origin import because
from registers.own import OWN_FIELD

if TYPE_CHECKING:
    from registers.register import Register

MOST_ROWS = 10_000


class RecordImporter:
    """Reads rows into a register of sites; a blank cell leaves the value, `-` empties it."""

    at_once = MOST_ROWS + 1

    def __init__(self, register: "Register") -> None:
        self.register, self.model, self.key = register, register.model, tuple(register.file_key)
        self.left_out = tuple(name for name in register.shows if name not in register.fields)
        self.required = self.key

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields of the register, and those that the organisation added."""
        own = (OWN_FIELD + field.name for field in owning.declared(self.model))
        return (*self.register.fields, *own)

    def judging(self, *, site: Any, user: Any, source: str) -> Judging:
        """Return what writes every row and takes it back; what is said of another site's record is what is said of none."""
        return partial(self._judge, site=site, user=user, source=source)

    def _judge(self, rows: list[Row], *, site: Any, user: Any, source: str) -> None:
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"The file has over {MOST_ROWS:,} rows, and here no more are read. Split it.")
        with because(by=user, step=f"{self.model._meta.label_lower}.import", reason=f"check {source}"[:300]):
            self._apply(rows, site, user)
            transaction.set_rollback(True)

    def write(self, rows: list[Row], *, site: Any, user: Any) -> None:
        """Write the rows; called inside one transaction."""
        self._apply(rows, site, user)
        refuse(faults_of(rows))

    def _apply(self, rows: list[Row], site: Any, user: Any) -> None:
        found = self.register.queryset(user).filter(site=site)
        known: dict[tuple[str, ...], Any] = {}
        for record in found.order_by("-pk"):
            known[tuple(_plain(getattr(record, self.register.field(name).attname)) for name in self.key)] = record  # type: ignore[union-attr]
        references, seen = References(site), dict[tuple[str, ...], int]()
        for row in self._ordered(rows):
            row.changes = []
            self._one(row, known, references, seen, site, user)

    def _one(self, row: Row, known: Any, references: References, seen: Any, site: Any, user: Any) -> None:
        row.name = row.cells.get(self.key[0], "")
        blank = self.register.form_class(instance=self.model(site=site), user=user)
        given = self._given(row, blank, references, site)
        key = tuple(_plain(given.get(name)) for name in self.key)
        if row.errors:
            return
        if seen.setdefault(key, row.number) != row.number:
            row.wrong(self.key[0], f"'{row.name}' stands in row {seen[key]} already. Keep one of the two rows.")
            return
        record = known.get(key)
        form = blank if record is None else self.register.form_class(instance=record, user=user)
        data = {name: form[name].value() for name in form.fields} | given | {"site": site.pk}
        old = {} if record is None else {name: cell(record, name) for name in given if not name.startswith(OWN_FIELD)}
        bound = self.register.form_class(data, instance=form.instance, user=user)
        self._save(row, bound, record, given, user)
        if row.errors or row.verdict == "unchanged":
            return
        if record is None:
            references.add(bound.instance)
            return
        for name in bound.changed_data:
            if name in given:
                new = "" if name.startswith(OWN_FIELD) else cell(bound.instance, name)
                row.changes.append(
                    {"field": name, "label": str(form.fields[name].label), "old": old.get(name, ""), "new": new or str(given[name])}
                )  # fmt: skip

    def _given(self, row: Row, form: Any, references: References, site: Any) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for column, text in row.cells.items():
            if column == "site":
                if text and text.lower() not in {site.code.lower(), str(site).lower(), str(site.pk)}:
                    row.wrong("site", f"'{text}' is not {site.code}, the site of this import. Import it on its own.")
                continue
            if not text or column not in form.fields:
                continue
            field = form.fields[column]
            try:
                given[column] = understood(field, text, references)
            except forms.ValidationError as wrong:
                row.wrong(column, " ".join(wrong.messages))
        for name in self.key:
            if self.model._meta.get_field(name).blank is False and row.cells.get(name, "") in {"", EMPTIED}:
                row.wrong(name, f"The {self.register.label(name).lower()} is missing. Write it.")
        return given

    def _save(self, row: Row, bound: Any, record: Any, given: dict[str, Any], user: Any) -> None:
        if not bound.is_valid():
            for name, messages in bound.errors.items():
                for message in messages:
                    row.wrong(name if name in self.columns else self.key[0], str(message))
            return
        if record is not None and not set(bound.changed_data) & set(given):
            row.verdict = "unchanged" if may(user, "import", record) else row.verdict
        else:
            row.verdict = "create" if record is None else "update"
            try:
                with transaction.atomic():
                    record = bound.save()
            except IntegrityError:
                row.wrong(self.key[0], "This contradicts another record of the site. Compare them.")
                return
        if not all(may(user, verb, record) for verb in ("import", "change" if row.verdict != "create" else "add")):
            row.wrong("site", "You may not import at this site.")

    def _ordered(self, rows: list[Row]) -> Iterator[Row]:
        """Yield the rows so that one which others name as theirs, such as a parent, comes before them."""
        own = [
            name for name in self.register.fields
            if isinstance(field := self.register.field(name), models.ForeignKey) and field.related_model is self.model
        ]  # fmt: skip
        waiting = list(rows)
        while waiting:
            names = {row.cells.get(self.key[0], "").lower() for row in waiting} - {""}
            later = [row for row in waiting if any(row.cells.get(name, "").lower() in names for name in own)]
            if len(later) == len(waiting):
                later = []
            held = {row.number for row in later}
            yield from (row for row in waiting if row.number not in held)
            waiting = later


def _plain(value: Any) -> str:
    return "" if value is None else str(value).lower()
