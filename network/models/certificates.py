"""Certificates of components: which security level a product can reach by its own means (SL-C)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord
from assets.models.network import LevelVectorField
from registers.history.track import history


@history()
class ComponentCertificate(SharedRecord):
    """What a product was certified for, such as by IEC 62443-4-2: its capability level for FR 1 to FR 7, and until when."""

    vendor = models.CharField(_("vendor"), max_length=120)
    product = models.CharField(_("product"), max_length=160, help_text=_("Beginning of the product's name."))
    model_number = models.CharField(
        _("order number"), max_length=80, blank=True, help_text=_("Beginning of the order number.")
    )
    releases = models.CharField(
        _("releases"), max_length=160, blank=True, help_text=_("As the certificate names them.")
    )
    scheme = models.CharField(_("scheme"), max_length=80, help_text=_("Such as ISASecure CSA or IECEE 62443-4-2."))
    number = models.CharField(_("number"), max_length=80)
    issued_by = models.CharField(_("issued by"), max_length=120, blank=True)
    sl_c = LevelVectorField(_("SL-C"), null=False, blank=False, help_text=_("Capability level for FR 1 to FR 7."))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("component certificate")
        verbose_name_plural = _("component certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number", "product", "model_number"], name="certificate_once",
                violation_error_message=_("This certificate is here already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.vendor} {self.product}: {self.scheme} {self.number}"
