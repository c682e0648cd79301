"""The registers of the machinery itself: what a person keeps for themselves and is told."""

from typing import Any

from registers.own import Notice, OwnField, SavedView
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


class OwnFieldRegister(Register):
    model, name, step = OwnField, "own-fields", 13
    fields = ("register", "name", "label", "kind", "choices", "required", "help")
    columns = ("label", "register", "name", "kind", "required", "help")
    filters = ("register", "kind")
    search = ("name", "label")
    order = ("register", "name")


SAVED_VIEWS, NOTICES = SavedViewRegister(), NoticeRegister()
REGISTERS = (SAVED_VIEWS, NOTICES, OwnFieldRegister())
PANELS: tuple[Any, ...] = ()
