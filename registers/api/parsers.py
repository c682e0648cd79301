"""Bodies as they come in: one strict JSON parser for the whole portal."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from registers.strict_json import BadJson, loads


class StrictJSONParser(BaseParser):
    """Reads JSON without duplicate keys, deep nesting, NUL or lone surrogates."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value, or raise ParseError that names the place and the remedy."""
        try:
            return loads(stream.read())
        except BadJson as wrong:
            raise ParseError(str(wrong)) from wrong
