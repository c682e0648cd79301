"""Assets from files: the columns of the contract, judged as the form judges them, matched by name within the site."""

from difflib import get_close_matches
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from accounts.grants import holders
from accounts.models import Role, User
from accounts.permissions import sites_where
from assets.models import Asset
from assets.registers import ASSETS, ZONES
from assets.rules.network import normal_mac
from registers import owning
from registers.files.importing import Judging, Row
from registers.files.references import EMPTIED, References, understood
from registers.own import OWN_FIELD

PLAIN = (
    "vendor", "product", "model_number", "serial_number", "version", "ip_address", "mac_address", "location", "owner", "note",
)  # fmt: skip
PLACED = ("name", "zone", "kind", *PLAIN[:8], "owner", "criticality", "lifecycle", "note", "site")
BEYOND = tuple(name for name in ASSETS.fields if name not in PLACED)
BATCH = 2000


def _choices(choices: Any) -> dict[str, str]:
    return {
        text.lower(): code for code, label in choices for text in (str(code), str(label), str(code).replace("_", " "))
    }


KINDS, GRADES, STATES = (
    _choices(Asset.Kind.choices),
    _choices(Asset.Criticality.choices),
    _choices(Asset.Lifecycle.choices),
)


class AssetImporter:
    """Reads rows of assets; a blank cell leaves the value, `-` empties it."""

    model = Asset
    required: tuple[str, ...] = ("name", "zone")
    left_out: tuple[str, ...] = ()

    at_once = BATCH

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the contract, all else that the export tells, and what the organisation added."""
        return (*PLACED, *BEYOND, *(OWN_FIELD + field.name for field in owning.declared(Asset)))

    def judging(self, *, site: Any, user: User, source: str) -> Judging:
        """Return what judges rows; what is said of a zone of another site is what is said of one that does not exist."""
        allowed = site.pk in sites_where(user, "import", "assets")
        zones = {zone.name.lower(): zone for zone in ZONES.queryset(user).filter(site=site)}
        people = {one.email.lower(): one.name for one in holders(set(Role.values), site.pk)}
        clean, seen = _cleaner(site, user), dict[str, int]()
        needed = [field.name for field in owning.declared(Asset) if field.required]

        def judge(rows: list[Row]) -> None:
            names = {row.cells.get("name", "").lower() for row in rows}
            assets = ASSETS.queryset(user).filter(site=site).annotate(lowered=Lower("name")).filter(lowered__in=names)
            known = {asset.name.lower(): asset for asset in assets}
            for row in rows:
                if not allowed:
                    row.wrong("site", "You may not import at this site.")
                self._site(row, site)
                self._name(row, seen)
                row.record = known.get(row.name.lower())
                self._zone(row, zones)
                self._words(row, clean, people, source)
                self._own(row, clean)
                if row.verdict != "error":
                    self._compare(row, needed)

        return judge

    def _site(self, row: Row, site: Any) -> None:
        text = row.cells.get("site", "")
        if text and text.lower() != site.code.lower():
            row.wrong("site", f"'{text}' is not {site.code}, the site of this import. Import it on its own.")

    def _name(self, row: Row, seen: dict[str, int]) -> None:
        row.name = row.cells.get("name", "")
        if not row.name or row.name == EMPTIED:
            row.wrong("name", "The name is missing. Write the tag of the asset.")
            return
        if len(row.name) > 120:
            row.wrong("name", "The name is over 120 characters. Shorten it.")
        first = seen.setdefault(row.name.lower(), row.number)
        if first != row.number:
            row.wrong("name", f"'{row.name}' stands in row {first} already. Keep one of the two rows.")
        row.values["name"] = row.name

    def _zone(self, row: Row, zones: dict[str, Any]) -> None:
        text = row.cells.get("zone", "")
        if text == EMPTIED:
            row.values["zone"] = None
        elif not text and row.record is None:
            row.wrong("zone", "The zone is missing. Write its name, or - for none.")
        elif text.lower() in zones:
            row.values["zone"] = zones[text.lower()]
        elif text:
            near = get_close_matches(text.lower(), list(zones), n=1)
            hint = f" Did you mean '{zones[near[0]].name}'?" if near else " Add it first, or correct the name."
            row.wrong("zone", f"There is no zone '{text}' at this site.{hint}")

    def _words(self, row: Row, clean: Any, people: dict[str, str], source: str) -> None:
        for column, choices in (("kind", KINDS), ("criticality", GRADES), ("lifecycle", STATES)):
            text = row.cells.get(column, "")
            if text and text != EMPTIED and text.lower() not in choices:
                row.wrong(column, f"'{text}' is not known. Use {', '.join(sorted(set(choices.values())))}.")
            elif text and not (column == "criticality" and "criticality_override" in row.cells):
                empty = {"kind": "OTHER", "criticality": "", "lifecycle": "IN_USE"}[column]
                self._chosen(row, column, empty if text == EMPTIED else choices[text.lower()], source)
        for column, text in row.cells.items():
            if text and (column in PLAIN or column in BEYOND):
                value, wrong = clean(column, "" if text == EMPTIED else text)
                for message in wrong:
                    row.wrong(column, f"'{text[:80]}': {message}")
                row.values[column] = people.get(text.lower(), value) if column == "owner" else value

    def _chosen(self, row: Row, column: str, code: str, source: str) -> None:
        if column != "criticality":
            row.values[column] = code
            return
        row.values["criticality_override"] = code
        row.values["override_reason"] = f"import {source}"[:300] if code else ""

    def _own(self, row: Row, clean: Any) -> None:
        """Read the own fields of a row; an empty one is taken off the record."""
        for column, text in row.cells.items():
            if text and column.startswith(OWN_FIELD):
                value, wrong = clean(column, "" if text == EMPTIED else text)
                for message in wrong:
                    row.wrong(column, f"'{text[:80]}': {message}")
                row.values.setdefault("custom", {})[column.removeprefix(OWN_FIELD)] = owning.stored(value)

    def _compare(self, row: Row, needed: list[str]) -> None:
        asset = row.record
        own = row.values.pop("custom", {})
        if asset is not None:
            self._graded(row, asset)
            row.values["name"] = asset.name
            for name, value in row.values.items():
                old = getattr(asset, name)
                if old != value:
                    row.changes.append(
                        {"field": name, "label": ASSETS.label(name), "old": _told(old), "new": _told(value)}
                    )
        kept = {} if asset is None else asset.custom
        if own:
            row.values["custom"] = self._merged(row, kept, own)
        for name in needed if asset is None else ():
            if name not in row.values.get("custom", kept):
                row.wrong(OWN_FIELD + name, "This must be filled in.")
        self._reasoned(row, asset)
        if row.verdict != "error":
            row.verdict = "create" if asset is None else "update" if row.changes else "unchanged"

    def _graded(self, row: Row, asset: Asset) -> None:
        """Let a criticality that the asset has already be no change, whether it was given or computed."""
        given = row.values.get("criticality_override")
        if "criticality_override" not in row.cells and given and given == asset.criticality:
            del row.values["criticality_override"], row.values["override_reason"]
        elif asset.criticality_override == given and "override_reason" not in row.cells:
            row.values.pop("override_reason", None)

    def _reasoned(self, row: Row, asset: Asset | None) -> None:
        reason = row.values.get("override_reason", asset.override_reason if asset else "")
        if row.values.get("criticality_override", asset.criticality_override if asset else "") and not reason:
            row.wrong("override_reason", "Say why the criticality is overridden.")

    def _merged(self, row: Row, kept: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
        result = dict(kept)
        for name, value in own.items():
            old = result.pop(name, "")
            if value not in {None, ""}:
                result[name] = value
            if old != result.get(name, ""):
                row.changes.append({"field": OWN_FIELD + name, "label": name, "old": _told(old), "new": _told(value)})
        return result

    def write(self, rows: list[Row], *, site: Any, user: Any) -> None:
        """Write new assets and changed fields in bulk; history follows by trigger."""
        fresh = [Asset(site=site, **row.values) for row in rows if row.verdict == "create"]
        Asset.objects.bulk_create(fresh, batch_size=BATCH)
        changed, names = [], set()
        for row in rows:
            if row.verdict == "update":
                for name, value in row.values.items():
                    setattr(row.record, name, value)
                names |= set(row.values)
                changed.append(row.record)
        if changed:
            Asset.objects.bulk_update(changed, sorted(names), batch_size=BATCH)


def _told(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _cleaner(site: Any, user: User) -> Any:
    """Return a function that cleans one cell with the form's own field and the model's own validators, each text once."""
    form_fields = ASSETS.form_class(instance=Asset(site=site), user=user).fields
    references = References(site)

    @cache
    def clean(column: str, text: str) -> tuple[Any, tuple[str, ...]]:
        field: forms.Field = form_fields[column]
        try:
            value = field.clean(understood(field, text, references) if text and column not in PLAIN else text)
            if column == "mac_address" and value:
                value = normal_mac(value)
        except ValidationError as wrong:
            return None, tuple(wrong.messages)
        except ValueError as wrong:
            return None, (str(wrong),)
        return (value or None) if column == "ip_address" else value, ()

    return clean


ASSET_IMPORTER = AssetImporter()
