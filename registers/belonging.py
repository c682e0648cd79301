"""Many references of a record stay within its site; single ones are held by the database (docs/decisions/0003-same-site.md)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext


def foreign(model: Any, site: int | None, given: Mapping[str, Any]) -> dict[str, str]:
    """Return, for each list of references that holds a record of another site, what to do."""
    if site is None or not hasattr(model, "site_id"):
        return {}
    lists = [field.name for field in model._meta.many_to_many if hasattr(field.related_model, "site_id")]
    return {
        name: gettext("Choose records of the same site.")
        for name in lists if any(one.site_id != site for one in given.get(name) or ())
    }  # fmt: skip
