"""REST of the programme where it differs from the register's own: catalogues by edition, files as multipart."""

import json
from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Site
from programme import packs
from programme.models import Catalogue, Evidence, Requirement
from programme.proofs import supported
from programme.registers import COMMENTS, EVIDENCE, REQUIREMENTS, TAGS
from programme.remarks import find, say
from programme.tags import put, take_off
from registers.api.described import JOB
from registers.api.idempotency import once
from registers.api.jobs import accepted
from registers.api.parsers import StrictFormParser, StrictJSONParser
from registers.api.serializers import AskedSerializer, RecordSerializer, ReferenceField, serializer_for
from registers.api.viewsets import viewset_for
from registers.door import register_of
from registers.filters import RecordFilter
from registers.storage import GONE


class RequirementSerializer(RecordSerializer):
    """A requirement; its catalogue is written as the edition's text."""

    catalogue: Any = serializers.SlugRelatedField(slug_field="edition", read_only=True)


class RequirementFilter(RecordFilter):
    """Narrows requirements, by their catalogue's edition among others."""

    catalogue = django_filters.CharFilter(field_name="catalogue__edition", label="Catalogue")
    code = django_filters.CharFilter(lookup_expr="iexact", label="Id")
    group = django_filters.CharFilter(lookup_expr="iexact", label="Group")
    category = django_filters.CharFilter(lookup_expr="iexact", label="Category")
    parent = django_filters.CharFilter(lookup_expr="iexact", label="Part of")
    min_sl = django_filters.NumberFilter(label="From SL")

    class Meta:
        model = Requirement
        fields: list[str] = []


@extend_schema_field(
    {"type": ["object", "null"], "properties": {"register": {"type": "string"}, "id": {"type": "string"}}}
)
class AboutField(serializers.Field[Any, Any, Any, Any]):
    """The record that something is about: `{"register": "assets", "id": "12"}`; in a form the same as text."""

    def to_representation(self, value: Any) -> dict[str, str] | None:
        """Name the register and the record."""
        if value.content_type_id is None:
            return None
        model = ContentType.objects.get_for_id(value.content_type_id).model_class()
        register = register_of(model) if model else None
        return {"register": register.name if register else "", "id": str(value.object_id)}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Take null as what it is read as: about the site alone."""
        return {"about": None} if data is None else super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        """Find the record, among those that the person sees."""
        try:
            given = json.loads(data) if isinstance(data, str) else data
            if given is None:
                return {"about": None}
            name, key = str(given["register"]), str(given["id"])
        except (ValueError, TypeError, KeyError) as wrong:
            raise serializers.ValidationError('Send an object such as {"register": "assets", "id": "12"}.') from wrong
        try:
            found = find(
                self.context["request"].user, name, int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
            )
        except (Http404, PermissionDenied) as absent:
            raise serializers.ValidationError("There is no such record.") from absent
        return {"about": found}


class EvidenceSerializer(RecordSerializer):
    """A piece of evidence; the file is written as multipart and read by its own address."""

    file = serializers.FileField(write_only=True, required=False)
    about = AboutField(source="*", required=False)
    supersedes = ReferenceField(queryset=Evidence._default_manager.none(), required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        """Take the site from the record that it is about, where it is not given."""
        if isinstance(data, dict) and "about" in data and "site" not in data and self.instance is None:
            try:
                about = self.fields["about"].run_validation(data["about"])["about"]
            except serializers.ValidationError as wrong:
                raise serializers.ValidationError({"about": wrong.detail}) from wrong
            if about is not None:
                data = data.copy()
                data["site"] = str(about.site_id)
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the file by its content and keep what was found of it; what it stands on is said once."""
        old = self.instance
        if old is not None and any(
            attrs[name] != getattr(old, name) for name in ("about", "supersedes") if name in attrs
        ):
            raise serializers.ValidationError(
                {"about": ["This is said once. Add the next revision or other evidence."]}
            )
        about = attrs.get("about") if old is None else None
        if about is not None and about.site_id != attrs["site"].pk:
            raise serializers.ValidationError({"about": ["That record is at another site."]})
        checked = super().validate(attrs)
        if upload := checked.get("file"):
            checked |= {name: getattr(upload.instance, name) for name in ("file_name", "media_type", "size", "sha256")}
        return checked

    def create(self, validated_data: dict[str, Any]) -> Any:
        """Write it; a revision stands where the one before stood, and supports what that one supported."""
        given = validated_data.pop("requirements", None)
        if old := validated_data.get("supersedes"):
            validated_data |= {"about": old.about}
        made = super().create(validated_data)
        made.requirements.set(supported(made, given if given is not None or old is None else old.requirements.all()))
        return made


class PackSerializer(AskedSerializer):
    """Of which site, and of which catalogue, a pack is asked for."""

    site = ReferenceField(queryset=Site._default_manager.none())
    catalogue = serializers.CharField(max_length=80, required=False)

    def validate_catalogue(self, value: str) -> str:
        """Refuse a catalogue that is not there."""
        if value not in dict(Catalogue.choices()):
            raise serializers.ValidationError("There is no such catalogue.")
        return value


