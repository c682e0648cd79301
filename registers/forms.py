"""Forms over records: choices narrowed to what the person may see, and the revision that was read."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from registers import owning
from registers.belonging import foreign
from registers.choices import offer, read_site
from registers.door import Reach, visible
from registers.own import OWN_FIELD
from registers.wording import ask_plainly

BOXES = ("/text.html", "/number.html", "/hidden.html", "/date.html", "/time.html", "/email.html", "/url.html")


class FormRenderer(TemplatesSetting):
    """Renders every form and field with the portal's own templates."""

    form_template_name = "registers/_form_div.html"
    field_template_name = "registers/_field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        """Draw plain boxes and choices at once; a template for every option of a long choice takes most of a page's time."""
        if template_name.endswith("/select.html"):
            return _choice(context["widget"])
        if template_name.endswith(BOXES):
            return _box(context["widget"])
        return mark_safe(super().render(template_name, context, request))  # noqa: S308 - a template of ours or Django's


def _attributes(attrs: dict[str, Any]) -> SafeString:
    told = (
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
    return mark_safe("".join(told))  # noqa: S308 - each part is escaped


def _box(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _option(one: dict[str, Any]) -> str:
    return f'<option value="{conditional_escape(one["value"])}"{_attributes(one["attrs"])}>{conditional_escape(one["label"])}</option>'


def _choice(widget: dict[str, Any]) -> SafeString:
    groups = []
    for label, options, _number in widget["optgroups"]:
        told = mark_safe("".join(_option(one) for one in options))  # noqa: S308 - each is escaped
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', label, told) if label else told)
    inside = mark_safe("".join(groups))  # noqa: S308 - each part is escaped
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), inside)


def narrow(fields: dict[str, Any], user: Any, *, site: int | None = None) -> None:
    """Offer, in every choice of another record, only what this user may see, and only of one site where it is given."""
    for field in fields.values():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and hasattr(queryset.model, "reach"):
            field.queryset = visible(queryset, user)
            if site is not None and hasattr(queryset.model, "site_id"):
                field.queryset = field.queryset.filter(site=site)
            offer(field)


class RecordForm(forms.ModelForm[Any]):
    """The form of a record; `revision` travels with it so that nobody overwrites what they have not seen."""

    with_own = True
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    change_reason = forms.CharField(
        label=_("Reason for this change"), required=False, max_length=300, help_text=_("Kept in the history.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        narrow(self.fields, user)
        if not self.instance.pk and self.instance.reach == Reach.OWN:
            self.instance.owner = user
        if self.instance.pk:
            self.fields["seen_revision"].initial = self.instance.revision
            if "site" in self.fields:
                self.fields["site"].disabled = True
        else:
            del self.fields["change_reason"]
            self._offer_the_site()
        for field in self.fields.values():
            if isinstance(field.widget, forms.DateInput):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            elif isinstance(field.widget, forms.TimeInput):
                field.widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        self.own = owning.declared(type(self.instance)) if self.with_own else []
        for own in self.own:
            self.fields[OWN_FIELD + own.name] = owning.form_field(own)
            self.initial[OWN_FIELD + own.name] = self.instance.custom.get(own.name)
        ask_plainly(self.fields)

    def clean(self) -> dict[str, Any] | None:
        """Put the own fields into the record."""
        cleaned = super().clean()
        values = cleaned if cleaned is not None else self.cleaned_data
        named = {own.name: values[OWN_FIELD + own.name] for own in self.own if OWN_FIELD + own.name in values}
        if named:
            rest = {name: value for name, value in self.instance.custom.items() if name not in named}
            filled = {name: owning.stored(value) for name, value in named.items() if value not in (None, "")}
            self.instance.custom = rest | filled
        site = values.get("site") or getattr(self.instance, "site_id", None)
        for name, what in foreign(type(self.instance), getattr(site, "pk", site), values).items():
            self.add_error(name, what)
        return cleaned

    def _offer_the_site(self) -> None:
        """Choose already the site that the address names, or the only one of this person."""
        site: Any = self.fields.get("site")
        if site is None:
            return
        read_site(self)
        if not self.initial.get("site") and len(found := list(site.queryset[:2])) == 1:
            self.initial["site"] = found[0].pk

    @property
    def conflict_rows(self) -> list[dict[str, Any]]:
        """Return, for a record that moved on, each field in which mine and theirs differ."""
        theirs = type(self.instance)._default_manager.get(pk=self.instance.pk)
        rows = []
        for name in self.changed_data:
            if name in {"seen_revision", "change_reason"}:
                continue
            rows.append(
                {
                    "label": self.fields[name].label,
                    "theirs": getattr(theirs, name, ""),
                    "yours": self.cleaned_data.get(name),
                }
            )
        return rows
