"""The machinery as a Django app."""

from django.apps import AppConfig

from registers.replay import quicken


class RegistersConfig(AppConfig):
    """Registers."""

    name = "registers"
    verbose_name = "Registers"

    def ready(self) -> None:
        """Make migrations replay faster."""
        quicken()
