"""The second factor: of whom it is demanded, and who has it."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from accounts.permissions import STRONG, grants_of
from accounts.rules import vouches
from registers.models import Installation


def demands_second_factor(user: User) -> bool:
    """Tell whether a role of the person demands a second factor, or a password too short to stand alone; the demo plant demands none."""
    held = grants_of(user)
    roles = held.everywhere.union(*held.at.values())
    return (user.short_password or bool(roles & STRONG)) and not Installation.objects.filter(demo=True).exists()


def lacks_second_factor(user: User) -> bool:
    """Tell whether a person must have a second factor and has none, neither here nor at the provider where they last signed in."""
    return demands_second_factor(user) and not is_mfa_enabled(user) and not _vouched_for(user)


def _vouched_for(user: User) -> bool:
    accepted = {app.provider_id: app.settings.get("second_factor", []) for app in get_adapter().list_apps(None)}
    known = SocialAccount.objects.filter(user=user.pk, provider__in=accepted)
    return any(vouches(one.extra_data.get("id_token", {}), accepted[one.provider]) for one in known)
