"""The registers of the machinery itself: what a person keeps for themselves and is told."""

from typing import Any

from registers.models import Notice, SavedView
from registers.register import Register


class SavedViewRegister(Register):
    model, name, step = SavedView, "saved-views", 13
    fields = ("register", "name", "query")
    columns = ("name", "register", "query", "updated_at")
    filters = ("register",)
    search = ("name",)
    order = ("register", "name")


class NoticeRegister(Register):
    model, name = Notice, "notices"
    fields = ("read",)
    shows = ("title", "url")
    columns = ("title", "read", "created_at")
    filters = ("read",)
    search = ("title",)
    order = ("-pk",)
    bulk = ("read",)
    verbs = frozenset({"change", "delete"})


SAVED_VIEWS, NOTICES = SavedViewRegister(), NoticeRegister()
REGISTERS = (SAVED_VIEWS, NOTICES)
PANELS: tuple[Any, ...] = ()
