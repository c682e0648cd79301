"""What people decide about a discovered device: it joins the inventory, corrects it, is ignored, or is looked for on the floor."""

import ipaddress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.discovering import Inventory, changes, software_of
from assets.models import Asset, DiscoveredDevice, Network, Software, Zone
from assets.rules.reconciling import COMPARED
from registers.history.origin import because
from registers.wake import wake
from registers.workflow import NotPossible, sentences, transition

V, S = DiscoveredDevice.Verdict, DiscoveredDevice.Status
FITS = {
    "accept": {V.NEW, V.UNCLEAR}, "apply": {V.CHANGED, V.UNCLEAR}, "ask_visit": {V.MISSING, V.CHANGED, V.UNCLEAR},
    "identify": {V.NEW, V.CHANGED, V.UNCLEAR}, "ignore": set(V), "reopen": set(V),
}  # fmt: skip
REASON = sentences(_("Reason"), most=300)
LATER = "{name} was changed in the meantime: its {label} now reads '{now}'. Take a new scan, or ignore this one."


def _keep(asset: Asset, device: DiscoveredDevice) -> None:
    """Write the asset with the scan as the reason; whoever follows assets is woken."""
    with because(reason=f"scan {device.scan}"[:300]):
        asset.full_clean()
        asset.save()
        _install(asset, device)
    transaction.on_commit(lambda: wake(Asset), robust=True)


def _install(asset: Asset, device: DiscoveredDevice) -> None:
    known = {one.name.lower(): one for one in asset.software.all()}
    for told in device.seen.get("software", ()):
        one = known.get(told["name"].lower()) or Software(site=asset.site, asset=asset, name=told["name"])
        if one.pk is None or (one.version, one.purl) != (told["version"], told["purl"] or one.purl):
            one.version, one.purl, one.vendor = told["version"], told["purl"] or one.purl, told["vendor"] or one.vendor
            one.save()
            known[one.name.lower()] = one


def zone_of(device: DiscoveredDevice, named: str) -> Zone:
    """Return the zone by id or name; without one that of the scan, or of the network that holds the address."""
    asked = named.strip() or str(device.seen.get("zone", ""))
    zones = Zone.objects.filter(site=device.site_id)
    if asked:
        by = {"pk": int(asked)} if asked.isascii() and asked.isdigit() and len(asked) < 19 else {"name__iexact": asked}
        found = zones.filter(**by).first()
        if found is None:
            raise ValidationError({"zone": gettext("There is no zone '{name}' at this site.").format(name=asked[:60])})
        return found
    if device.scan.zone is not None:
        return device.scan.zone
    if address := device.seen.get("ip_address"):
        for network in Network.objects.filter(site=device.site_id, zone__isnull=False).select_related("zone"):
            if network.zone and ipaddress.ip_address(address) in ipaddress.ip_network(network.cidr):
                return network.zone
    raise ValidationError({"zone": gettext("Choose the zone: no network of this site holds its address.")})


@transition(DiscoveredDevice, [S.OPEN], S.ACCEPTED, label="Add to the inventory", main=True, asks={
    "name": forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("Empty: as it was seen.")),
    "zone": forms.CharField(label=_("Zone"), max_length=120, required=False, help_text=_("Empty: that of the network which holds its address.")),
    "kind": forms.ChoiceField(label=_("Kind"), choices=[("", "As it was seen"), *Asset.Kind.choices], required=False),
})  # fmt: skip
def accept(device: DiscoveredDevice, *, by: Any, name: str = "", zone: str = "", kind: str = "") -> None:
    """Add the device to the inventory, in a zone."""
    if device.verdict not in {V.NEW, V.UNCLEAR} or device.asset_id is not None:
        raise NotPossible(gettext("It is in the inventory already."))
    if device.verdict == V.NEW:
        inventory = Inventory(device.site, near=device.seen)
        if (there := inventory.find(device.seen)).asset:
            raise NotPossible(
                gettext("It is in the inventory by now, as {name}.").format(name=inventory.index.names[there.asset])
            )
    cells = {field: device.seen[field] for field in COMPARED if device.seen.get(field)}
    told = kind or device.seen.get("kind", "")
    asset = Asset(
        site=device.site, zone=zone_of(device, zone), name=name.strip() or device.title[:120],
        kind=told if told in Asset.Kind.values else Asset.Kind.OTHER, note=device.seen.get("note", ""), **cells,
    )  # fmt: skip
    _keep(asset, device)
    device.asset = asset


@transition(DiscoveredDevice, [S.OPEN], S.APPLIED, label="Take the change over", main=True)
def apply(device: DiscoveredDevice, *, by: Any) -> None:
    """Write what was seen into the asset; a cell that somebody changed meanwhile stops it."""
    if device.asset is None or not device.changes:
        raise NotPossible(gettext("There is no change to take over."))
    asset = Asset.objects.select_for_update().get(pk=device.asset.pk)
    for change in device.changes:
        name = change["field"]
        if name == "software":
            continue
        now = str(getattr(asset, name) or "")
        if now != change["old"]:
            raise NotPossible(LATER.format(name=asset.name, label=change["label"].lower(), now=now))
        setattr(asset, name, change["new"])
    _keep(asset, device)


@transition(DiscoveredDevice, [S.OPEN], S.IGNORED, label="Ignore", asks={"because_of": REASON})
def ignore(device: DiscoveredDevice, *, by: Any, because_of: str) -> None:
    """Leave the inventory as it is, with the reason."""
    device.reason = because_of


@transition(DiscoveredDevice, [S.IGNORED], S.OPEN, label="Decide anew")
def reopen(device: DiscoveredDevice, *, by: Any) -> None:
    """Take back that it is ignored; later scans ask about it again."""
    device.reason = ""


@transition(DiscoveredDevice, [S.OPEN], S.TO_VERIFY, label="Verify on the floor")
def ask_visit(device: DiscoveredDevice, *, by: Any) -> None:
    """Have somebody look at the asset itself; it waits in My work until it is verified."""
    if device.asset_id is None:
        raise NotPossible(gettext("No asset stands behind it. Add it to the inventory, or say which asset it is."))


@transition(DiscoveredDevice, [S.OPEN], "", label="Say which asset it is", asks={
    "asset": forms.CharField(label=_("Asset"), max_length=120, help_text=_("Its name.")),
})  # fmt: skip
def identify(device: DiscoveredDevice, *, by: Any, asset: str) -> None:
    """Say which asset of the site it is; the differences are worked out anew."""
    if device.verdict == V.MISSING:
        raise NotPossible(gettext("It was not seen at all."))
    inventory = Inventory(device.site, near={"name": asset.strip()})
    found = next((pk for pk, one in inventory.assets.items() if one["name"].lower() == asset.strip().lower()), None)
    if found is None:
        raise ValidationError({"asset": gettext("There is no asset '{name}' at this site.").format(name=asset[:60])})
    device.asset_id, device.matched_by, device.why = found, "", ""
    device.changes = changes(inventory.assets[found], device.seen, software_of([found])[found])
    device.verdict = V.CHANGED if device.changes else V.SAME
    if not device.changes:
        device.status = S.AS_RECORDED


STEPS = (accept, apply, ask_visit, identify, ignore, reopen)


def fits(step: str, device: DiscoveredDevice) -> bool:
    """Tell whether a step makes sense for a device: a known one is not added, an unknown one has no change to take over."""
    known = device.asset_id is not None
    return (
        device.verdict in FITS[step]
        and not (step == "accept" and known)
        and not (step in {"apply", "ask_visit"} and not known)
    )
