"""What surrounds every request: who is acting, and which moment is read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework.views import APIView

from registers.door import registers
from registers.history import origin
from registers.history.past import NotSettled, as_of
from registers.storage import NoSpace, filled, put_aside

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)  # RFC 3339 5.6
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
Answer = Callable[[HttpRequest], HttpResponse]


class HistoryMiddleware:
    """Keeps, for every history row of this request, its id and the door it came by."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside."""
        door = "rest" if request.path.startswith("/api/") else "page"
        with origin.request(request=getattr(request, "request_id", ""), door=door):
            return self.get_response(request)


def parse_moment(text: str, zone: str = "UTC") -> datetime:
    """Return the moment of an RFC 3339 text; a bare date is the end of that day in the zone. ValueError says the remedy."""
    written = text.replace(" ", "+", 1).upper()  # a plus sign in an address that was not escaped
    try:
        if DAY.fullmatch(written):
            moment = end_of_day(date.fromisoformat(written), zone)
        elif MOMENT.fullmatch(written):
            moment = datetime.fromisoformat(written).astimezone(UTC)
        else:
            raise ValueError(written)
        if moment < EARLIEST:
            raise ValueError(written)
    except (ValueError, OverflowError) as wrong:
        told = f"'{text}' is not a moment since 1900. Write 2026-03-31 or 2026-03-31T12:00:00+02:00."
        raise ValueError(told) from wrong
    return moment


def end_of_day(day: date, zone: str) -> datetime:
    """Return the last instant of a day in a time zone, as UTC."""
    return datetime.combine(day, time.max, ZoneInfo(zone)).astimezone(UTC)


class RoomMiddleware:
    """Says on a page, not as a breakdown, that the disk is full."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 507 when there was no room for a file."""
        return _refused(request, 507, "No room", str(NoSpace())) if filled(error) else None


class AsOfMiddleware:
    """Reads the portal as it stood at `?as_of=`; only reading is possible then."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the moment, if one is asked for."""
        asked, reads = request.GET.getlist("as_of"), request.method in {"GET", "HEAD"}
        rest = request.path.startswith("/api/")
        if not asked or (not rest and (not reads or asked == [""])) or not (user := _asker(request)).is_authenticated:
            return self.get_response(request)
        if not reads:
            return _refused(request, 400, "Not understood", "The past cannot be changed. Leave out as_of.")
        if len(asked) > 1:
            return _refused(request, 400, "Not understood", "Give one moment; as_of is sent twice.")
        try:
            now = timezone.now()
            zone = _zone(request, user)
            moment = parse_moment(asked[0], zone)
            if asked[0] == now.astimezone(ZoneInfo(zone)).date().isoformat():
                return self.get_response(request)
            with as_of(moment, now=now):
                response: Any = self.get_response(request)
                if response.streaming and not isinstance(response, FileResponse):
                    response.streaming_content = put_aside(response.streaming_content)
                return response  # type: ignore[no-any-return]
        except ValueError as wrong:
            return _refused(request, 400, "Not understood", str(wrong))
        except NotSettled as unsettled:
            return _refused(request, 409, "Not settled yet", str(unsettled))


def _asker(request: HttpRequest) -> Any:
    """Return who asks, for REST as its endpoints will know them; whoever is nobody is asked to sign in before the past is spoken of."""
    if not request.path.startswith("/api/"):
        return request.user
    try:
        return APIView().initialize_request(request).user
    except APIException:
        return AnonymousUser()


def _zone(request: HttpRequest, user: Any) -> str:
    """Return the time zone in which a bare date is meant: that of the one site in the address, by id or code, which they may see, else UTC."""
    asked = request.GET.getlist("site")
    if len(asked) != 1 or not asked[0]:
        return "UTC"
    sites = next(register for register in registers() if register.name == "sites")
    plain = asked[0].isascii() and asked[0].isdigit() and len(asked[0]) < 19
    by = {"pk": int(asked[0])} if plain else {"code": asked[0]}
    return str(sites.queryset(user).filter(**by).values_list("time_zone", flat=True).first() or "UTC")


def _refused(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.path,
                "request_id": getattr(request, "request_id", ""), "code": "as_of",
                "errors": [{"pointer": "/as_of", "code": "as_of", "detail": detail}]}  # fmt: skip
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "error.html", {"title": title, "detail": detail}, status=status)
