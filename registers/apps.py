"""The machinery as a Django app."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Registers."""

    name = "registers"
    verbose_name = "Registers"
