"""What a command cannot do it says in one line, and ends with 1."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from accounts.models import Site, User
from accounts.models.tokens import ApiToken


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-5, 0, 367, 9_999_999, 99_999_999_999])
def test_a_token_lives_at_most_a_year(emil: User, days: int) -> None:
    with pytest.raises(CommandError, match="1 to 366 days"):
        call_command("token", emil.email, days=days)
    assert not ApiToken.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"assets": -1}, {"assets": 5, "sites": 0}])
def test_a_plant_of_less_than_nothing_is_not_made(wrong: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="at least one site"):
        call_command("scale", **wrong)
    assert not Site.objects.filter(code__startswith="SYN").exists()


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_has_no_place_is_not_begun(db: Any) -> None:
    with pytest.raises(CommandError, match="/proc/nowhere"):
        call_command("backup", Path("/proc/nowhere/backup"))


@pytest.mark.django_db
def test_a_start_that_was_killed_after_its_migrations_is_made_good_by_the_next(db: Any) -> None:
    Permission.objects.filter(content_type__app_label="assets").delete()
    call_command("prepare", stdout=StringIO())
    assert Permission.objects.filter(content_type__app_label="assets", codename="view_asset").exists()
