"""`manage.py show_registers`: every register with its pages, endpoints, verbs, transitions and templates."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from rest_framework.routers import SimpleRouter

from registers.api.routing import RecordRouter
from registers.door import registers
from registers.register import Register


def endpoints(register: Register) -> Iterator[tuple[str, str]]:
    """Yield the methods and the address of each REST endpoint of a register."""
    router: SimpleRouter = RecordRouter()
    for route in router.get_routes(register.viewset_class):
        methods = router.get_method_map(register.viewset_class, route.mapping)
        if methods:
            address = route.url.removeprefix("^").removesuffix("$")
            address = address.format(prefix=register.name, lookup="<id>", trailing_slash="/")
            yield ", ".join(method.upper() for method in methods), f"/api/v1/{address}"


def view_of(page: Any) -> type:
    """Return the class that answers at an address."""
    found: type = page.callback.view_class
    return found


def described(register: Register) -> Iterator[str]:
    """Yield what a register gives, a line each."""
    model = register.model
    yield f"{register.name}: {register.title} ({model._meta.label}, reach {register.reach.value})"
    yield f"  verbs        {', '.join(sorted({'view', *register.verbs}))}"
    for page in register.urls():
        yield f"  page         /{register.app}/{page.pattern}  {view_of(page).__name__}"
    for methods, address in endpoints(register):
        yield f"  endpoint     {address}  {methods}"
    for step in register.transitions:
        yield f"  transition   {step.name}: {', '.join(step.sources)} > {step.target or 'as it was'}"
    yield f"  template     {register.app}/{model._meta.model_name}_detail.html, else registers/detail.html"


class Command(BaseCommand):
    """Prints what every declaration gives, or that of one register."""

    help = "Show every register with its pages, endpoints, verbs and transitions."

    def add_arguments(self, parser: Any) -> None:
        """Take the name of one register."""
        parser.add_argument("name", nargs="?", help="show this register only")

    def handle(self, *args: Any, name: str | None = None, **options: Any) -> None:
        """Print them in menu order."""
        for register in registers():
            if name in (None, register.name):
                self.stdout.write("\n".join(described(register)) + "\n")
