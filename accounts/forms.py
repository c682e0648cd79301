"""The forms in which roles are given."""

from datetime import datetime
from typing import Any

from allauth.account.forms import ResetPasswordForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from accounts.entrance import invite
from accounts.models import Role, RoleGrant, Site, User
from accounts.permissions import everywhere, may_hand_out, sites_where
from accounts.workflow import give
from registers import clock
from registers.door import visible
from registers.forms import RecordForm
from registers.middleware import end_of_day
from registers.workflow import StepForm

EVERYWHERE = "everywhere"
NOTHING = ("", _("choose"))


class RoleFields(forms.Form):
    """Which role, where, until when; only what this person may give is offered and taken."""

    role = forms.ChoiceField(label=_("Role"))
    place = forms.ChoiceField(
        label=_("Where"),
        help_text=_("A role that rules or decides, or that holds everywhere, waits until a second person confirms it."),
    )
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until somebody ends it."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    ends_at: datetime | None = None

    def offer(self, user: Any, site: Any = None) -> None:
        """Narrow roles and places to those that this person gives; `site` is chosen already."""
        self.giver = user
        sites = visible(Site.objects.filter(pk__in=sites_where(user, "give", "accounts")).order_by("code"), user)
        self.sites = {str(one.pk): one for one in sites}
        anywhere = [(EVERYWHERE, _("everywhere"))] if everywhere(user, "give", "accounts") else []
        places = [*anywhere, *((key, str(one)) for key, one in self.sites.items())]
        role, place = self.fields["role"], self.fields["place"]
        reached = [None, *(one.pk for one in self.sites.values())]
        given = [one for one in Role.choices if any(may_hand_out(user, one[0], here) for here in reached)]
        role.choices = [NOTHING, *given]  # type: ignore[attr-defined]
        place.choices = places if len(places) == 1 else [NOTHING, *places]  # type: ignore[attr-defined]
        place.initial = site

    @property
    def site(self) -> Site | None:
        """The site that was chosen; None is everywhere."""
        return self.sites.get(self.cleaned_data["place"])

    def clean(self) -> dict[str, Any] | None:
        """Refuse a role that this person does not give there, and a last day that is over."""
        cleaned = super().clean()
        given = self.cleaned_data
        if "place" not in given:
            return cleaned
        if "role" in given and not may_hand_out(self.giver, given["role"], self.site.pk if self.site else None):
            self.add_error("role", _("You may not give this role there."))
        if given.get("last_day"):
            self.ends_at = end_of_day(given["last_day"], self.site.time_zone if self.site else "UTC")
            if self.ends_at <= clock.now():
                self.add_error("last_day", _("The end has passed. Choose a later one."))
        return cleaned


class RoleGrantForm(RoleFields, RecordForm):
    """A role for a person who is here already."""

    field_order = ("person", "role", "place", "last_day", "reason")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.offer(user, self.initial.get("site"))
        self.instance.given_by = user
        person: Any = self.fields["person"]
        person.queryset = person.queryset.filter(robot=False, is_active=True).exclude(pk=user.pk)

    def save(self, commit: bool = True) -> RoleGrant:
        """Give the role."""
        given = self.cleaned_data
        return give(
            given["person"], given["role"], self.site, by=self.user, reason=given["reason"], ends_at=self.ends_at
        )


GIVING: Any = modelform_factory(RoleGrant, form=RoleGrantForm, fields=["person", "role", "reason"])


class InvitationForm(RoleFields, StepForm):
    """Whom to invite, and the role they get."""

    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=120)
    title = forms.CharField(label=_("Function"), max_length=120, required=False)
    field_order = ("email", "name", "title", "role", "place", "last_day", "reason")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.offer(user)

    def send(self) -> RoleGrant:
        """Invite them."""
        given = self.cleaned_data
        return invite(
            given["email"], given["name"], given["role"], self.site, by=self.giver, reason=given["reason"],
            title=given["title"], ends_at=self.ends_at,
        )  # fmt: skip


class JoinForm(SetPasswordForm):  # type: ignore[type-arg]  # not to be subscripted at run time
    """The password that an invited person chooses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label, self.fields["new_password2"].label = _("Password"), _("Password again")


class ResetForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """Asks for a new password by the address that one has now; allauth would remember every former one."""

    def clean_email(self) -> str:
        """Keep only who has this address now."""
        email: str = super().clean_email()
        self.users = list(User.objects.filter(email__iexact=email, is_active=True, robot=False))
        return email


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """Takes the first code of an app; it is used up by that (RFC 6238 5.2), while allauth would let it in once more."""

    def clean_code(self) -> str:
        """Check the code and keep that it was used."""
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user, type=Authenticator.Type.TOTP))._mark_code_used(code)
        return code
