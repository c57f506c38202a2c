"""What may stand in a customer's file: every value is read here, for the form, the API and the import alike."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.parties.models import ContactKind, IdentifierKind
from remit.lib.identifiers import (
    mask_email,
    mask_id_card,
    mask_name,
    mask_phone,
    read_credit_code,
    read_email,
    read_id_card,
    read_phone,
)
from remit.lib.printable import one_line, printable

NAME_LENGTH: Final = 200
CONTACTS_MAX: Final = 40
VALUE_LENGTH: Final = 300
LABEL_LENGTH: Final = 60
_SHOWN_OF_AN_ADDRESS: Final = 6


def read_name(text: str) -> str:
    """The name as it is kept: one line, single blanks. Raises ValueError."""
    name = one_line(printable(" ".join(text.split())))
    if not name or len(name) > NAME_LENGTH:
        raise ValueError(_("A name has 1 to %(n)d characters.") % {"n": NAME_LENGTH})
    return name


def _read_text(text: str) -> str:
    value = one_line(printable(" ".join(text.split())))
    if not value or len(value) > VALUE_LENGTH:
        raise ValueError(_("An address has 1 to %(n)d characters.") % {"n": VALUE_LENGTH})
    return value


READERS: Final[Mapping[str, Callable[[str], str]]] = {
    ContactKind.PHONE: read_phone,
    ContactKind.EMAIL: read_email,
    ContactKind.ADDRESS: _read_text,
    ContactKind.WECHAT: _read_text,
}
IDENTIFIER_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    IdentifierKind.ID_CARD: read_id_card,
    IdentifierKind.CREDIT_CODE: read_credit_code,
}


@dataclass(frozen=True, slots=True)
class ContactValue:
    kind: str
    value: str
    label: str = ""


def read_contact(kind: str, text: str, label: str = "") -> ContactValue:
    """Raises ValueError with a sentence."""
    if kind not in READERS:
        raise ValueError(_("There is no way of contact called “%(kind)s”.") % {"kind": kind[:20]})
    return ContactValue(kind, READERS[kind](text), one_line(printable(" ".join(label.split())))[:LABEL_LENGTH])


def read_identifier(kind: str, text: str) -> tuple[str, str]:
    """Raises ValueError with a sentence."""
    if kind not in IDENTIFIER_READERS:
        raise ValueError(_("There is no number called “%(kind)s”.") % {"kind": kind[:20]})
    return kind, IDENTIFIER_READERS[kind](text)


def read_contacts(given: list[Any]) -> list[ContactValue]:
    """A list of {kind, value, label} as a form or a program sends it; equal ones once, in their order. Raises ValueError."""
    if len(given) > CONTACTS_MAX:
        raise ValueError(_("At most %(n)d ways of contact.") % {"n": CONTACTS_MAX})
    found: dict[tuple[str, str], ContactValue] = {}
    for row in given:
        if not isinstance(row, dict):
            raise ValueError(_("A way of contact is an object with kind, value and label."))
        contact = read_contact(str(row.get("kind", "")), str(row.get("value", "")), str(row.get("label") or ""))
        found.setdefault((contact.kind, contact.value), contact)
    return list(found.values())


def read_identifiers(given: list[Any]) -> list[tuple[str, str]]:
    if len(given) > CONTACTS_MAX:
        raise ValueError(_("At most %(n)d numbers.") % {"n": CONTACTS_MAX})
    found: list[tuple[str, str]] = []
    for row in given:
        if not isinstance(row, dict):
            raise ValueError(_("A number is an object with kind and value."))
        found.append(read_identifier(str(row.get("kind", "")), str(row.get("value", ""))))
    return list(dict.fromkeys(found))


def masked_contact(kind: str, value: str) -> str:
    if kind == ContactKind.PHONE:
        return mask_phone(value)
    if kind == ContactKind.EMAIL:
        return mask_email(value)
    if kind == ContactKind.ADDRESS:  # the town is what a reader needs; the door is not
        return value[:_SHOWN_OF_AN_ADDRESS] + "***" if len(value) > _SHOWN_OF_AN_ADDRESS else "***"
    return mask_name(value)


def masked_identifier(kind: str, value: str) -> str:
    """A credit code is public; an identity card is nobody's business."""
    return mask_id_card(value) if kind == IdentifierKind.ID_CARD else value


_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


def read_day(text: str) -> dt.date:
    """2026-11-23, 2026/11/23, 2026.11.23, 2026年11月23日. Raises ValueError."""
    match = _DAY.fullmatch(text.strip().split(" ")[0])
    try:
        if match is None:
            raise ValueError
        day = dt.date(int(match[1]), int(match[2]), int(match[3]))
        if not 1900 <= day.year <= 2199:
            raise ValueError
    except ValueError as error:
        raise ValueError(_("“%(day)s” is no date; write it as 2026-03-01.") % {"day": text[:20]}) from error
    return day
