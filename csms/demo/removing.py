"""Takes the demo plant away again; its history stays, since history is never taken away."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Min

from accounts.models import Organisation
from assets.models import Protocol
from csms.demo.telling import STEP, happening
from programme.models import Authority, Catalogue, Evidence, Requirement
from registers import clock
from registers.history.timeline import events_of
from registers.models import HistoryEvent, Installation, Seal
from risk.models import RiskMethodology, Threat

KEPT = (Installation, Seal, Protocol, Authority, Catalogue, Requirement, RiskMethodology, Threat)


def remove() -> int:
    """Delete every record but the product's reference data, in order of dependence; return how many rows went.

    History dates this before the year that was told: the past of a demo that is loaded after this one holds that one alone.
    """
    files = list(Evidence.objects.exclude(file="").values_list("file", flat=True))
    gone = 0
    with happening(_before(), step="csms.demo.remove", reason="The demo plant is removed"):
        for model in _in_order():
            rows = model._base_manager.all()
            for field in _references(model):
                if field.related_model is model and field.null:
                    rows.update(**{field.name: None})
            gone += rows.delete()[0]
        Installation.objects.update(demo=False, demo_loaded_at=None)
    for name in files:
        default_storage.delete(name)
    return gone


def _before() -> datetime:
    """Return a moment before the first thing that any demo told, which is the company."""
    first = events_of(Organisation).aggregate(at=Min("pgh_created_at"))["at"]
    return (first or clock.now()) - STEP


def _references(model: Any) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _in_order() -> list[Any]:
    """Return the models so that each comes before those it points at."""
    ours = [
        model for model in apps.get_models()
        if Path(model._meta.app_config.path).parent == settings.BASE_DIR and not issubclass(model, (HistoryEvent, *KEPT))
    ]  # fmt: skip
    done: list[Any] = []

    def place(model: Any) -> None:
        if model in done or model not in ours:
            return
        for field in _references(model):
            if field.related_model is not model:
                place(field.related_model)
        done.append(model)

    for model in ours:
        place(model)
    return done[::-1]
