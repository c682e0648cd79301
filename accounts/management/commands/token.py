"""Makes an API token for a person and prints it, nothing else."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.factors import lacks_second_factor
from accounts.models import ApiToken, User
from accounts.tokens import LONGEST, issue


class Command(BaseCommand):
    """`token EMAIL [--scopes read,write] [--days 30]`."""

    help = "Print a new API token of a person; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whose, what for and how long."""
        parser.add_argument("email")
        parser.add_argument("--scopes", default="read,write")
        parser.add_argument("--days", type=int, default=30)

    def handle(self, *args: Any, email: str, scopes: str, days: int, **options: Any) -> None:
        """Issue it."""
        owner = User.objects.filter(email__iexact=email, is_active=True, robot=False).first()
        if owner is None:
            raise CommandError(f"There is no person with the e-mail '{email}'.")
        wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        if not wanted or not set(wanted) <= set(ApiToken.Scope.values):
            raise CommandError(f"'{scopes}' is not a list of scopes. Choose from {', '.join(ApiToken.Scope.values)}.")
        if not 1 <= days <= LONGEST.days:
            raise CommandError(f"A token lives 1 to {LONGEST.days} days.")
        now = timezone.now()
        _token, text = issue(owner, "made by command", wanted, expires_at=now + timedelta(days=days), now=now)
        self.stdout.write(text)
        if lacks_second_factor(owner):
            self.stderr.write("It works once its owner has a second factor, which a role or a short password demands.")
