"""Assets, and what is known of each: interfaces, software, backups."""

from contextlib import suppress

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models.network import Network, Protocol, Zone
from assets.rules.network import normal_mac
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history
from registers.several import SeveralField

EFFECT = [(0, _("None")), (1, _("Slight")), (2, _("Serious")), (3, _("Severe"))]


# How critical an asset is: set by hand, or from four answers. A serious effect on safety decides alone; else the worst
# effect, raised by one step when recovery takes more than three days; empty while an answer is missing.
CRITICALITY = Case(
    When(~Q(criticality_override=""), then=F("criticality_override")),
    When(
        Q(safety_effect=None) | Q(environment_effect=None) | Q(production_effect=None) | Q(recovery_hours=None),
        then=Value(""),
    ),
    When(safety_effect__gte=2, then=Value("SAFETY")),
    When(Q(environment_effect=3) | Q(production_effect=3), then=Value("HIGH")),
    When(Q(recovery_hours__gt=72) & (Q(environment_effect=2) | Q(production_effect=2)), then=Value("HIGH")),
    When(Q(environment_effect=2) | Q(production_effect=2), then=Value("MEDIUM")),
    When(
        Q(recovery_hours__gt=72) & (Q(safety_effect=1) | Q(environment_effect=1) | Q(production_effect=1)),
        then=Value("MEDIUM"),
    ),
    default=Value("LOW"),
)


def validate_mac(text: str) -> None:
    """Refuse a hardware address that is not twelve hexadecimal digits."""
    try:
        normal_mac(text)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from wrong


