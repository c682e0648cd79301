"""A token is worth no more than its owner's sign-in: it stops while a second factor that is demanded is missing."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command

from accounts.grants import grant
from accounts.models import Role, Site, User
from registers.models import Installation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_portal(north: Site) -> None:
    """A portal that is no demo, so that second factors are demanded."""
    Installation.objects.update(demo=False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_one_made_before_the_role_stops_until_there_is_a_factor(
    emil: User, north: Site, rest: Callable[..., Any], method: str
) -> None:
    emil.set_password("long enough to stand alone")
    emil.save()
    program = rest(emil)
    assert program.send("get", "sites/").status_code == 200
    grant(emil, Role.SECURITY_MANAGER, north)
    refused = program.send(method, "networks/", None if method == "get" else {"site": str(north.pk), "name": "N"})
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "second factor" in refused.json()["detail"]
    assert program.send("get", "schema/").status_code == 403
    TOTP.activate(emil, generate_totp_secret())
    assert program.send("get", "sites/").status_code == 200


def test_the_command_that_makes_one_says_that_the_factor_is_missing(mara: User, capsys: Any) -> None:
    call_command("token", mara.email)
    told = capsys.readouterr()
    assert (len(told.out.split()), "second factor" in told.err) == (1, True)
