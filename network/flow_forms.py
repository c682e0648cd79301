"""The forms that take a firewall's rule set and a log of connections."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.discovery_forms import UploadForm
from assets.models import Asset
from registers.door import register_of


class RulesetForm(UploadForm):
    """A firewall's rules, and which firewall it is."""

    app = "network"
    device: Any = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label=_("none"),
        label=_("Firewall"),
        help_text=_("The device of the inventory."),
    )

    def __init__(self, *args: Any, user: Any, **given: Any) -> None:
        super().__init__(*args, user=user, **given)
        self.fields["file"].help_text = _("iptables-save -c, show running-config or show access-list of a Cisco ASA, or a table (CSV, XLSX).")  # fmt: skip
        assets: Any = register_of(Asset)
        devices = assets.queryset(user).filter(kind=Asset.Kind.NETWORK_DEVICE)
        self.fields["device"].queryset = devices.order_by("site__code", "name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hold the firewall to the site."""
        given = super().clean() or self.cleaned_data
        device = given.get("device")
        if device is not None and given.get("site") and device.site_id != given["site"].pk:
            self.add_error("device", gettext("Choose a firewall of this site."))
        return given


class CaptureForm(UploadForm):
    """A log of connections, and which sensor wrote it."""

    app = "network"
    sensor = forms.CharField(label=_("Sensor"), max_length=120, required=False, help_text=_("Where it was seen."))

    def __init__(self, *args: Any, user: Any, **given: Any) -> None:
        super().__init__(*args, user=user, **given)
        self.fields["file"].help_text = _(
            "conn.log of Zeek (TSV or JSON lines) or a table (CSV); may be packed with gzip."
        )