@history()
class Asset(SiteRecord):
    """A device, server or application of the plant (A1)."""

    class Kind(models.TextChoices):
        CONTROL_HARDWARE = "CONTROL_HARDWARE", _("Control hardware")
        PLC = "PLC", _("PLC")
        FIELD_DEVICE = "FIELD_DEVICE", _("Field device")
        SCADA_SERVER = "SCADA_SERVER", _("SCADA server")
        INDUSTRIAL_APPLICATION = "INDUSTRIAL_APPLICATION", _("Industrial application")
        NETWORK_DEVICE = "NETWORK_DEVICE", _("Network device")
        ENGINEERING_WORKSTATION = "ENGINEERING_WORKSTATION", _("Engineering workstation")
        HMI = "HMI", _("HMI")
        REMOTE_ACCESS = "REMOTE_ACCESS", _("Remote access")
        SAFETY_SYSTEM = "SAFETY_SYSTEM", _("Safety system")
        SERVER = "SERVER", _("Server")
        OTHER = "OTHER", _("Not classified")

    class Criticality(models.TextChoices):
        LOW = "LOW", _("Low")
        MEDIUM = "MEDIUM", _("Medium")
        HIGH = "HIGH", _("High")
        SAFETY = "SAFETY", _("Safety")

    class Function(models.TextChoices):
        """What an asset does for the security of the plant; each site needs every one of them."""

        FIREWALL = "FIREWALL", _("Boundary firewall")
        REMOTE_ACCESS = "REMOTE_ACCESS", _("Remote access gateway")
        JUMP_HOST = "JUMP_HOST", _("Jump host")
        MONITORING = "MONITORING", _("Network monitoring")
        LOGS = "LOGS", _("Log collection")
        UPDATES = "UPDATES", _("Update and antivirus server")
        BACKUP = "BACKUP", _("Backup server")
        TIME = "TIME", _("Time server")

    class Lifecycle(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        IN_USE = "IN_USE", _("In use")
        SPARE = "SPARE", _("Spare")
        RETIRED = "RETIRED", _("Retired")

    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, verbose_name=_("zone"), related_name="assets", db_index=False
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices, default=Kind.OTHER)
    functions = SeveralField(
        _("security functions"), choices=Function.choices, help_text=_("What it does for the security of the plant.")
    )
    vendor = models.CharField(_("vendor"), max_length=120, blank=True)
    product = models.CharField(_("product"), max_length=160, blank=True)
    model_number = models.CharField(_("order number"), max_length=80, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=80, blank=True)
    version = models.CharField(
        _("version"), max_length=80, blank=True, help_text=_("Firmware or software version as the device shows it.")
    )
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    mac_address = models.CharField(_("hardware address"), max_length=17, blank=True, validators=[validate_mac])
    location = models.CharField(_("place"), max_length=160, blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    lifecycle = models.CharField(_("state"), max_length=10, choices=Lifecycle.choices, default=Lifecycle.IN_USE)
    safety_effect = models.PositiveSmallIntegerField(_("effect on safety"), choices=EFFECT, null=True, blank=True)
    environment_effect = models.PositiveSmallIntegerField(
        _("effect on the environment"), choices=EFFECT, null=True, blank=True
    )
    production_effect = models.PositiveSmallIntegerField(
        _("effect on production"), choices=EFFECT, null=True, blank=True
    )
    recovery_hours = models.PositiveIntegerField(
        _("recovery time, hours"), null=True, blank=True, validators=[MaxValueValidator(87_600)]
    )
    criticality_override = models.CharField(
        _("criticality set by hand"), max_length=10, choices=Criticality.choices, blank=True
    )
    override_reason = models.CharField(_("reason for setting it by hand"), max_length=300, blank=True)
    criticality = models.GeneratedField(
        verbose_name=_("criticality"), expression=CRITICALITY, db_persist=True,
        output_field=models.CharField(max_length=10, choices=Criticality.choices, blank=True),
    )  # fmt: skip
    redundant_partner = models.CharField(_("redundant partner"), max_length=120, blank=True)
    supported_until = models.DateField(_("support ends"), null=True, blank=True)
    verified_on = models.DateField(_("last verified"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    words = models.GeneratedField(
        expression=Lower(
            Concat(
                "name",
                Value(" "),
                "vendor",
                Value(" "),
                "product",
                Value(" "),
                "model_number",
                Value(" "),
                "serial_number",
                Value(" "),
                "mac_address",
                Value(" "),
                "version",
                Value(" "),
                "location",
                Value(" "),
                "owner",
                Value(" "),
                Func("ip_address", function="host", output_field=models.CharField()),
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(SiteRecord.Meta):
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        indexes = [
            models.Index(fields=["site", "name", "id"]),
            models.Index(fields=["name", "id"]),
            models.Index(fields=["site", "zone"]),
            models.Index(fields=["zone", "id"]),  # counts by zone read it instead of the records
            models.Index(fields=["site"], condition=Q(lifecycle="RETIRED"), name="asset_retired"),
            models.Index(fields=["site"], condition=~Q(functions=[]), name="asset_with_function"),
            models.Index(fields=["verified_on"], condition=~Q(lifecycle="RETIRED"), name="asset_verified"),
            models.Index(fields=["vendor", "product", "model_number", "version"], name="asset_type"),
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="asset_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="asset_name", violation_error_message=_("This site has an asset of that name.")),
            unique_with_site("asset_with_site"),
            SameSite(field="zone", name="asset_zone_same_site"),
            models.CheckConstraint(
                condition=Q(criticality_override="") | ~Q(override_reason=""), name="asset_override_reason",
                violation_error_message=_("Say why the criticality is set by hand."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def status(self) -> str:
        """Its state in life, which is what its steps ask for."""
        return self.lifecycle

    def get_status_display(self) -> str:
        """Return the state in words."""
        return str(self.get_lifecycle_display())

    def clean(self) -> None:
        """Bring the hardware address into one form; one that is none is refused by its field."""
        with suppress(ValueError):
            self.mac_address = self.mac_address and normal_mac(self.mac_address)


@history()
class Interface(SiteRecord):
    """A network connection of an asset (A3)."""

    class Medium(models.TextChoices):
        CABLE = "CABLE", _("Cable")
        WIRELESS = "WIRELESS", _("Wireless")
        MOBILE = "MOBILE", _("Mobile network")

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="interfaces")
    name = models.CharField(_("name"), max_length=80)
    network = models.ForeignKey(
        Network, models.SET_NULL, null=True, blank=True, verbose_name=_("network"), related_name="interfaces"
    )
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    mac_address = models.CharField(_("hardware address"), max_length=17, blank=True, validators=[validate_mac])
    medium = models.CharField(
        _("medium"), max_length=8, choices=Medium.choices, blank=True,
        help_text=_("Wireless: a radio network of the plant, such as WLAN or WirelessHART. Mobile network: that of a carrier."),
    )  # fmt: skip
    protocols = models.ManyToManyField(Protocol, verbose_name=_("protocols"), blank=True, related_name="+")

    class Meta(SiteRecord.Meta):
        verbose_name = _("interface")
        verbose_name_plural = _("interfaces")
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "name"],
                name="interface_name",
                violation_error_message=_("This asset has an interface of that name."),
            ),
            SameSite(field="asset", name="interface_asset_same_site"),
            SameSite(field="network", name="interface_network_same_site"),
        ]

    def __str__(self) -> str:
        return self.name


@history()
class Software(SiteRecord):
    """A program installed on an asset (A3)."""

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="software")
    name = models.CharField(_("name"), max_length=160)
    vendor = models.CharField(_("vendor"), max_length=120, blank=True)
    version = models.CharField(_("version"), max_length=80, blank=True)
    purl = models.CharField(_("package URL"), max_length=300, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("software")
        verbose_name_plural = _("software")
        constraints = [SameSite(field="asset", name="software_asset_same_site")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


@history()
class Backup(SiteRecord):
    """A backup of an asset, and when its restore was last tried (A3)."""

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="backups")
    taken_on = models.DateField(_("taken on"))
    content = models.CharField(_("what"), max_length=160)
    place = models.CharField(_("where it is kept"), max_length=160, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    restore_tested_on = models.DateField(_("restore tested on"), null=True, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        constraints = [SameSite(field="asset", name="backup_asset_same_site")]

    def __str__(self) -> str:
        return f"{self.content}, {self.taken_on}"
