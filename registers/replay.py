"""Lets migrations replay faster: a changed model is rendered alone, and none for an index, a constraint or a trigger.

Django renders a model and all that are related to it after each operation; with a history table beside each table that is
most of a first start. What changes tables reads the names and columns of related models only, which hold; for what runs
code of ours (`RunPython`) Django renders all models anew, since the state is marked as delayed.
"""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

QUIET = ("indexes", "constraints")


def _ours(app_label: str) -> bool:
    """Tell whether an app is part of the product; what libraries migrate is replayed as they wrote it."""
    return Path(apps.get_app_config(app_label).path).parent == settings.BASE_DIR


def quicken() -> None:
    """Take out the rendering of what did not change."""
    append, remove = ProjectState._append_option, ProjectState._remove_option  # type: ignore[attr-defined]
    reload = ProjectState.reload_model

    def reloaded(state: Any, app_label: str, model_name: str, delay: bool = False) -> None:
        if not _ours(app_label):
            reload(state, app_label, model_name, delay)
        elif "apps" in vars(state):
            state.is_delayed = True
            state._reload({(app_label, model_name)})

    def appended(state: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
        if option_name not in QUIET or not _ours(app_label):
            append(state, app_label, model_name, option_name, obj)
            return
        options = state.models[app_label, model_name].options
        options[option_name] = [*options.get(option_name, []), obj]

    def removed(state: Any, app_label: str, model_name: str, option_name: str, obj_name: str) -> None:
        if option_name not in QUIET or not _ours(app_label):
            remove(state, app_label, model_name, option_name, obj_name)
            return
        options = state.models[app_label, model_name].options
        options[option_name] = [one for one in options[option_name] if one.name != obj_name]

    def triggered(operation: Any, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, operation.model_name].options
        options["triggers"] = [*options.get("triggers", []), operation.trigger]

    def released(operation: Any, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, operation.model_name].options
        options["triggers"] = [one for one in options.get("triggers", []) if one.name != operation.name]

    for place, name, replaced in (
        (ProjectState, "reload_model", reloaded),
        (ProjectState, "_append_option", appended), (ProjectState, "_remove_option", removed),
        (AddTrigger, "state_forwards", triggered), (RemoveTrigger, "state_forwards", released),
    ):  # fmt: skip
        setattr(place, name, replaced)
