"""Idempotency-Key on POST (draft-ietf-httpapi-idempotency-key-header): a repeated request is answered, not done again."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from registers.api.problems import Conflict
from registers.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
REPEATED = ("ETag", "Location")


class KeyReused(APIException):
    """The key was used for another request."""

    status_code = 422
    default_detail = "This Idempotency-Key was used for another request. Take a new one."
    default_code = "key_reused"


def claim(owner: Any, key: str, mark: str = "") -> IdempotencyKey | None:
    """Take a key within the caller's transaction; None if it was taken before. A second one waits for the first to commit."""
    IdempotencyKey.objects.filter(owner=owner, created_at__lt=timezone.now() - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(owner=owner, key=key, request_hash=mark)
    except IntegrityError:
        return None


def digest(address: str, sent: Any) -> str:
    """Return what tells a request from another to the same address: SHA-256 of what was sent, files by what is in them."""
    return hashlib.sha256(f"{address}\n{json.dumps(sent, sort_keys=True, default=_content)}".encode()).hexdigest()


def once(request: Request, do: Callable[[], Response]) -> Response:
    """Do the request, or return the answer that the same key got before; key and work commit together."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with transaction.atomic():
            return do()
    if not 1 <= len(key) <= 255:
        raise ValidationError({"Idempotency-Key": "Give 1 to 255 characters."})
    asker: Any = request.user
    mark = digest(f"{request.method} {request.get_full_path()}", request.data)
    with transaction.atomic():
        kept = claim(asker, key, mark)
        if kept is None:
            return _replay(request, key, mark)
        response = do()
        kept.status, kept.body = response.status_code, json.dumps(response.data, cls=JSONEncoder)
        kept.headers = {name: response[name] for name in REPEATED if name in response}
        kept.save(update_fields=["status", "body", "headers"])
    return response


def _content(value: Any) -> str:
    """Stand for a part of a body that is no JSON: a file by what is in it."""
    if not isinstance(value, File):
        return str(value)
    digest = hashlib.sha256()
    for part in value.chunks():
        digest.update(part)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"


def _replay(request: Request, key: str, mark: str) -> Response:
    kept = IdempotencyKey.objects.filter(owner=request.user.pk, key=key).first()
    if kept is None or kept.status is None:
        raise Conflict("The same request is being done right now.")
    if kept.request_hash != mark:
        raise KeyReused
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return Response(json.loads(kept.body), status=kept.status, headers=headers)
