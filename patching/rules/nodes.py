"""A place in a stranger's document: what is missing, of another kind or too long is reported with its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

LONGEST = 200_000


class Malformed(ValueError):
    """The document is no usable CSAF: its text names the place (JSON pointer) and the remedy."""

    def __init__(self, pointer: str, remedy: str) -> None:
        super().__init__(f"{pointer or '/'}: {remedy}")
        self.pointer, self.remedy = pointer or "/", remedy


class Node:
    """A place in the document that knows its JSON pointer, so that every wrong type is reported there."""

    __slots__ = ("pointer", "value")

    def __init__(self, value: Any, pointer: str = "") -> None:
        self.value, self.pointer = value, pointer

    def _has(self, key: str) -> bool:
        if not isinstance(self.value, dict):
            raise Malformed(
                self.pointer,
                "an object is expected here; ask the publisher for a valid CSAF document.",
            )
        return self.value.get(key) is not None

    def child(self, key: str) -> Node:
        """Give the member of that name; absent counts as an empty object."""
        return Node(self.value[key] if self._has(key) else {}, f"{self.pointer}/{key}")

    def text(self, key: str, required: bool = False, most: int = LONGEST) -> str:
        """Give a text member of at most so many characters; absent is the empty text unless it is required."""
        if not self._has(key):
            if required:
                raise Malformed(
                    f"{self.pointer}/{key}",
                    "this text is missing; a CSAF document must have it.",
                )
            return ""
        return Node(self.value[key], f"{self.pointer}/{key}").string(required, most)

    def name(self, key: str, longest: int) -> str:
        """Give a required text by which something is known; cut off it would name something else."""
        return self.text(key, required=True, most=longest)

    def string(self, required: bool = False, most: int = LONGEST) -> str:
        """Give this place's own text, without what a database refuses."""
        if not isinstance(self.value, str):
            raise Malformed(self.pointer, "a text is expected here.")
        if len(self.value) > most:
            raise Malformed(self.pointer, f"this text is longer than {most} characters.")
        if required and not self.value.strip():
            raise Malformed(self.pointer, "this text is empty; a CSAF document must have it.")
        return self.value.replace("\x00", "").encode("utf-8", "replace").decode()

    def items(self, key: str) -> Iterator[Node]:
        """Walk the members of a list; an absent list is empty."""
        if not self._has(key):
            return
        value = self.value[key]
        if not isinstance(value, list):
            raise Malformed(f"{self.pointer}/{key}", "a list is expected here.")
        for number, item in enumerate(value):
            yield Node(item, f"{self.pointer}/{key}/{number}")

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts."""
        return tuple(item.string() for item in self.items(key))

    def moment(self, key: str) -> datetime:
        """Give a required date and time, in UTC."""
        text = self.text(key, required=True)
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Malformed(
                f"{self.pointer}/{key}",
                "this is no date and time as 2026-03-31T12:00:00Z.",
            ) from None
