"""The forms of the room. They check shape; what the rules are, the actions know."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.parties.fields import PREFIX, fields_in_use, said
from remit.kernel.parties.models import ContactKind, CustomField, IdentifierKind, Party, PartyKind, PartyStatus
from remit.web.fields import Reference

CONTACT_LINES: Final = 6


def _shown(value: Any) -> Any:
    """Yes and no as the form's choices call them."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def field_for(field: CustomField) -> forms.Field:
    """The control of a pack's field. It checks shape; the action reads the value."""
    about: dict[str, Any] = {"label": said(field.labels), "required": False, "help_text": said(field.help)}
    if field.kind == "choice":
        return forms.ChoiceField(choices=[("", "—"), *((key, said(labels)) for key, labels in field.choices)], **about)
    if field.kind == "yes_no":
        return forms.ChoiceField(choices=[("", "—"), ("yes", _("yes")), ("no", _("no"))], **about)
    if field.kind == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **about)
    rows = (
        forms.Textarea(attrs={"rows": 2})
        if field.kind == "long_text"
        else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return forms.CharField(widget=rows, max_length=4000, **about)


class FileForm(forms.Form):
    """A customer's file, new or changed. Ways of contact and official numbers stand one a line: "13800000000 办公室"."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PartyKind.choices, initial=PartyKind.ORGANIZATION)
    phones = forms.CharField(label=_("Telephone"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=_("One a line, the first is the main one; a note may follow: 13800000000 purchasing"))  # fmt: skip
    emails = forms.CharField(label=_("E-mail"), required=False, widget=forms.Textarea(attrs={"rows": 1}))
    addresses = forms.CharField(label=_("Address"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
                                help_text=_("One a line"))  # fmt: skip
    credit_code = forms.CharField(label=_("Unified social credit code"), required=False, max_length=40)
    id_card = forms.CharField(label=_("Identity card"), required=False, max_length=40)
    status = forms.ChoiceField(label=_("Status"), choices=PartyStatus.choices, initial=PartyStatus.PROSPECT)
    industry = forms.CharField(label=_("Industry"), required=False, max_length=80)
    source = forms.CharField(label=_("Source"), required=False, max_length=80)
    birthday = forms.DateField(
        label=_("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    contract_ends_on = forms.DateField(
        label=_("Contract ends on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    needs = forms.CharField(label=_("Needs"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    knowingly = forms.BooleanField(label=_("It is another one, though it looks alike"), required=False)

    # Which lines of the form become which kind of contact.
    LINES: Final = {"phones": ContactKind.PHONE, "emails": ContactKind.EMAIL, "addresses": ContactKind.ADDRESS}
    NUMBERS: Final = {"credit_code": IdentifierKind.CREDIT_CODE, "id_card": IdentifierKind.ID_CARD}
    PLAIN: Final = ("industry", "source", "birthday", "contract_ends_on", "needs", "remark")

    def __init__(self, *args: Any, party: Party | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.added = fields_in_use(party.kind if party is not None else "")
        for field in self.added:
            self.fields[f"{PREFIX}{field.name}"] = field_for(field)
        if party is None:
            del self.fields["version"]
        else:
            del self.fields["knowingly"]
            del self.fields["id_card"], self.fields["credit_code"]  # they are masked, so a form can't hold them

    def contacts(self) -> list[dict[str, str]]:
        found = []
        for name, kind in self.LINES.items():
            for line in self.cleaned_data[name].splitlines():
                value, _blank, label = (
                    line.strip().partition(" ") if kind != ContactKind.ADDRESS else (line.strip(), "", "")
                )
                if value:
                    found.append({"kind": kind.value, "value": value, "label": label.strip()})
        return found

    def opening(self) -> dict[str, Any]:
        """The facts of customer.open."""
        given = {name: self.cleaned_data[name] for name in ("name", "kind", "status", "knowingly", *self.PLAIN)}
        given |= {name: self.cleaned_data[name] for name in self.NUMBERS}
        return {**given, "contacts": self.contacts() or None, "fields": self.further(self.cleaned_data["kind"]) or None}

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """Those of packs, as the form shows them."""
        return [self[f"{PREFIX}{field.name}"] for field in self.added]

    def further(self, kind: str) -> dict[str, Any]:
        """The packs' fields of a person or an organization, as they stand in the form; an empty one takes its value away."""
        return {
            field.name: self.cleaned_data[f"{PREFIX}{field.name}"]
            for field in self.added
            if field.party_kind in ("", kind) and (self.cleaned_data[f"{PREFIX}{field.name}"] or self.initial)
        }

    def amendment(self) -> dict[str, Any]:
        """The facts of customer.amend: what stands in the form is how it shall be."""
        data = self.cleaned_data
        emptied = [name for name in self.PLAIN if not data[name]]
        given = {name: data[name] for name in ("name", "kind", "status", "version", *self.PLAIN)}
        return {**given, "emptied": emptied or None, "contacts": self.contacts(), "fields": self.further(data["kind"])}

    @classmethod
    def initial_of(cls, party: Party) -> dict[str, Any]:
        """Two lines of one kind apart by line breaks, as they are typed."""
        rows = list(party.contacts.order_by("rank", "id"))
        lines = {
            name: "\n".join(f"{row.value} {row.label}".strip() for row in rows if row.kind == kind)
            for name, kind in cls.LINES.items()
        }
        return {
            **{name: getattr(party, name) for name in ("name", "kind", "status", "version", *cls.PLAIN)},
            **lines,
            **{f"{PREFIX}{name}": _shown(value) for name, value in party.extra.items()},
        }


class HandoverForm(forms.Form):
    giver = Reference("authority:people-json", pgettext_lazy("handover", "From"))
    taker = Reference("authority:people-json", pgettext_lazy("handover", "To"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class MergeForm(forms.Form):
    gone = Reference(
        "parties:picker",
        _("Is the same as"),
        help_text=_("It is taken up into this one, with everything that hangs on it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
