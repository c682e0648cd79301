"""Walk-downs: what is seen of each asset where it stands, and what becomes of what differs from the record (A7)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Sighting, WalkDown
from registers.door import may
from registers.history.origin import because
from registers.history.past import day_at
from registers.wake import wake
from registers.wording import capital, small
from registers.workflow import NotPossible, sentences, transition

W, R, S, L = WalkDown.Status, Sighting.Result, Sighting.Status, Asset.Lifecycle
CELLS = ("product", "model_number", "serial_number", "version", "ip_address", "location")
SOUGHT = (L.IN_USE, L.SPARE)
REASON = sentences(_("Reason"), most=300)


def label_of(name: str) -> str:
    """Return what a person calls a field of an asset."""
    field: Any = Asset._meta.get_field(name)
    return str(capital(field.verbose_name))


def _cell(name: str) -> forms.Field:
    if name == "ip_address":
        return forms.GenericIPAddressField(label=label_of(name), required=False)
    field: Any = Asset._meta.get_field(name)
    return forms.CharField(label=label_of(name), max_length=field.max_length, required=False)


def expected(walkdown: WalkDown) -> QuerySet[Asset]:
    """Return the assets that the walk-down is to find: in use or in store, those named or all of its zone and place; in the order of the round."""
    named = WalkDown.assets.through._default_manager.filter(walkdown=walkdown.pk)
    asked = Q(site=walkdown.site_id, lifecycle__in=SOUGHT) & (Q(pk__in=named.values("asset")) | Q(~Exists(named)))
    if walkdown.zone_id:
        asked &= Q(zone=walkdown.zone_id)
    if walkdown.place:
        asked &= Q(location__icontains=walkdown.place)
    return Asset.objects.filter(asked).order_by("location", "name")


def unseen(walkdown: WalkDown) -> QuerySet[Asset]:
    """Return those of them that nobody looked at yet."""
    return expected(walkdown).exclude(sightings__walkdown=walkdown)


def unfit(asset: Asset, *, by: Any) -> str:
    """Say why no walk-down is made for an asset by this person, or nothing."""
    if asset.lifecycle not in SOUGHT:
        state = small(asset.get_lifecycle_display())
        return gettext("is {state}; a walk-down looks for what is in use or in store").format(state=state)
    if not may(by, "add", WalkDown(site=asset.site)):
        return gettext("you may not ask for a walk-down at {site}").format(site=asset.site.code)
    return ""


def ask(assets: Iterable[Asset], *, by: Any, title: str) -> list[WalkDown]:
    """Make a walk-down with exactly these assets, one for each of their sites; all of them or none."""
    at: dict[Any, list[Asset]] = {}
    for asset in assets:
        if refusal := unfit(asset, by=by):
            raise NotPossible(f"{asset}: {refusal}.")
        at.setdefault(asset.site, []).append(asset)
    made = []
    with because(by=by, step="assets.walkdown.ask"):
        for site, wanted in at.items():
            walkdown = WalkDown(site=site, title=title)
            walkdown.full_clean()
            walkdown.save()
            walkdown.assets.set(wanted)
            made.append(walkdown)
    return made


@transition(WalkDown, [W.RUNNING], "", label="Record", asks={
    "asset": forms.CharField(label=_("Asset"), max_length=120, required=False, help_text=_("Its number or name; empty for a device that no record tells of.")),
    "result": forms.ChoiceField(label=_("Result"), choices=R.choices),
    "name": forms.CharField(label=_("Name on the device"), max_length=120, required=False),
    **{name: _cell(name) for name in CELLS},
    "note": forms.CharField(label=_("Note"), max_length=300, required=False),
})  # fmt: skip
def see(walkdown: WalkDown, *, by: Any, asset: str, result: str, name: str = "", note: str = "", **cells: Any) -> None:
    """Record what is found of one asset where it should stand; seen as recorded, it counts as verified today."""
    today = day_at(walkdown.site)
    told = {key: str(value) for key, value in cells.items() if value}
    if result == R.UNKNOWN:
        if not name:
            raise ValidationError({"name": gettext("Say what stands on the device, or what you call it.")})
        Sighting.objects.create(
            site=walkdown.site, walkdown=walkdown, result=result, seen={"name": name, **told}, note=note, seen_on=today, seen_by=by
        )  # fmt: skip
        return
    found = _named(walkdown, asset)
    if not may(by, "change", found):
        raise PermissionDenied(gettext("You may not verify assets here."))
    seen = {key: value for key, value in told.items() if value != str(getattr(found, key) or "")}
    if result == R.DIFFERENT and not seen and not note:
        raise ValidationError({"note": gettext("Say what is different: correct a value, or write a note.")})
    settled = result == R.FOUND
    Sighting.objects.update_or_create(
        walkdown=walkdown, asset=found, defaults={
            "site": walkdown.site, "result": result, "seen": seen if result == R.DIFFERENT else {}, "note": note, "seen_on": today,
            "seen_by": by, "status": S.SETTLED if settled else S.OPEN, "reason": "",
        },
    )  # fmt: skip
    if settled:
        _verify(found, today)


def _named(walkdown: WalkDown, text: str) -> Asset:
    here = Asset.objects.filter(site=walkdown.site_id)
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found = here.filter(pk=key).first() or here.filter(name=text).first()
    if found is None:
        raise ValidationError(
            {"asset": gettext("There is no asset '{name}' at {site}.").format(name=text[:60], site=walkdown.site.code)}
        )
    return found


def _verify(asset: Asset, day: date) -> None:
    if asset.verified_on is None or asset.verified_on < day:
        asset.verified_on = day
        asset.save(update_fields=["verified_on"])


@transition(Asset, [L.PLANNED, L.IN_USE, L.SPARE], "", label="Mark as verified")
def verify(asset: Asset, *, by: Any) -> None:
    """Say that the asset was looked at where it stands and is as recorded, without a round."""
    asset.verified_on = day_at(asset.site)


@transition(WalkDown, [W.RUNNING], W.CLOSED, label="Close")
def close(walkdown: WalkDown, *, by: Any) -> None:
    """End the round; how many assets nobody saw is kept."""
    walkdown.closed_on, walkdown.not_seen = day_at(walkdown.site), unseen(walkdown).count()


@transition(Sighting, [S.OPEN], S.SETTLED, label="Take over", main=True)
def take_over(sighting: Sighting, *, by: Any) -> None:
    """Write what was seen into the record of the asset; what follows from it, such as its vulnerabilities, follows by itself."""
    asset = sighting.asset
    if sighting.result != R.DIFFERENT or asset is None or not sighting.seen:
        raise NotPossible(
            gettext("There is no value to take over. Change the record by hand, or leave it with a reason.")
        )
    if not may(by, "change", asset):
        raise PermissionDenied(gettext("You may not change this asset."))
    for name, value in sighting.seen.items():
        if name in CELLS:
            setattr(asset, name, value)
    asset.verified_on = max(sighting.seen_on, asset.verified_on or sighting.seen_on)
    asset.full_clean()
    asset.save()
    transaction.on_commit(lambda: wake(Asset), robust=True)


@transition(Sighting, [S.OPEN], S.SETTLED, label="Add to the inventory", main=True)
def enlist(sighting: Sighting, *, by: Any) -> None:
    """Add the device as an asset of the site, with what was seen of it."""
    if sighting.result != R.UNKNOWN:
        raise NotPossible(gettext("This asset is in the inventory already."))
    values = {name: value for name, value in sighting.seen.items() if name in ("name", *CELLS)}
    asset = Asset(
        site=sighting.site, zone=sighting.walkdown.zone, verified_on=sighting.seen_on, note=sighting.note, **values
    )
    if not may(by, "add", asset):
        raise PermissionDenied(gettext("You may not add assets here."))
    asset.full_clean()
    asset.save()
    sighting.asset = asset
    transaction.on_commit(lambda: wake(Asset), robust=True)


@transition(Sighting, [S.OPEN], S.SETTLED, label="Leave as it is", asks={"because_of": REASON})
def leave(sighting: Sighting, *, by: Any, because_of: str) -> None:
    """Settle it without changing the record, and say why: the device was moved, retired, or looked at wrongly."""
    sighting.reason = because_of
