"""Which mailboxes are read, and into what their mails are made."""

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts.sealing import MAILBOX, seal
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person, Unit
from remit.kernel.procedures.actions import opening_desk
from remit.kernel.procedures.compiled import latest_version, spec_of
from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.models import Mailbox

# How forms call the way by which a mail comes, where they ask.
BY_MAIL: Final = ("mail", "email", "online", "letter")
SOURCES: Final = ("@sender", "@subject", "@text")
SECURITIES: Final = (
    ("tls", gettext_lazy("encrypted (TLS)")),
    ("starttls", gettext_lazy("encrypted after the start (STARTTLS)")),
    ("none", gettext_lazy("in clear, within a closed network")),
)


def suggested_answers(spec: ProcedureSpec) -> dict[str, str]:
    """Who wrote goes into the first line of the form, what he wrote into the first long text; a choice begins as its first."""
    found: dict[str, str] = {}
    for field in spec.intake.fields:
        if not field.required:
            continue
        if field.kind == "long_text":
            found[field.name] = "@text"
        elif field.kind == "text":
            found[field.name] = "@subject" if "@sender" in found.values() else "@sender"
        elif field.kind == "choice":
            keys = [choice.key for choice in field.choices]
            found[field.name] = f"={next((key for key in BY_MAIL if key in keys), keys[0])}"
    return found


@action(
    "mailbox.set",
    gettext_lazy("Set a mailbox"),
    Fact("company", "unit", gettext_lazy("Company"), concerns=True),
    Fact("address", "text", gettext_lazy("Address")),
    Fact("host", "text", gettext_lazy("Server")),
    Fact("port", "count", gettext_lazy("Port")),
    Fact("security", "choice", gettext_lazy("Connection"), choices=SECURITIES),
    Fact("username", "text", gettext_lazy("User name")),
    Fact("password", "text", gettext_lazy("Password"), required=False, secret=True),
    Fact("folder", "text", gettext_lazy("Folder"), required=False),
    Fact("procedure", "text", gettext_lazy("Procedure")),
    Fact("keeper", "person", gettext_lazy("Taken in by")),
    Fact("answers", "data", gettext_lazy("The form is filled with"), required=False),
    Fact("is_active", "yes_no", gettext_lazy("Is read"), required=False),
)
def set_mailbox(call: Call) -> Done:
    """One address, one mailbox: set again, it is changed. Without a password the former one stays."""
    company = Unit.objects.get(pk=call.id_of("company"), kind="company")
    address = call.text("address").lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise RuleBroken(_("This is no mail address.")) from error
    before = Mailbox.objects.select_for_update().filter(address=address).first()
    if before is not None and before.company_id != company.pk:
        raise RuleBroken(_("This mailbox belongs to another company of the group."))
    if before is None and not call.text("password"):
        raise RuleBroken(_("Give the password of the mailbox."))
    host, folder = call.text("host"), call.text("folder") or "INBOX"
    if not re.fullmatch(r"[A-Za-z0-9.\-:]{1,200}", host) or not 1 <= call.count("port", 0) <= 65_535:
        raise RuleBroken(_("This is no server."))
    if not folder.isascii() or not folder.isprintable() or len(folder) > 100:
        raise RuleBroken(_("Name the folder as the server does, in plain letters."))
    version = latest_version(call.text("procedure"))
    keeper = _keeper(call, company, spec_of(version))
    fields: dict[str, Any] = {
        "company": company,
        "host": host,
        "port": call.count("port", 0),
        "security": call.text("security"),
        "username": call.text("username")[:200],
        "folder": folder,
        "procedure": version.procedure,
        "keeper": keeper,
        "answers": _answers(call.mapping("answers"), spec_of(version)),
        "is_active": call.facts.get("is_active") is not False,
        "error": "",
    }
    if call.text("password"):
        fields["password"] = seal(call.text("password"), MAILBOX)
    if before is not None and (before.host, before.folder, before.username) != (
        host, folder, fields["username"],
    ):  # fmt: skip
        fields |= {"uid_validity": None, "last_uid": 0}
    mailbox, _made = Mailbox.objects.update_or_create(address=address, defaults=fields)
    changes = {"host": host, "procedure": version.procedure.key, "keeper": keeper.name, "active": mailbox.is_active}
    return Done(("mailbox", mailbox.pk, address), changes, company.pk)


def _keeper(call: Call, company: Unit, spec: ProcedureSpec) -> Person:
    keeper = Person.objects.get(pk=call.id_of("keeper"))
    if keeper.company_id != company.pk:
        raise RuleBroken(_("%(name)s works for another company.") % {"name": keeper.name})
    if opening_desk(spec, keeper, rulebook_now()) is None:
        raise RuleBroken(_("%(name)s may not take in cases of this procedure.") % {"name": keeper.name})
    return keeper


def _answers(given: dict[str, Any], spec: ProcedureSpec) -> dict[str, str]:
    answers = {name: str(source) for name, source in given.items()} or suggested_answers(spec)
    known = {field.name for field in spec.intake.fields}
    for name, source in answers.items():
        if name not in known:
            raise RuleBroken(_("The form has no field “%(name)s”.") % {"name": name})
        if source not in SOURCES and not source.startswith("="):
            raise RuleBroken(
                _("“%(source)s” is none of @sender, @subject, @text, and no fixed value (=…).") % {"source": source}
            )
    return answers
