"""The forms of discovery: a file with what it is of, and what becomes of the ticked devices."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import sites_where
from accounts.registers import SITES
from assets.models import DiscoveryScan, Zone
from registers.choices import read_site
from registers.door import register_of
from registers.files.mapping import MappingField
from registers.forms import FormRenderer
from registers.history.past import day_at
from registers.wording import ask_plainly

TOO_LARGE = _("The file is over {limit} MB. Split it.")


class UploadForm(forms.Form):
    """A file and the site that it is of, one at which the person may take such files in."""

    default_renderer = FormRenderer
    app = "assets"
    site: Any = forms.ModelChoiceField(label=_("Site"), queryset=None, empty_label=None)
    file = forms.FileField(label=_("File"))

    def __init__(self, *args: Any, user: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["site"].queryset = SITES.queryset(user).filter(pk__in=sites_where(user, "import", self.app))  # type: ignore[attr-defined]
        read_site(self)
        ask_plainly(self.fields)

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file, limit = self.cleaned_data["file"], settings.UPLOAD_MAX_BYTES
        if file.size > limit:
            raise forms.ValidationError(str(TOO_LARGE).format(limit=limit // 1_000_000))
        return file


class ScanForm(UploadForm):
    """A scan's file, its site, the day, and what it covers."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "nmap XML (-oX), a log of Zeek (TSV or JSON), devices of NetBox (JSON or CSV), CycloneDX JSON, or a table with the columns of the import of assets."
        ),
    )
    seen_on = forms.DateField(
        label=_("Seen on"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: today.")
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=120,
        required=False,
        help_text=_("The scanner, sensor or list that it comes from."),
    )
    covers = forms.ChoiceField(
        label=_("Covers"),
        choices=DiscoveryScan.Covers.choices,
        required=False,
        initial="SEEN",
        help_text=_("Assets that it covers and does not name are reported as missing."),
    )
    zone: Any = forms.ModelChoiceField(
        label=_("Zone"), queryset=None, required=False, help_text=_("The zone that was scanned, if it was one.")
    )

    mapping = MappingField()

    def __init__(self, *args: Any, user: Any, **given: Any) -> None:
        super().__init__(*args, user=user, **given)
        zones: Any = register_of(Zone)
        self.fields["zone"].queryset = zones.queryset(user).select_related("site").order_by("site__code", "name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Fill the day, and hold the zone to the site and to what is covered."""
        given = super().clean() or self.cleaned_data
        given["seen_on"], given["covers"] = (
            given.get("seen_on") or day_at(given.get("site")),
            given.get("covers") or "SEEN",
        )
        zone = given.get("zone")
        if zone is not None and given.get("site") and zone.site_id != given["site"].pk:
            self.add_error("zone", gettext("Choose a zone of this site."))
        if given["covers"] == "ZONE" and zone is None:
            self.add_error("zone", gettext("Choose the zone that it covers."))
        return given
