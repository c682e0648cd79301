"""The machinery as a Django app."""

import gc

from django.apps import AppConfig

from registers.replay import quicken


class RegistersConfig(AppConfig):
    """Registers."""

    name = "registers"
    verbose_name = "Registers"

    def ready(self) -> None:
        """Make migrations replay faster; look for garbage from here on, and not among what is loaded, which stays.

        Rarer than Python does by itself, as a page or a PDF makes much in little time: a tenth of a rendering went there.
        """
        quicken()
        gc.freeze()
        gc.set_threshold(10_000, 10, 10)
        gc.enable()
