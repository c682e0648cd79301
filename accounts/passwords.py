"""What a password may not be, beyond Django's own checks (NIST SP 800-63B: context words, length ceiling)."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.models.people import ENOUGH_ALONE

LONGEST = 1024
ALONE, WITH_FACTOR = ENOUGH_ALONE, 12
CONTEXT_WORDS = ("csms", "portal", "password", "62443", "scada")


class LengthValidator:
    """Refuses short passwords: 15 characters where it is all that lets one in, 12 beside a second factor (NIST SP 800-63B-4)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise when the password is shorter than this person's must be."""
        shortest = WITH_FACTOR if user is not None and user.pk and is_mfa_enabled(user) else ALONE
        if len(password) < shortest:
            raise ValidationError(
                _("Use at least %(length)s characters."), code="password_too_short", params={"length": shortest}
            )

    def get_help_text(self) -> str:
        """Say the rule in one line."""
        return _("At least %(alone)s characters, or %(beside)s beside a second factor.") % {
            "alone": ALONE, "beside": WITH_FACTOR,
        }  # fmt: skip


class ContextValidator:
    """Refuses passwords that are too long to hash safely or are built on words of this place."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise when the password is over 1,024 characters or mostly a word anyone here would guess."""
        if len(password) > LONGEST:
            raise ValidationError(gettext("Use at most 1,024 characters."), code="password_too_long")
        rest = password.lower()
        company = Organisation.objects.values_list("name", flat=True)
        for word in (*CONTEXT_WORDS, *(part for name in company for part in name.lower().split() if len(part) > 2)):
            rest = rest.replace(word, "")
        if len(rest.strip("0123456789!?.-_ ")) < 6:
            raise ValidationError(
                gettext("That is too easy to guess here. Use several unrelated words."), code="password_context"
            )

    def get_help_text(self) -> str:
        """Say the rule in one line."""
        return gettext("Not built on words such as the name of this portal or of the company.")
