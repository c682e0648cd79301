"""A file that is taken in whole, by REST."""

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from registers.api.answers import told
from registers.api.described import JOB
from registers.api.idempotency import once
from registers.api.jobs import accepted, keep
from registers.api.parsers import StrictFormParser
from registers.api.viewsets import RecordViewSet
from registers.taking import Taking

if TYPE_CHECKING:
    from registers.register import Register


def take_action(register: "Register", taking: Taking) -> Any:
    """Return the endpoint POST take/ of a register."""
    asked = {name: told(field) for name, field in taking.form.base_fields.items()}
    body = inline_serializer(f"{register.model.__name__}Take", asked)

    def take(self: RecordViewSet, request: Request) -> Response:
        """Take a file in: the parts that the form asks for; 202 with the job."""
        return once(request, lambda: _taken(self, request, taking))

    acted = action(detail=False, methods=["post"], parser_classes=[StrictFormParser])(take)
    return extend_schema(request={"multipart/form-data": body}, responses={202: JOB})(acted)


def _taken(view: RecordViewSet, request: Request, taking: Taking) -> Response:
    if not view.register.may_anywhere(request.user, "import"):
        raise PermissionDenied
    form = taking.form(request.data, request.FILES, user=request.user)
    if not form.is_valid():
        raise ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})
    given = dict(form.cleaned_data)
    upload = given.pop("file")
    return accepted(taking.ask(request.user, name=str(upload.name), path=keep(upload), **given))
