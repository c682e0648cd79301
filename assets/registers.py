"""The registers of the plant model."""

from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from rest_framework import serializers

from assets import device_registers as devices
from assets import discovery_registers as discovery
from assets import floor_registers as floor
from assets import lending, merging
from assets.floor import verify
from assets.models import Asset, Backup, Conduit, Flow, Interface, Network, Protocol, Software, SuC, Zone
from assets.pages import AssetList, AssetPage
from assets.quality_endpoints import asset_filterset, asset_viewset
from registers.api.serializers import RecordSerializer, serializer_for
from registers.filters import RecordFilter
from registers.register import Register


class SuCRegister(Register):
    model, name, step = SuC, "sucs", 2
    file_key = ("name",)
    fields = ("site", "name", "boundary", "owner", "description")
    columns = ("name", "site", "owner")
    filters = ("site",)
    search = ("name", "boundary")
    order = ("name",)
    joins = ("site",)
    clause = "IEC 62443-3-2 ZCR 1"


class ZoneRegister(Register):
    model, name, step = Zone, "zones", 7
    file_key = ("name",)
    fields = ("site", "suc", "name", "parent", "external", "level", "safety", "sl_t", "purpose", "owner", "description")
    shows = ("sl_a",)
    columns = ("name", "site", "level", "parent", "sl_t", "sl_a", "safety", "external", "owner", "purpose", "suc")
    filters = ("site", "suc", "parent", "level", "external", "safety")
    search = ("name", "purpose", "owner")
    order = ("name",)
    joins = ("site", "parent", "suc")
    bulk = ("owner", "level", "suc")
    controlled = frozenset({"sl_t"})
    clause = "IEC 62443-3-2 ZCR 3"


class ConduitRegister(Register):
    model, name, step = Conduit, "conduits", 7
    file_key = ("name",)
    fields = ("site", "name", "zone_a", "zone_b", "sl_t", "boundary_device", "controls", "owner", "description")
    shows = ("sl_a",)
    columns = ("name", "site", "zone_a", "zone_b", "boundary_device", "sl_t", "sl_a", "owner")
    filters = ("site", "zone_a", "zone_b", "boundary_device")
    search = ("name", "controls")
    order = ("name",)
    joins = ("site", "zone_a", "zone_b", "boundary_device")
    bulk = ("owner",)
    controlled = frozenset({"sl_t"})
    clause = "IEC 62443-3-2 ZCR 3"


class FlowRegister(Register):
    model, name, step = Flow, "flows", 7
    file_key = ("conduit", "initiator", "protocol", "ports")
    fields = (
        "site", "conduit", "initiator", "protocol", "ports", "encrypted", "authenticated", "purpose", "owner",
        "review_on", "expires_on",
    )  # fmt: skip
    columns = ("__str__", "site", "conduit", "initiator", "encrypted", "authenticated", "purpose", "review_on", "owner")
    filters = ("site", "conduit", "initiator", "protocol", "encrypted", "authenticated", "review_on", "expires_on")
    search = ("purpose", "ports", "protocol__name")
    order = ("conduit", "protocol")
    joins = ("site", "conduit", "initiator", "protocol")
    bulk = ("owner", "review_on")
    clause = "IEC 62443-2-1:2024 NET 1.1"


class NetworkRegister(Register):
    model, name, step = Network, "networks", 7
    file_key = ("name",)
    fields = ("site", "zone", "name", "cidr", "vlan", "description")
    columns = ("name", "site", "zone", "cidr", "vlan")
    filters = ("site", "zone", "vlan")
    search = ("name", "cidr")
    order = ("name",)
    joins = ("site", "zone")
    bulk = ("zone",)
    clause = "IEC 62443-2-1:2024 NET 1.1"


class ProtocolRegister(Register):
    model, name, step = Protocol, "protocols", 7
    fields = ("code", "name", "transport", "ports", "industrial", "secure", "note")
    columns = ("name", "code", "transport", "ports", "industrial", "secure", "note")
    filters = ("industrial", "secure")
    search = ("name", "code", "note")
    order = ("name",)


