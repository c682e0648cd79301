"""The machinery as a Django app."""

import gc

from django.apps import AppConfig

from registers.replay import quicken


class RegistersConfig(AppConfig):
    """Registers."""

    name = "registers"
    verbose_name = "Registers"

    def ready(self) -> None:
        """Make migrations replay faster; look for garbage from here on, and not among what is loaded, which stays."""
        quicken()
        gc.freeze()
        gc.enable()
