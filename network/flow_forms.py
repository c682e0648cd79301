"""The forms that take a firewall's rule set and a log of connections."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.models import Site
from accounts.permissions import sites_where
from assets.models import Asset
from registers.door import register_of
from registers.forms import FormRenderer

TOO_LARGE = "The file is over {limit} MB. Split it."


class UploadForm(forms.Form):
    """A file and the site that it is of."""

    default_renderer = FormRenderer
    site: Any = forms.ModelChoiceField(queryset=None, empty_label=None)
    file = forms.FileField()

    def __init__(self, *args: Any, user: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        sites: Any = register_of(Site)
        self.fields["site"].queryset = sites.queryset(user).filter(pk__in=sites_where(user, "import", "network"))  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file, limit = self.cleaned_data["file"], settings.UPLOAD_MAX_BYTES
        if file.size > limit:
            raise forms.ValidationError(TOO_LARGE.format(limit=limit // 1_000_000))
        return file


class RulesetForm(UploadForm):
    """A firewall's rules, and which firewall it is."""

    device: Any = forms.ModelChoiceField(
        queryset=None, required=False, label="Firewall", help_text="The device of the inventory."
    )

    def __init__(self, *args: Any, user: Any, **given: Any) -> None:
        super().__init__(*args, user=user, **given)
        self.fields["file"].help_text = "iptables-save -c, show running-config or show access-list of a Cisco ASA, or a table (CSV, XLSX)."  # fmt: skip
        assets: Any = register_of(Asset)
        devices = assets.queryset(user).filter(kind=Asset.Kind.NETWORK_DEVICE)
        self.fields["device"].queryset = devices.order_by("site__code", "name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hold the firewall to the site."""
        given = super().clean() or self.cleaned_data
        device = given.get("device")
        if device is not None and given.get("site") and device.site_id != given["site"].pk:
            self.add_error("device", "Choose a firewall of this site.")
        return given


class CaptureForm(UploadForm):
    """A log of connections, and which sensor wrote it."""

    sensor = forms.CharField(max_length=120, required=False, help_text="Where it was seen.")

    def __init__(self, *args: Any, user: Any, **given: Any) -> None:
        super().__init__(*args, user=user, **given)
        self.fields[
            "file"
        ].help_text = "conn.log of Zeek (TSV or JSON lines) or a table (CSV); may be packed with gzip."
