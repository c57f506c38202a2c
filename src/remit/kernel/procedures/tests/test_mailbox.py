"""Letters by mail become cases: over a real IMAP server, answered over a real SMTP server; whatever comes, nothing is lost or doubled."""

import base64
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from tests.cast import give

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import forget_cached
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.procedures.mailbox import fetching
from remit.kernel.procedures.mailbox.answering import send_answers
from remit.kernel.procedures.mailbox.ending import send_endings
from remit.kernel.procedures.mailbox.fetching import fetch, fetch_all
from remit.kernel.procedures.models import Case, IncomingMail, Mailbox, Rating
from remit.kernel.procedures.tests.department import MORNING, Department, at
from remit.kernel.procedures.tests.imap_help import Box, imap_server
from remit.kernel.work.models import Notice
from remit.kernel.work.tests.smtp_help import Post, smtp_server

pytestmark = pytest.mark.django_db
ADDRESS = "tousu@example.cn"


@pytest.fixture
def box() -> Iterator[Box]:
    with imap_server() as box, at(MORNING):
        yield box


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    with smtp_server() as post:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", post.port, False
        yield post


@pytest.fixture
def mailbox(department: Department, box: Box) -> Mailbox:
    give(department.firm, "总经理", "第10条", {"action": "mailbox.*"})
    forget_cached()
    set_up(department, box)
    return Mailbox.objects.get()


def set_up(department: Department, box: Box, **more: Any) -> None:
    facts = {
        "company": department.firm.health.pk, "address": ADDRESS, "host": "127.0.0.1", "port": box.port, "security": "none",
        "username": ADDRESS, "password": box.password, "procedure": "complaint", "keeper": department.firm["陈立"].pk, **more,
    }  # fmt: skip
    department.firm.do("周岚", "mailbox.set", **facts)


