"""Time zones as the plant names them."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            gettext("'{name}' is not a time zone. Write one such as Europe/Berlin.").format(name=name)
        )