class AssetSerializer(RecordSerializer):
    """An asset; a criticality that is written is one set by hand and wants its reason."""

    criticality = serializers.ChoiceField(
        choices=Asset.Criticality.choices, required=False, allow_blank=True,
        help_text="Written, it is set by hand and wants `override_reason`; as it stands, it changes nothing.",
    )  # fmt: skip
    override_reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True,
        help_text="Why the criticality is set by hand. Where it is left out, `change_reason` is taken.",
    )  # fmt: skip

    def to_internal_value(self, data: Any) -> Any:
        """Read a written criticality as one set by hand."""
        value = super().to_internal_value(data)
        level = value.pop("criticality", None)
        if level is not None and level != getattr(self.instance, "criticality", None):
            value["criticality_override"] = level
        if value.get("criticality_override") and not value.get("override_reason") and value.get("change_reason"):
            value["override_reason"] = value["change_reason"]
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the reason of a criticality that is set by hand."""
        level, reason = (
            attrs.get(name, getattr(self.instance, name, "")) for name in ("criticality_override", "override_reason")
        )
        if level and not reason:
            raise serializers.ValidationError({"override_reason": [gettext("Say why the criticality is set by hand.")]})
        return super().validate(attrs)


class AssetRegister(Register):
    model, name, step = Asset, "assets", 4
    fields = (
        "site", "zone", "name", "kind", "functions", "vendor", "product", "model_number", "serial_number", "version", "ip_address",
        "mac_address", "location", "owner", "lifecycle", "safety_effect", "environment_effect", "production_effect",
        "recovery_hours", "criticality_override", "override_reason", "redundant_partner", "supported_until",
        "verified_on", "note",
    )  # fmt: skip
    shows = ("criticality",)
    columns = (
        "name", "kind", "product", "version", "zone", "criticality", "verified_on", "vendor", "site", "lifecycle",
        "functions", "model_number", "serial_number", "ip_address", "location", "owner", "supported_until",
    )  # fmt: skip
    shown = 7
    filters = (
        "site", "zone", "kind", "functions", "criticality", "lifecycle", "vendor", "product", "version", "model_number",
        "serial_number", "ip_address", "owner", "supported_until", "verified_on",
    )  # fmt: skip
    search = ("words",)
    order = ("name",)
    joins = ("site", "zone")
    sections = (
        ("Identity", ("name", "kind", "functions", "vendor", "product", "model_number", "serial_number", "version", "ip_address", "mac_address")),
        ("Place and people", ("site", "zone", "location", "owner", "redundant_partner", "note")),
        ("Criticality", ("criticality", "safety_effect", "environment_effect", "production_effect", "recovery_hours",
                         "criticality_override", "override_reason")),
        ("Life", ("lifecycle", "supported_until", "verified_on")),
    )  # fmt: skip
    bulk = ("zone", "kind", "owner", "location", "lifecycle", "verified_on", "supported_until")
    transitions = (verify, lending.retire, lending.return_to_use, merging.merge)
    sensitive = Register.sensitive | {"merge"}
    clause = "IEC 62443-2-1:2024 CM 1.1"
    list_view, detail_view = AssetList, AssetPage

    @property
    def serializer_class(self) -> Any:
        return ASSET_SERIALIZER

    @cached_property
    def filterset_class(self) -> type[RecordFilter]:
        return asset_filterset(self)

    @cached_property
    def viewset_class(self) -> Any:
        return asset_viewset(self)


class InterfaceRegister(Register):
    model, name, step = Interface, "interfaces", 4
    file_key = ("asset", "name")
    fields = ("site", "asset", "name", "network", "medium", "ip_address", "mac_address", "protocols")
    columns = ("name", "asset", "site", "network", "medium", "ip_address", "mac_address")
    filters = ("site", "asset", "network", "medium")
    search = ("name", "mac_address")
    order = ("asset", "name")
    joins = ("site", "asset", "network")


class SoftwareRegister(Register):
    model, name, step = Software, "software", 4
    file_key = ("asset", "name", "version")
    fields = ("site", "asset", "name", "vendor", "version", "purl")
    columns = ("name", "vendor", "version", "asset", "site")
    filters = ("site", "asset", "vendor", "name")
    search = ("name", "vendor", "version")
    order = ("name",)
    joins = ("site", "asset")


class BackupRegister(Register):
    model, name, step = Backup, "backups", 4
    file_key = ("asset", "taken_on", "content")
    fields = ("site", "asset", "taken_on", "content", "place", "sha256", "restore_tested_on")
    columns = ("content", "asset", "site", "taken_on", "restore_tested_on", "place")
    filters = ("site", "asset", "taken_on", "restore_tested_on")
    search = ("content", "place")
    order = ("-taken_on",)
    joins = ("site", "asset")
    clause = "IEC 62443-2-1:2024 AVAIL 2.1"


ASSETS = AssetRegister()
ASSET_SERIALIZER = serializer_for(ASSETS, AssetSerializer)
REGISTERS = (
    ASSETS, InterfaceRegister(), SoftwareRegister(), BackupRegister(), SuCRegister(), ZoneRegister(), ConduitRegister(),
    FlowRegister(), NetworkRegister(), ProtocolRegister(), *discovery.REGISTERS, *devices.REGISTERS, *floor.REGISTERS,
)  # fmt: skip
INTERFACES, SOFTWARE, BACKUPS = REGISTERS[1:4]
ZONES, CONDUITS, FLOWS = REGISTERS[5:8]


def parts(asset: Asset, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of what an asset consists of: interfaces, software, backups."""
    backups = list(BACKUPS.queryset(user).filter(asset=asset).order_by("-taken_on")[:8])
    tone, shape, word = ("ok", "tick", f"{backups[0].taken_on:%Y-%m-%d}") if backups else ("", "ring", gettext("none"))
    return "assets/_parts.html", {
        "interfaces": list(INTERFACES.queryset(user).filter(asset=asset).order_by("name")[:30]),
        "software": list(SOFTWARE.queryset(user).filter(asset=asset).order_by("name")[:30]),
        "backups": backups, "strip": [{"label": gettext("Newest backup"), "tone": tone, "shape": shape, "word": word}],
    }  # fmt: skip


