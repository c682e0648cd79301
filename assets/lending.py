"""Steps on media and on assets at their end: handed out, taken back, lost, checked; retired with their data removed."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, MalwareCheck, RemovableMedium, SanitisationRecord
from assets.models.devices import CHECKED_FOR
from registers.history.past import day_at
from registers.workflow import NotPossible, sentences, transition

S, L = RemovableMedium.Status, Asset.Lifecycle
DAY = forms.DateInput(attrs={"type": "date"})
REASON = sentences(_("Reason"), most=300)


@transition(RemovableMedium, [S.IN_STORE, S.ISSUED, S.LOST], "", label="Malware check", main=True, asks={
    "tool": forms.CharField(label=_("Malware scanner"), max_length=120), "result": forms.ChoiceField(label=_("Result"), choices=RemovableMedium.Result.choices),
    "note": forms.CharField(label=_("Note"), max_length=500, required=False),
})  # fmt: skip
def check(medium: RemovableMedium, *, by: Any, tool: str, result: str, note: str = "") -> None:
    """Record a look for malware on the medium."""
    today = day_at(medium.site)
    MalwareCheck.objects.create(site=medium.site, medium=medium, checked_on=today, tool=tool, result=result, note=note)
    medium.checked_on, medium.result = today, result


@transition(RemovableMedium, [S.IN_STORE], S.ISSUED, label="Hand out", main=True, asks={
    "holder": forms.CharField(label=_("Person or company that takes it"), max_length=120), "return_by": forms.DateField(label=_("Day of its return"), widget=DAY),
})  # fmt: skip
def issue(medium: RemovableMedium, *, by: Any, holder: str, return_by: date) -> None:
    """Hand the medium to somebody until a day; it must have passed a malware check lately."""
    today = day_at(medium.site)
    if medium.checked_on is None or medium.checked_on < today - timedelta(days=CHECKED_FOR):
        raise NotPossible(
            gettext("The last malware check is {day}; it may be {days} days old. Check it first.").format(
                day=medium.checked_on or gettext("none"), days=CHECKED_FOR
            )
        )
    if medium.result != RemovableMedium.Result.CLEAN:
        raise NotPossible(gettext("The last check found malware. Clean it and check it again."))
    if return_by < today:
        raise NotPossible(gettext("The day to bring it back has passed. Choose a later one."))
    medium.holder, medium.return_by = holder, return_by


@transition(RemovableMedium, [S.ISSUED, S.LOST], S.IN_STORE, label="Take back", main=True)
def take_back(medium: RemovableMedium, *, by: Any) -> None:
    """Take the medium back into the store; one that was lost counts as not checked until it is checked again."""
    if medium.status == S.LOST:
        medium.checked_on, medium.result = None, ""
    medium.holder, medium.return_by = "", None


@transition(
    RemovableMedium, [S.IN_STORE, S.ISSUED], S.LOST, label="Report lost", danger=True, asks={"because_of": REASON}
)
def report_lost(medium: RemovableMedium, *, by: Any, because_of: str) -> None:
    """Say that the medium is lost, and how."""
    medium.note = f"{medium.note}\nLost: {because_of}".strip()


@transition(RemovableMedium, [S.IN_STORE, S.LOST], S.RETIRED, label="Retire", asks={"because_of": REASON})
def retire_medium(medium: RemovableMedium, *, by: Any, because_of: str) -> None:
    """Take the medium out of use for good."""
    medium.note, medium.holder = f"{medium.note}\nRetired: {because_of}".strip(), ""


@transition(Asset, [L.PLANNED, L.IN_USE, L.SPARE], "", label="Retire", danger=True, asks={
    "method": forms.ChoiceField(label=_("Removal of its data"), choices=SanitisationRecord.Method.choices),
    "done_by": forms.CharField(label=_("Person who did it"), max_length=120), "certificate": forms.CharField(label=_("Certificate"), max_length=120, required=False),
    "note": forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("Why it held no data, where that is so.")),
})  # fmt: skip
def retire(asset: Asset, *, by: Any, method: str, done_by: str, certificate: str = "", note: str = "") -> None:
    """Take the asset out of use for good, with the record of how its data was removed."""
    record = SanitisationRecord(
        site=asset.site, asset=asset, method=method, done_on=day_at(asset.site), done_by=done_by, certificate=certificate, note=note
    )  # fmt: skip
    record.full_clean()
    record.save()
    asset.lifecycle = L.RETIRED


@transition(Asset, [L.RETIRED], "", label="Take into use again", asks={"because_of": REASON})
def return_to_use(asset: Asset, *, by: Any, because_of: str) -> None:
    """Take a retired asset into use again, with the reason in its note."""
    asset.lifecycle = L.IN_USE
    asset.note = f"{asset.note}\nTaken into use again: {because_of}".strip()
