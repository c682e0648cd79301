"""Two records of one device become one: what hangs on the second moves to the first, then the second goes (A7)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from importlib import import_module
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, AssetDistinction
from programme.models import Comment, Evidence
from registers.door import may
from registers.wake import wake
from registers.wording import capital
from registers.workflow import NotPossible, transition

# The fields that may come from the second record; its site is the same, and what is computed follows.
TAKEN = (
    "name", "kind", "vendor", "product", "model_number", "serial_number", "version", "ip_address", "mac_address", "zone", "location", "owner",
    "functions", "lifecycle", "supported_until", "verified_on", "safety_effect", "environment_effect", "production_effect", "recovery_hours", "redundant_partner",
)  # fmt: skip


def _choice(name: str) -> tuple[str, Any]:
    named: Any = Asset._meta.get_field(name)
    return name, capital(named.verbose_name)


CHOICES = [_choice(name) for name in TAKEN]


class Word(Enum):
    """What becomes of a person's decision on an entry that stays behind: it moved, both entries have one, or there is none."""

    MOVED = auto()
    BOTH = auto()
    NONE = auto()


@dataclass
class Moved:
    """How many entries of each kind moved, and how many stay behind because the first record has its own.

    Of those that stay behind, a decision moved (`decided`), or the first record keeps its own decision (`own`).
    """

    moved: Counter[type[models.Model]] = field(default_factory=Counter)
    left: Counter[type[models.Model]] = field(default_factory=Counter)
    decided: Counter[type[models.Model]] = field(default_factory=Counter)
    own: Counter[type[models.Model]] = field(default_factory=Counter)


@transition(Asset, Asset.Lifecycle.values, "", label="Merge with its double", danger=True, asks={
    "other": forms.CharField(label=_("Other record"), max_length=19, help_text=_("Its number; it is deleted, its history stays.")),
    "take": forms.MultipleChoiceField(label=_("Taken from the other record"), choices=CHOICES, required=False),
    "because_of": forms.CharField(label=_("Reason"), max_length=300),
})  # fmt: skip
def merge(asset: Asset, *, by: Any, other: str, take: list[str], because_of: str) -> None:
    """Move what hangs on another record of the same device to this one, and delete the other record."""
    key = int(other) if other.isascii() and other.isdigit() else 0
    double = (
        Asset.objects.select_for_update(of=("self",)).filter(site=asset.site_id, pk=key).exclude(pk=asset.pk).first()
    )
    if double is None:
        raise ValidationError({"other": gettext("There is no such other asset at this site.")})
    if not may(by, "delete", double):
        raise PermissionDenied(gettext("You may not delete the other record."))
    found = move(double, asset)
    values = {name: getattr(double, name) for name in take}
    told = f"{double.name} was merged into this record: {because_of}"
    for word, counts in (
        ("Left behind", found.left),
        ("Decisions moved", found.decided),
        ("Own decisions kept", found.own),
    ):
        told += f" {word}: {in_words(counts)}." if counts else ""
    try:
        double.delete()
    except models.ProtectedError as needed:
        raise NotPossible(
            gettext("{name} is still needed by {record}.").format(
                name=double.name, record=next(iter(needed.protected_objects))
            )
        ) from needed
    for name, value in values.items():
        setattr(asset, name, value)
    asset.note = f"{asset.note}\n{told}".strip()
    transaction.on_commit(lambda: wake(Asset), robust=True)


def move(double: Asset, asset: Asset) -> Moved:
    """Let everything that points at one asset point at another; what the other has already stays behind."""
    found = Moved()
    for relation in Asset._meta.related_objects:
        model: Any = relation.related_model
        if model is AssetDistinction or model._meta.model_name.endswith("historyevent"):
            continue
        if isinstance(relation.field, models.ManyToManyField):
            for record in model._default_manager.filter(**{relation.field.name: double}):
                getattr(record, relation.field.name).add(asset)
                found.moved[model] += 1
            continue
        for record in model._default_manager.filter(**{relation.field.name: double}).order_by("pk"):
            if not _point(record, found, **{relation.field.name: asset}):
                _inherit(record, asset, found)
    kind = ContentType.objects.get_for_model(Asset)
    for attached in (Evidence, Comment):
        for record in attached._default_manager.filter(content_type=kind, object_id=double.pk).order_by("pk"):
            _point(record, found, object_id=asset.pk)
    return found


def _point(record: Any, found: Moved, **at: Any) -> bool:
    """Point one record at the asset that stays, or count it as left behind; tell whether it moved."""
    kind = type(record)
    try:
        with transaction.atomic():
            kind._default_manager.filter(pk=record.pk).update(**at)
    except IntegrityError:
        found.left[kind] += 1
        return False
    found.moved[kind] += 1
    return True


def _inherit(record: Any, asset: Asset, found: Moved) -> None:
    """Let what a person decided of an entry that is left behind stand on the one that the asset has."""
    inherit = import_module(settings.REGISTERS_CATALOG).HEIRS.get(type(record))
    word = inherit(record, asset) if inherit else Word.NONE
    if word is not Word.NONE:
        (found.decided if word is Word.MOVED else found.own)[type(record)] += 1


def in_words(counts: Mapping[type[models.Model], int]) -> str:
    """Return counts as a phrase: 2 backups, 1 match."""
    told = [
        f"{count} {kind._meta.verbose_name if count == 1 else kind._meta.verbose_name_plural}"
        for kind, count in counts.items()
    ]
    return ", ".join(sorted(told))


def preview(double: Asset, asset: Asset) -> Moved:
    """Return what a merge would move and leave behind; nothing is kept."""
    with transaction.atomic():
        found = move(double, asset)
        transaction.set_rollback(True)
    return found
