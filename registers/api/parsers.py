"""Bodies as they come in: one strict parser for JSON and one for forms with files, for the whole portal."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from registers.api.problems import TooLarge
from registers.strict_json import BadJson, loads


class StrictJSONParser(BaseParser):
    """Reads JSON without duplicate keys, deep nesting, NUL or lone surrogates."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value, or raise ParseError that names the place and the remedy; TooLarge before more is read than may be."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge(f"A JSON body holds at most {most // 1_000_000} MB. Send it in parts.")
        try:
            return loads(body)
        except BadJson as wrong:
            raise ParseError(str(wrong)) from wrong


class StrictFormParser(MultiPartParser):
    """Reads forms with files; a text with NUL is refused, as in JSON."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return fields and files, or raise ParseError that names the field."""
        found: Any = super().parse(stream, media_type, parser_context)
        for name, texts in found.data.lists():
            if any("\0" in text for text in (name, *texts)):
                raise ParseError(f"the field {name[:60]!a}: leave out NUL")
        return found
