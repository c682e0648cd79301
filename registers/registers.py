"""The registers of the machinery itself: what a person keeps for themselves and is told."""

from typing import Any

from django import forms
from django.forms import modelform_factory
from django.utils.functional import cached_property

from registers.door import registers
from registers.forms import RecordForm
from registers.own import Notice, OwnField, SavedView
from registers.register import Register
from registers.wording import ask_plainly


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


class OwnFieldForm(RecordForm):
    """The form of an own field: its register is chosen, and stays with name and kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.name, one.title) for one in registers() if one.fields and hasattr(one.model, "custom")]
        self.fields["register"] = forms.ChoiceField(label=self.fields["register"].label, choices=offered)
        for name in ("register", "name", "kind"):
            self.fields[name].disabled = self.instance.pk is not None
        ask_plainly(self.fields)


class OwnFieldRegister(Register):
    model, name, step = OwnField, "own-fields", 13
    fields = ("register", "name", "label", "kind", "choices", "required", "help")
    columns = ("label", "register", "name", "kind", "required", "help")
    filters = ("register", "kind")
    search = ("name", "label")
    order = ("register", "name")

    @cached_property
    def form_class(self) -> Any:
        return modelform_factory(OwnField, form=OwnFieldForm, fields=list(self.fields))


SAVED_VIEWS, NOTICES = SavedViewRegister(), NoticeRegister()
REGISTERS = (SAVED_VIEWS, NOTICES, OwnFieldRegister())
PANELS: tuple[Any, ...] = ()
