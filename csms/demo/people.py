"""The demo's organisation, sites, people and what each of them may do."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.grants import grant
from accounts.models import Organisation, Role, Site, User
from accounts.robots import robot
from accounts.workflow import give
from csms.demo.files import document
from csms.demo.telling import Year, happening

ROLES = {"csms_manager": Role.MANAGER, "site_security_manager": Role.SECURITY_MANAGER}


def settle(year: Year) -> dict[str, User]:
    """Make organisation, sites, people and grants; return the people by e-mail."""
    told = document("plant.yaml")
    with happening(year.moment(-366), step="csms.demo", reason="The portal is set up"):
        organisation = Organisation.objects.create(name=told["organisation"]["name"])
        sites = {row["code"]: Site.objects.create(**row) for row in told["sites"]}
        password = make_password(settings.DEMO_PASSWORD)
        for name in ("poll", "matching"):
            robot(name)
        people: dict[str, User] = {}
        for row in document("people.yaml")["people"]:
            if not row["account"]:
                continue
            one = User.objects.create(email=row["email"], name=row["name"], title=row["title"], password=password)
            ends_at = year.loaded_at + timedelta(days=row["until_days"]) if "until_days" in row else None
            role = ROLES.get(row["role"]) or Role(row["role"])
            grant(one, role, sites[row["site"]] if row["site"] else organisation, ends_at=ends_at)
            people[one.email] = one
    return people


def deputise(year: Year, who: dict[str, User]) -> None:
    """Let the administrator make Emil the deputy of the security manager; it waits for a second person."""
    north = Site.objects.get(code="NORTH")
    ends_at = year.loaded_at + timedelta(days=90)
    with happening(year.soon()):
        give(
            who["emil@demo.example"], Role.SECURITY_MANAGER, north, by=who["admin@demo.example"], ends_at=ends_at,
            reason="Deputy while Nils Aker is on parental leave",
        )  # fmt: skip