class CommentSerializer(RecordSerializer):
    """A comment with the record that it stands on."""

    about = AboutField(source="*", read_only=True)


class SayingSerializer(AskedSerializer):
    """What is said, and on which record."""

    register = serializers.CharField(max_length=60)
    record = serializers.RegexField(r"^[0-9]{1,18}$")
    text = serializers.CharField(max_length=5000)


class TagSerializer(RecordSerializer):
    """A tag with the record that carries it."""

    about = AboutField(source="*", read_only=True)


class PuttingSerializer(AskedSerializer):
    """The tag, and the record that is to carry it."""

    register = serializers.CharField(max_length=60)
    record = serializers.RegexField(r"^[0-9]{1,18}$")
    name = serializers.CharField(max_length=40)


REQUIREMENT_SERIALIZER = serializer_for(REQUIREMENTS, RequirementSerializer)
EVIDENCE_SERIALIZER = serializer_for(EVIDENCE, EvidenceSerializer)
COMMENT_SERIALIZER = serializer_for(COMMENTS, CommentSerializer)
TAG_SERIALIZER = serializer_for(TAGS, TagSerializer)


class EvidenceViewSet(viewset_for(EVIDENCE)):  # type: ignore[misc]
    """Evidence, with its files."""

    parser_classes = (StrictJSONParser, StrictFormParser)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, pk: str) -> FileResponse:
        """Return the file, always as an attachment."""
        return file_of(self.get_object())

    @extend_schema(request=PackSerializer, responses={202: JOB})
    @action(detail=False, methods=["post"])
    def packs(self, request: Request) -> Response:
        """Ask for a ZIP of all evidence of a site with its digests; 202 with the job."""
        return once(request, lambda: self._pack(request))

    def _pack(self, request: Request) -> Response:
        given = PackSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        job = packs.ask(request.user, given.validated_data["site"], given.validated_data.get("catalogue", ""))  # type: ignore[arg-type]
        return accepted(job)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=False, methods=["get"], url_path=r"packs/(?P<job>[0-9]{1,18})")
    def pack(self, request: Request, job: str) -> FileResponse:
        """Return the pack that a job of one's own made; it is kept for a week."""
        path = packs.find(request.user, int(job))  # type: ignore[arg-type]
        if path is None:
            raise NotFound("There is no such pack. Packs are kept for a week; ask for a new one.")
        return inert(
            FileResponse(
                path.open("rb"), as_attachment=True, filename=f"evidence-pack-{job}.zip", content_type="application/zip"
            )
        )


def inert(answer: FileResponse) -> FileResponse:
    """Keep a browser from opening a file as a page."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def file_of(evidence: Evidence) -> FileResponse:
    """Return the file of a piece of evidence as an attachment that no browser opens as a page."""
    if not evidence.file:
        raise NotFound("There is no file here.")
    if not evidence.file.storage.exists(str(evidence.file.name)):
        raise NotFound(GONE)
    answer = FileResponse(
        evidence.file.open(), as_attachment=True, filename=evidence.file_name, content_type=evidence.media_type
    )
    return inert(answer)


EVIDENCE_VIEWSET = EvidenceViewSet


class CommentViewSet(viewset_for(COMMENTS)):  # type: ignore[misc]
    """Comments; what is said is never reworded."""

    @extend_schema(request=SayingSerializer, responses={201: COMMENT_SERIALIZER})
    def create(self, request: Request) -> Response:
        """Say something on a record that one sees."""
        return once(request, lambda: self._say(request))

    def _say(self, request: Request) -> Response:
        given = SayingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        record = find(request.user, given.validated_data["register"], int(given.validated_data["record"]))
        made = say(record, by=request.user, text=given.validated_data["text"])  # type: ignore[arg-type]
        answered: Response = self.answer(self.written(made), 201)
        return answered


COMMENT_VIEWSET = CommentViewSet


class TagViewSet(viewset_for(TAGS)):  # type: ignore[misc]
    """Tags; who may change a record puts them on it and takes them off."""

    @extend_schema(request=PuttingSerializer, responses={201: TAG_SERIALIZER})
    def create(self, request: Request) -> Response:
        """Put a tag on a record that one may change."""
        return once(request, lambda: self._put(request))

    def _put(self, request: Request) -> Response:
        given = PuttingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        record = find(request.user, given.validated_data["register"], int(given.validated_data["record"]))
        made = put(record, by=request.user, name=given.validated_data["name"])  # type: ignore[arg-type]
        answered: Response = self.answer(self.written(made), 201)
        return answered

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a tag off."""
        tag = self.get_object()
        self.matched(tag)
        take_off(tag, by=request.user)  # type: ignore[arg-type]
        return Response(status=204)


TAG_VIEWSET = TagViewSet
