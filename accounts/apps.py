"""Sites, people, roles and tokens as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "accounts"

    def ready(self) -> None:
        """Make the ways of signing in known to the OpenAPI document."""
        import_module("accounts.openapi")
