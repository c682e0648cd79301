"""Systems under consideration, zones, conduits, flows and networks (IEC 62443-3-2 ZCR 1, ZCR 3)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord, SiteRecord
from assets.rules.network import normal_cidr, validate_ports
from registers.constraints import SameSite, unique_with_site
from registers.door import hold
from registers.history.track import history

FOUNDATIONAL_REQUIREMENTS = 7


def validate_level_vector(vector: list[int]) -> None:
    """Refuse a security level vector that is not seven values from 0 to 4, FR 1 to FR 7 (IEC 62443-3-3)."""
    if len(vector) != FOUNDATIONAL_REQUIREMENTS or any(level not in range(5) for level in vector):
        raise ValidationError(gettext("Give seven levels from 0 to 4, one for each of FR 1 to FR 7."))


class LevelVectorField(ArrayField[Any, Any]):
    """Seven security levels, FR 1 to FR 7; null means not set."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        kwargs["base_field"] = models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(4)])
        kwargs["validators"] = [validate_level_vector]
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(verbose_name=verbose_name, **kwargs)

    def deconstruct(self) -> Any:
        """Describe it for migrations without what the class itself sets."""
        name, path, args, kwargs = super().deconstruct()
        for given in ("base_field", "size", "validators"):
            kwargs.pop(given, None)
        return name, path, args, kwargs


@history()
class SuC(SiteRecord):
    """A system under consideration: what a risk assessment is about, with its boundary (ZCR 1)."""

    name = models.CharField(_("name"), max_length=120)
    boundary = models.TextField(_("boundary"), blank=True, help_text=_("What is inside, and where it ends."))
    description = models.TextField(_("description"), blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("system under consideration")
        verbose_name_plural = _("systems under consideration")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                name="suc_name",
                violation_error_message=_("This site has a system of that name."),
            ),
            unique_with_site("suc_with_site"),
        ]

    def __str__(self) -> str:
        return self.name


@history()
class Zone(SiteRecord):
    """A group of assets with the same security requirements (IEC 62443-3-2 ZCR 3)."""

    suc = models.ForeignKey(SuC, models.PROTECT, null=True, blank=True, verbose_name=_("system"), related_name="zones")
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"), related_name="parts"
    )
    external = models.BooleanField(
        _("outside the site"), default=False, help_text=_("Internet, corporate network, another plant.")
    )
    level = models.DecimalField(
        _("Purdue level"), max_digits=2, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(5)],
    )  # fmt: skip
    safety = models.BooleanField(_("safety zone"), default=False)
    sl_t = LevelVectorField(_("SL-T"), help_text=_("Target level for FR 1 to FR 7."))
    sl_a = LevelVectorField(_("SL-A"), editable=False)  # kept in step with the answers to the system requirements
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        indexes = [models.Index(fields=["site", "name"])]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                name="zone_name",
                violation_error_message=_("This site has a zone of that name."),
            ),
            unique_with_site("zone_with_site"),
            SameSite(field="suc", name="zone_suc_same_site"),
            SameSite(field="parent", name="zone_parent_same_site"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="zone_not_its_own_part"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a zone that is, by way of its parents, a part of itself."""
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError(
                    {"parent": gettext("{above} is itself a part of this zone. Choose another.").format(above=above)}
                )
            seen.add(above.pk)
            above = above.parent
        hold(self)


@history()
class Conduit(SiteRecord):
    """The way by which two zones of one site talk (ZCR 3)."""

    name = models.CharField(_("name"), max_length=120)
    zone_a = models.ForeignKey(Zone, models.PROTECT, verbose_name=_("from zone"), related_name="conduits_a")
    zone_b = models.ForeignKey(Zone, models.PROTECT, verbose_name=_("to zone"), related_name="conduits_b")
    sl_t = LevelVectorField(_("SL-T"), help_text=_("Target level for FR 1 to FR 7."))
    sl_a = LevelVectorField(_("SL-A"), editable=False)
    boundary_device = models.ForeignKey(
        "assets.Asset", models.SET_NULL, null=True, blank=True, verbose_name=_("boundary device"), related_name="guards"
    )
    controls = models.TextField(_("controls"), blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("conduit")
        verbose_name_plural = _("conduits")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                name="conduit_name",
                violation_error_message=_("This site has a conduit of that name."),
            ),
            unique_with_site("conduit_with_site"),
            SameSite(field="zone_a", name="conduit_zone_a_same_site"),
            SameSite(field="zone_b", name="conduit_zone_b_same_site"),
            SameSite(field="boundary_device", name="conduit_device_same_site"),
            models.CheckConstraint(
                condition=~Q(zone_a=F("zone_b")),
                name="conduit_two_zones",
                violation_error_message=_("A conduit joins two different zones."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Let what stands above say whether it may be kept like this."""
        hold(self)


@history()
class Protocol(SharedRecord):
    """A protocol by its usual name, with its ports and whether it protects what it carries."""

    today_always = True

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    transport = models.CharField(_("transport"), max_length=40, blank=True)
    ports = models.CharField(_("usual ports"), max_length=80, blank=True)
    industrial = models.BooleanField(_("industrial"), default=False)
    secure = models.BooleanField(_("authenticates and encrypts"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")

    def __str__(self) -> str:
        return self.name


@history()
class Flow(SiteRecord):
    """What is allowed to pass a conduit: who starts it, by which protocol, why, until when."""

    conduit = models.ForeignKey(Conduit, models.CASCADE, verbose_name=_("conduit"), related_name="flows")
    initiator = models.ForeignKey(Zone, models.PROTECT, verbose_name=_("started from"), related_name="flows")
    protocol = models.ForeignKey(Protocol, models.PROTECT, verbose_name=_("protocol"), related_name="flows")
    ports = models.CharField(
        _("ports"),
        max_length=80,
        blank=True,
        validators=[validate_ports],
        help_text=_("Such as 502 or 4840,49320-49330."),
    )
    encrypted = models.BooleanField(_("encrypted"), default=False)
    authenticated = models.BooleanField(_("authenticated"), default=False)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    expires_on = models.DateField(_("ends on"), null=True, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("flow")
        verbose_name_plural = _("flows")
        constraints = [
            unique_with_site("flow_with_site"),
            SameSite(field="conduit", name="flow_conduit_same_site"),
            SameSite(field="initiator", name="flow_initiator_same_site"),
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.ports}".strip()

    def clean(self) -> None:
        """Refuse an initiator that is at neither end of the conduit."""
        if self.conduit_id and self.initiator_id:
            ends = (self.conduit.zone_a_id, self.conduit.zone_b_id)
            if self.initiator_id not in ends:
                raise ValidationError({"initiator": gettext("Choose one of the two zones that the conduit joins.")})


@history()
class Network(SiteRecord):
    """A subnet or VLAN (the seventh category of scope)."""

    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, verbose_name=_("zone"), related_name="networks"
    )
    name = models.CharField(_("name"), max_length=120)
    cidr = models.CharField(_("subnet"), max_length=49, blank=True, help_text=_("Such as 10.21.11.0/24."))
    vlan = models.PositiveSmallIntegerField(
        _("VLAN"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4094)]
    )
    description = models.TextField(_("description"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                name="network_name",
                violation_error_message=_("This site has a network of that name."),
            ),
            unique_with_site("network_with_site"),
            SameSite(field="zone", name="network_zone_same_site"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Bring the subnet into its normal form, or refuse it."""
        if self.cidr:
            try:
                self.cidr = normal_cidr(self.cidr)
            except ValueError as wrong:
                raise ValidationError({"cidr": str(wrong)}) from wrong