def letter(subject: str = "按摩椅又停机", text: str = "第三次停机了，要求换新。", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "周敏 <zhoumin@example.com>", ADDRESS, subject
    mail["Message-ID"] = f"<{abs(hash((subject, text)))}@example.com>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def came(box: Box, *mails: EmailMessage | bytes) -> None:
    for mail in mails:
        box.put(mail if isinstance(mail, bytes) else mail.as_bytes())


def states() -> list[str]:
    return list(IncomingMail.objects.order_by("id").values_list("state", flat=True))


def test_a_letter_becomes_a_case_in_the_keepers_hands_and_is_answered_with_its_number(
    department: Department, box: Box, post: Post, mailbox: Mailbox
) -> None:
    mail = letter()
    mail.add_attachment(b"%PDF-1.4 invoice", maintype="application", subtype="pdf", filename="发票.pdf")
    came(box, mail)
    assert fetch(mailbox).states == {"opened": 1}
    case = Case.objects.get()
    assert (case.title, case.subject, case.handler.name) == ("按摩椅又停机", "周敏", "陈立")
    assert case.values["content"] == "第三次停机了，要求换新。"
    assert case.values["contact"] == "周敏 zhoumin@example.com"
    assert case.values["channel"] == "online"
    assert case.started_at == dt.datetime(2026, 11, 25, 0, 30, tzinfo=dt.UTC), "the clock runs from when the mail came"
    (file,) = StoredFile.objects.filter(pk__in=case.values["_files"])
    assert (file.name, content_of(file)) == ("发票.pdf", b"%PDF-1.4 invoice")
    assert send_answers() == 1 and send_answers() == 0
    (answer,) = post.mails
    assert answer["To"] == "zhoumin@example.com" and case.number in answer["Subject"]
    assert answer["In-Reply-To"] == mail["Message-ID"] and answer["Auto-Submitted"] == "auto-replied"
    assert case.number in answer.get_content()


def test_who_wrote_follows_his_case_by_the_link_and_is_told_of_the_end_once(
    department: Department, box: Box, post: Post, mailbox: Mailbox, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://remit.example.cn"
    came(box, letter())
    fetch(mailbox)
    send_answers()
    case = Case.objects.get()
    link = re.search(r"https://remit\.example\.cn(/status/\S+/)", post.mails[0].get_content())
    assert link and Client().get(link[1]).status_code == 200
    assert send_endings() == 0
    department.submit("陈立", case, reason_sufficient=False, demand_reasonable=False, explanation="属于正常磨损")
    post.refused["zhoumin@example.com"] = "451 later"
    assert send_endings() == 0
    post.refused.clear()
    assert send_endings() == 0, "not at once"
    with at(MORNING + dt.timedelta(minutes=2)):
        assert send_endings() == 1 and send_endings() == 0
    told = post.mails[-1]
    assert "属于正常磨损" in told.get_content() and link[1] in told.get_content()
    assert told["In-Reply-To"] == letter()["Message-ID"]
    Client().get(link[1])
    assert not Rating.objects.exists(), "a program that opens the links of mails gives no rating"


def test_the_same_mail_twice_is_one_case_however_it_comes_again(box: Box, mailbox: Mailbox) -> None:
    came(box, letter(), letter())
    assert fetch(mailbox).states == {"opened": 1}
    assert fetch(mailbox).states == {}
    box.validity += 1
    box.seen.clear()
    assert fetch(mailbox).states == {}, "the server has numbered everything anew"
    assert Case.objects.count() == 1


def test_what_was_read_before_the_mailbox_was_set_up_is_left_alone(box: Box, mailbox: Mailbox) -> None:
    box.put(letter("去年的事").as_bytes(), is_read=True)
    came(box, letter("今天的事"))
    box.put(letter("也是去年的").as_bytes(), is_read=True)
    assert fetch(mailbox).states == {"opened": 1}
    assert fetch(mailbox).states == {}
    box.put(letter("有人先看过了").as_bytes(), is_read=True)
    assert fetch(mailbox).states == {"opened": 1}, "from now on everything that comes, read by somebody or not"


def test_replies_reach_the_case_by_number_or_by_the_mail_that_they_answer(
    department: Department, box: Box, post: Post, mailbox: Mailbox
) -> None:
    came(box, letter())
    fetch(mailbox)
    send_answers()
    case = Case.objects.get()
    ours = str(post.mails[0]["Message-ID"])
    quoted = "这是补充的照片\n\n-----原始邮件-----\n发件人: tousu\n第三次停机了"
    came(
        box,
        letter(f"回复：按摩椅 [{case.number}]", quoted),
        letter("Re: 按摩椅", "没有编号", In_Reply_To=ours),
        letter("Re: 按摩椅", "引用第一封", References=str(letter()["Message-ID"])),
        letter("编号写错 TS-2026-9999", "另一件事"),
    )
    assert fetch(mailbox).states == {"noted": 3, "opened": 1}
    notes = list(IncomingMail.objects.filter(case=case, state="noted").order_by("id"))
    assert [note.text for note in notes] == ["这是补充的照片", "没有编号", "引用第一封"]
    told = Notice.objects.get(person=department.firm["陈立"], topic=f"case_mail:{case.pk}")
    assert case.number in told.labels["zh-hans"]
    assert send_answers() == 1, "only the new one: a note is not answered"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.com>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_a_program_wrote_is_kept_and_never_answered(
    box: Box, post: Post, mailbox: Mailbox, headers: dict[str, str]
) -> None:
    came(box, letter("我不在办公室", **headers))
    assert fetch(mailbox).states == {"ignored": 1}
    assert send_answers() == 0 and not Case.objects.exists()
    assert IncomingMail.objects.get().reason


def test_two_programs_that_answer_each_other_stop(box: Box, post: Post, mailbox: Mailbox) -> None:
    """One that does not say that it is one: it answers each of our answers with a new mail."""
    for n in range(8):
        came(box, letter(f"收到您的来信 {n}"))
        fetch(mailbox)
        send_answers()
    assert len(post.mails) == 3
    assert Case.objects.count() == 8, "every letter is there, whoever wrote it"


def test_our_own_mail_that_comes_back_opens_nothing(box: Box, mailbox: Mailbox) -> None:
    mail = letter()
    mail.replace_header("From", ADDRESS)
    came(box, mail)
    assert fetch(mailbox).states == {"ignored": 1}


def raw(head: str, body: bytes, charset: str) -> bytes:
    return head.encode(charset) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("charset", "is_encoded"),
    # Nothing says that raw bytes are Big5.
    [
        ("big5", True),
        *((one, is_encoded) for one in ("gb2312", "gbk", "gb18030", "utf-8") for is_encoded in (True, False)),
    ],
)
def test_chinese_in_every_charset_is_read(box: Box, mailbox: Mailbox, charset: str, is_encoded: bool) -> None:
    """With encoded words as the rules ask, and with raw bytes in the head as old programs write."""
    words = "按摩椅停机" if charset != "big5" else "按摩椅停機"
    encoded = f"=?{charset}?B?{base64.b64encode(words.encode(charset)).decode()}?="
    head = (
        f"From: {encoded if is_encoded else words} <a@example.com>\r\nSubject: {encoded if is_encoded else words}\r\n"
        f"Message-ID: <1@x>\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit"
    )
    came(box, raw(head, words.encode(charset), charset))
    assert fetch(mailbox).states == {"opened": 1}
    mail = IncomingMail.objects.get()
    assert (mail.subject, mail.text, mail.sender_name) == (words, words, words)


def test_a_character_beyond_gb2312_and_an_unknown_charset_are_read_too(box: Box, mailbox: Mailbox) -> None:
    head = "From: a@example.com\r\nSubject: x\r\nMessage-ID: <{}@x>\r\nContent-Type: text/plain; charset={}"
    came(
        box,
        raw(head.format(1, "gb2312"), "朱镕基".encode("gbk"), "ascii"),
        raw(head.format(2, "x-nonsense"), "要求换新".encode("gbk"), "ascii"),
        raw(head.format(3, "utf-8"), b"\xff\xfe\x00broken\xe6\x8c", "ascii"),
    )
    assert fetch(mailbox).states == {"opened": 3}
    texts = list(IncomingMail.objects.order_by("id").values_list("text", flat=True))
    assert texts[:2] == ["朱镕基", "要求换新"] and "broken" in texts[2]


def test_a_mail_of_html_alone_is_read_without_its_tags(box: Box, mailbox: Mailbox) -> None:
    mail = letter()
    mail.set_content("<style>p{color:red}</style><p>第一行</p><p>第二行<script>alert(1)</script>", subtype="html")
    came(box, mail)
    fetch(mailbox)
    assert IncomingMail.objects.get().text.split() == ["第一行", "第二行"]


HEAD = b"From: a@example.com\r\nSubject: bomb\r\nMessage-ID: <b@x>\r\nMIME-Version: 1.0\r\n"


def _nested(depth: int) -> bytes:
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return HEAD + parts + b"Content-Type: text/plain\r\n\r\nhi\r\n"


def _forwarded(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"hi"


def _thousands() -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 50_000 + b"--b--\r\n"


BOMBS = {
    "nested": (_nested(3_000), "too deep"),
    "forwarded": (_forwarded(3_000), "too deep"),
    "thousands": (_thousands(), "too many parts"),
    "a hundred": (
        _thousands().replace(b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 49_500, b""),
        "too many parts",
    ),
    "head": (b"From: a@example.com\r\nX-Long: " + b"a" * 400_000 + b"\r\n\r\nhi", "headers"),
    "nobody": (b"Subject: x\r\n\r\nhi", "no sender"),
    "noise": (bytes(range(256)) * 50, "no sender"),
    "empty head": (b"\r\n\r\nhi", "no sender"),
}


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_a_bomb_is_refused_with_its_reason_kept_and_the_mailbox_goes_on(box: Box, mailbox: Mailbox, kind: str) -> None:
    content, reason = BOMBS[kind]
    came(box, letter("前一封"), content, letter("后一封"))
    assert fetch(mailbox).states == {"opened": 2, "refused": 1}
    refused = IncomingMail.objects.get(state="refused")
    assert refused.reason == reason
    assert content_of(refused.file) == content, "not a byte is lost"
    assert fetch(mailbox).states == {}


def test_a_mail_that_is_too_large_is_not_even_fetched(
    box: Box, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAIL_BYTES_MAX", 100_000)
    came(box, letter(text="很长" * 100_000))
    assert fetch(mailbox).states == {"refused": 1}
    mail = IncomingMail.objects.get()
    assert mail.reason == "too large" and mail.file.size == fetching.KEPT_OF_A_LARGER_ONE
    assert all("<0." in asked for asked in box.fetched)
    assert fetch(mailbox).states == {}


def test_attachments_beyond_the_limits_stay_within_the_mail(box: Box, mailbox: Mailbox) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 30_000_000)
    mail = letter()
    mail.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="照片.zip")
    for n in range(25):
        mail.add_attachment(f"{n}".encode(), maintype="text", subtype="csv", filename=f"../../{n}.csv")
    came(box, mail)
    fetch(mailbox)
    taken = IncomingMail.objects.get()
    assert len(taken.files) == 20 and "照片.zip" in taken.reason
    assert not StoredFile.objects.filter(name__contains="/").exists()


def test_a_letter_that_the_form_refuses_is_kept_with_what_the_form_says(
    department: Department, box: Box, mailbox: Mailbox
) -> None:
    set_up(department, box, answers={"contact": "@sender", "content": "@text"})
    mailbox.refresh_from_db()
    came(box, letter())
    assert fetch(mailbox).states == {"refused": 1}
    assert IncomingMail.objects.get().reason


def test_a_line_that_breaks_takes_nothing_away(box: Box, mailbox: Mailbox) -> None:
    came(box, letter("一"))
    fetch(mailbox)
    came(box, letter("二"), letter("三"))
    box.drop_at = 3
    broken = fetch(mailbox)
    assert broken.states == {"opened": 1} and broken.error
    mailbox.refresh_from_db()
    assert mailbox.error
    box.drop_at = None
    assert fetch(mailbox).states == {"opened": 1}
    assert Case.objects.count() == 3
    assert mailbox.error == ""


def test_killed_between_the_case_and_the_mark_it_does_not_open_a_second(
    box: Box, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    came(box, letter("一"))
    fetch(mailbox)

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    came(box, letter("二"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(fetching, "_stand_at", killed)
        fetch(mailbox)
    mailbox.refresh_from_db()
    assert fetch(mailbox).states == {}
    assert Case.objects.count() == 2


def test_a_mailbox_that_can_t_be_reached_stops_no_other(department: Department, box: Box, mailbox: Mailbox) -> None:
    set_up(department, box, address="kefu@example.cn", username="kefu@example.cn", password="falsch")
    came(box, letter())
    results = {one.address: one for one in fetch_all()}
    assert results[ADDRESS].states == {"opened": 1}
    assert "wrong password" in results["kefu@example.cn"].error


def test_the_password_is_sealed_and_no_event_knows_it(department: Department, box: Box, mailbox: Mailbox) -> None:
    from remit.kernel.audit.models import Event

    assert box.password not in mailbox.password
    event = Event.objects.get(kind="mailbox.set")
    assert box.password not in str(event.facts)
    set_up(department, box, password="", folder="INBOX")
    assert Mailbox.objects.get().password == mailbox.password, "left empty, it stays"


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "kein"}, {"host": "a b"}, {"port": 0}, {"folder": "收件箱"}, {"answers": {"nothing": "@text"}},
        {"answers": {"content": "@body"}}, {"address": "new@example.cn", "password": ""},
    ],
)  # fmt: skip
def test_a_mailbox_that_could_not_work_is_not_taken(
    department: Department, box: Box, mailbox: Mailbox, wrong: dict[str, Any]
) -> None:
    with pytest.raises(RuleBroken):
        set_up(department, box, **wrong)
    with pytest.raises(RuleBroken):
        set_up(department, box, keeper=department.firm["何平"].pk)
