"""Browsers for the tests of the charters' pages: each logged in as one of the cast."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.actor import system
from remit.kernel.charters.models import DraftCharter, DraftItem
from remit.kernel.charters.reviewing import stamp_of
from remit.kernel.charters.tests.office import Office
from remit.kernel.organization.models import Person

PASSWORD = "a kettle sings at seven"


def browser_of(office: Office, name: str, language: str = "zh-hans") -> Client:
    person = office.firm[name]
    user = accounts.create_user(
        username=person.employee_no,
        name=name,
        language=language,
        password=PASSWORD,
        must_change_password=False,
        actor=system("tests"),
    )
    Person.objects.filter(pk=person.pk).update(user=user)
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"charters:{name}", args=args)


def word_file(*lines: str, name: str = "客户关系部岗位职责.docx") -> SimpleUploadedFile:
    """A Word document as somebody writes it: a title, headings, numbered lines."""
    document = Document()
    for line in lines:
        document.add_heading(line[1:], 1) if line.startswith("#") else document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def deed(
    client: Client, draft: DraftCharter, change: str, item: DraftItem | None = None, more: str = "", **data: Any
) -> Any:
    """What a button of the review sends, as htmx does."""
    value = change if item is None else ":".join(filter(None, [change, str(item.pk), stamp_of(item), more]))
    address = url("review-deed", draft.document_id, draft.pk)
    return client.post(address, {"deed": value, **data}, headers={"hx-request": "true"})
