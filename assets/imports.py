"""Assets from files: the columns of the contract, judged as the form judges them, matched by name within the site."""

from difflib import get_close_matches
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from accounts.models import User
from accounts.permissions import sites_where
from assets.models import Asset
from assets.registers import ASSETS, ZONES
from assets.rules.network import normal_mac
from registers.files.importing import Judging, Row

PLAIN = (
    "vendor", "product", "model_number", "serial_number", "version", "ip_address", "mac_address", "location", "owner", "note",
)  # fmt: skip
BATCH = 2000
EMPTIED = "-"


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
    columns: tuple[str, ...] = ("name", "zone", "kind", *PLAIN[:8], "owner", "criticality", "lifecycle", "note", "site")
    required: tuple[str, ...] = ("name", "zone")
    left_out: tuple[str, ...] = ()

    at_once = BATCH

    def judging(self, *, site: Any, user: User, source: str) -> Judging:
        """Return what judges rows; what is said of a zone of another site is what is said of one that does not exist."""
        allowed = site.pk in sites_where(user, "import", "assets")
        zones = {zone.name.lower(): zone for zone in ZONES.queryset(user).filter(site=site)}
        people = {one.email.lower(): one.name for one in User.objects.filter(is_active=True)}
        clean, seen = _cleaner(), dict[str, int]()

        def judge(rows: list[Row]) -> None:
            names = {row.cells.get("name", "").lower() for row in rows}
            assets = ASSETS.queryset(user).filter(site=site).annotate(lowered=Lower("name")).filter(lowered__in=names)
            known = {asset.name.lower(): asset for asset in assets}
            for row in rows:
                if not allowed:
                    row.wrong("site", "You may not import at this site.")
                self._site(row, site)
                self._name(row, seen)
                self._zone(row, zones)
                self._words(row, clean, people, source)
                if row.verdict != "error":
                    self._compare(row, known.get(row.name.lower()))

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
        elif not text:
            row.wrong("zone", "The zone is missing. Write its name, or - for none.")
        elif text.lower() in zones:
            row.values["zone"] = zones[text.lower()]
        else:
            near = get_close_matches(text.lower(), list(zones), n=1)
            hint = f" Did you mean '{zones[near[0]].name}'?" if near else " Add it first, or correct the name."
            row.wrong("zone", f"There is no zone '{text}' at this site.{hint}")

    def _words(self, row: Row, clean: Any, people: dict[str, str], source: str) -> None:
        for column, choices in (("kind", KINDS), ("criticality", GRADES), ("lifecycle", STATES)):
            text = row.cells.get(column, "")
            if text and text != EMPTIED and text.lower() not in choices:
                row.wrong(column, f"'{text}' is not known. Use {', '.join(sorted(set(choices.values())))}.")
            elif text:
                empty = {"kind": "OTHER", "criticality": "", "lifecycle": "IN_USE"}[column]
                self._chosen(row, column, empty if text == EMPTIED else choices[text.lower()], source)
        for column in PLAIN:
            text = row.cells.get(column, "")
            if text:
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

    def _compare(self, row: Row, asset: Asset | None) -> None:
        row.record = asset
        if asset is None:
            row.verdict = "create"
            return
        if asset.criticality_override == row.values.get("criticality_override"):
            row.values.pop("override_reason", None)
        row.values["name"] = asset.name
        for name, value in row.values.items():
            old = getattr(asset, name)
            if old != value:
                row.changes.append({"field": name, "label": ASSETS.label(name), "old": _told(old), "new": _told(value)})
        row.verdict = "update" if row.changes else "unchanged"

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
    return "" if value is None else str(value)


def _cleaner() -> Any:
    """Return a function that cleans one cell with the form's own field and the model's own validators, each text once."""
    form_fields = {name: ASSETS.form_class.base_fields[name] for name in PLAIN}

    @cache
    def clean(column: str, text: str) -> tuple[Any, tuple[str, ...]]:
        field: forms.Field = form_fields[column]
        try:
            value = field.clean(text)
            if column == "mac_address" and value:
                value = normal_mac(value)
        except ValidationError as wrong:
            return None, tuple(wrong.messages)
        except ValueError as wrong:
            return None, (str(wrong),)
        return (value or None) if column == "ip_address" else value, ()

    return clean


ASSET_IMPORTER = AssetImporter()
