"""The VEX document of a site, for page and REST."""

from typing import Any

from accounts.models import Organisation, Site
from patching.course import statements
from patching.models import Match
from patching.rules.vex import Issuer, document, file_name
from registers import clock
from registers.door import register_of


def for_site(request: Any, site: Site, *, everything: bool) -> tuple[str, dict[str, Any]] | None:
    """Return file name and document of what was decided at a site, or of all verdicts; None where there is nothing to say."""
    register: Any = register_of(Match)
    matches = register.queryset(request.user).filter(site=site).exclude(facts="")
    found = list(statements(matches if everything else matches.exclude(status=Match.Status.OPEN)))
    if not found:
        return None
    organisation = Organisation.objects.first()
    issuer = Issuer(
        name=str(organisation or site.name), namespace=request.build_absolute_uri("/"), site=site.code, site_name=site.name,
        at=clock.now(),
    )  # fmt: skip
    return file_name(issuer), document(found, issuer=issuer)