def reach(asset: Asset, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of who can reach an asset: the flows declared into its zone, with what guards the way."""
    if asset.zone_id is None:
        return None
    ends = Q(conduit__zone_a=asset.zone_id) | Q(conduit__zone_b=asset.zone_id)
    flows = (
        FLOWS.queryset(user).filter(ends).exclude(initiator=asset.zone_id).select_related("conduit__boundary_device")
    )
    return "assets/_reach.html", {"flows": list(flows.order_by("initiator__name", "pk")[:30])}


def spares(asset: Asset, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of spare assets that can replace this one, or of those that this spare can replace."""
    if not asset.product or asset.lifecycle not in {"IN_USE", "SPARE"}:
        return None
    other = "IN_USE" if asset.lifecycle == "SPARE" else "SPARE"
    same = ASSETS.queryset(user).filter(
        site=asset.site_id, vendor__iexact=asset.vendor, product__iexact=asset.product, lifecycle=other
    )
    found = list(same.exclude(pk=asset.pk).order_by("name")[:12])
    return ("assets/_spares.html", {"spares": found, "is_spare": other == "IN_USE"}) if found else None


def zone_contents(zone: Zone, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of a zone: its assets, and the conduits that leave it."""
    conduits = CONDUITS.queryset(user).filter(Q(zone_a=zone) | Q(zone_b=zone)).order_by("name")
    assets = ASSETS.queryset(user).filter(zone=zone).exclude(lifecycle="RETIRED").order_by("name")
    return "assets/_zone.html", {"assets": list(assets[:40]), "count": assets.count(), "conduits": list(conduits)}


def conduit_flows(conduit: Conduit, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of what may pass a conduit."""
    flows = FLOWS.queryset(user).filter(conduit=conduit).order_by("initiator__name", "pk")
    return "assets/_flows.html", {"flows": list(flows)}


PANELS: tuple[Any, ...] = (
    (Asset, reach), (Asset, parts), (Asset, spares), (Asset, discovery.discoveries), (Zone, zone_contents), (Conduit, conduit_flows),
    *devices.PANELS, *floor.PANELS,
)  # fmt: skip
