"""What the design forbids and no other tool sees: doors beside the register, and references that point up."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import AddConstraint
from django.db.migrations.loader import MigrationLoader

from registers.constraints import SameSite
from registers.models import HistoryEvent

ROOT = Path(__file__).resolve().parent.parent
with (ROOT / "pyproject.toml").open("rb") as file:
    LAYERS: list[str] = tomllib.load(file)["tool"]["importlinter"]["contracts"][0]["layers"]
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Rows that are no record of anybody: the machinery's own, and the name that stands on every page.
NO_RECORDS = {"IdempotencyKey", "Installation", "Organisation", "ContentType"}
ALLOWED = {
    ("registers/api/serializers.py", "model"): "narrowed to what the person sees when a reference is read",
    ("registers/views/change.py", "related_model"): "counts, in words, what the database deletes with a record",
}


def surfaces() -> Iterator[Path]:
    """Yield every module that answers people and programs."""
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            inside = path.relative_to(ROOT / layer).parts
            if inside[0] in {"views", "api"} or path.stem in {"views", "api", "registers", "summary"}:
                yield path
    yield from (
        ROOT / "csms" / f"{name}.py"
        for name in ("home", "inbox", "search", "shell", "work", "work_api", "work_calendar")
    )


def past_the_door(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and owner of each manager that is used outside `visible(...)` and not for an empty queryset."""
    inside = {
        id(inner)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "visible"
        for argument in call.args
        for inner in ast.walk(argument)
    }
    empty = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "none"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in inside | empty:
            owner = node.value
            yield node.lineno, owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")


@pytest.mark.parametrize("path", list(surfaces()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_page_file_and_endpoint_enters_by_the_register(path: Path) -> None:
    where = str(path.relative_to(ROOT))
    found = [
        f"{where}:{line} {owner}"
        for line, owner in past_the_door(ast.parse(path.read_text(encoding="utf-8")))
        if owner not in NO_RECORDS and (where, owner) not in ALLOWED
    ]
    assert found == []


def test_a_way_past_the_door_is_seen() -> None:
    code = "a = Asset.objects.all()\nb = visible(Asset.objects.all(), user)\nc = Asset._default_manager.none()"
    assert list(past_the_door(ast.parse(code))) == [(1, "Asset")]


def references() -> Iterator[tuple[type[models.Model], str, type[models.Model]]]:
    """Yield each reference of a model of ours to another model of ours."""
    for model in apps.get_models(include_auto_created=True):
        for field in (*model._meta.concrete_fields, *model._meta.local_many_to_many):
            other = field.related_model
            if isinstance(other, type) and {model._meta.app_label, other._meta.app_label} <= set(LAYERS):
                yield model, field.name, other


def test_references_point_down_the_order_of_the_apps() -> None:
    order = {name: number for number, name in enumerate(LAYERS)}
    up = [
        f"{model._meta.label}.{name} > {other._meta.label}"
        for model, name, other in references()
        if order[model._meta.app_label] > order[other._meta.app_label] and other._meta.label != "accounts.User"
    ]
    assert up == []
    assert sum(1 for _ in references()) > 30


def test_the_database_holds_single_references_within_a_site() -> None:
    """See docs/decisions/0003-same-site.md."""
    bound = [
        (model, name)
        for model, name, other in references()
        if not issubclass(model, HistoryEvent) and hasattr(model, "site_id") and hasattr(other, "site_id")
        if not model._meta.get_field(name).many_to_many
    ]
    loose = [
        f"{model._meta.label}.{name}"
        for model, name in bound
        if name not in {one.field for one in model._meta.constraints if isinstance(one, SameSite)}
    ]
    assert loose == []
    assert len(bound) > 30


def test_migrations_go_backwards() -> None:
    """What a composite foreign key points at goes after it, so it comes before it."""
    added = [
        (key, [one.constraint for one in migration.operations if isinstance(one, AddConstraint)])
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if key[0] in LAYERS
    ]
    for key, constraints in added:
        order = [
            isinstance(one, SameSite)
            for one in constraints
            if isinstance(one, SameSite) or one.name.endswith("_with_site")
        ]
        assert order == sorted(order), key
    assert len(added) > 30
