"""REST that discovery adds to its registers: a scan is brought in as a file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import discovering
from assets.discovery_forms import ScanForm
from registers.api.jobs import keep, shown
from registers.api.viewsets import RecordViewSet, viewset_for


def scan_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the scans, with `take` for a file."""
    base: type[RecordViewSet] = viewset_for(register)

    class ScanViewSet(base):  # type: ignore[valid-type,misc]
        """Discovery scans; POST take/ brings a file in and answers with a job."""

        @extend_schema(request={"multipart/form-data": OpenApiTypes.OBJECT}, responses={202: OpenApiTypes.OBJECT})
        @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
        def take(self, request: Request) -> Response:
            """Take a scan's file (site, file, seen_on, source, covers, zone); 202 with the job."""
            if not register.may_anywhere(request.user, "import"):
                raise PermissionDenied
            form = ScanForm(request.data, request.FILES, user=request.user)
            if not form.is_valid():
                raise ValidationError({name: [str(one) for one in errors] for name, errors in form.errors.items()})
            user: Any = request.user
            given = form.cleaned_data
            upload = given.pop("file")
            job = discovering.ask(user, name=str(upload.name), path=keep(upload), **given)
            return Response(shown(job), status=202, headers={"Location": f"/api/v1/jobs/{job.pk}/"})

    return ScanViewSet
