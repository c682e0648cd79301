"""The registers of scope."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import modelform_factory

from registers.api.serializers import RecordSerializer, serializer_for
from registers.forms import RecordForm
from registers.register import Register
from scope import workflow
from scope.models import Process, ScopeStatement


class StatementRegister(Register):
    model, name, step = ScopeStatement, "scope-statements", 2
    fields = ("site", "title", "inside", "outside")
    shows = ("number", "status")
    columns = ("__str__", "site", "status", "inside", "outside")
    filters = ("site", "status", "title")
    search = ("title", "inside", "outside")
    order = ("site", "title", "-number")
    joins = ("site",)
    transitions = (workflow.submit, workflow.next_version)
    verbs = frozenset({"add", "change"})
    clause = "IEC 62443-2-1:2024 ORG 1.1"


def refuse_foreign(site: Any, assets: Any) -> None:
    """Refuse assets of another site than the process's own."""
    if site is not None and any(asset.site_id != site.pk for asset in assets or ()):
        raise ValidationError({"assets": "Choose assets of the same site."})


class ProcessForm(RecordForm):
    """The form of a process, whose assets are of its own site."""

    def clean(self) -> dict[str, Any]:
        """Compare the sites."""
        given = super().clean() or self.cleaned_data
        refuse_foreign(given.get("site"), given.get("assets"))
        return given


class ProcessSerializer(RecordSerializer):
    """A process, whose assets are of its own site."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Compare the sites."""
        refuse_foreign(attrs.get("site") or getattr(self.instance, "site", None), attrs.get("assets"))
        return super().validate(attrs)


class ProcessRegister(Register):
    model, name, step = Process, "processes", 2
    file_key = ("name",)
    fields = ("site", "name", "criticality", "owner", "description", "assets")
    columns = ("name", "site", "criticality", "owner", "description")
    filters = ("site", "criticality")
    search = ("name", "description")
    order = ("name",)
    joins = ("site",)

    @property
    def form_class(self) -> Any:
        return modelform_factory(Process, form=ProcessForm, fields=list(self.fields))

    @property
    def serializer_class(self) -> Any:
        return PROCESS_SERIALIZER


STATEMENTS, PROCESSES = StatementRegister(), ProcessRegister()
PROCESS_SERIALIZER = serializer_for(PROCESSES, ProcessSerializer)
REGISTERS = (STATEMENTS, PROCESSES)
PANELS: tuple[Any, ...] = ()
