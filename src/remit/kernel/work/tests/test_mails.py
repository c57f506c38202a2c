"""Mails out, through a real SMTP server: at once, once a day, never twice, never in the hours in which people rest."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.cast import Firm, build_firm, give

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import forget_cached
from remit.kernel.work.models import Mail, MailHours, Notice, NoticeKind
from remit.kernel.work.notices.mailing import AGAIN_AFTER, companies_at_rest, queue_mails, send_mails
from remit.kernel.work.notices.telling import tell
from remit.kernel.work.tests.routine_help import MONDAY, at
from remit.kernel.work.tests.smtp_help import Post, smtp_server
from remit.lib import clock
from remit.schedule import send_notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        yield with_addresses(build_firm())


def with_addresses(firm: Firm) -> Firm:
    for person in firm.people.values():
        person.email = f"{person.employee_no.lower()}@example.cn"
        person.save(update_fields=["email"])
    return firm


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    with smtp_server() as post:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", post.port, False
        settings.DEFAULT_FROM_EMAIL, settings.PUBLIC_URL = "履职 <remit@example.cn>", "https://remit.example.cn"
        yield post


def say(
    firm: Firm, name: str, kind: NoticeKind = NoticeKind.TASK, text: str = "清点样品", topic: str = "test:1"
) -> None:
    tell(
        kind,
        topic,
        [firm[name].pk],
        labels={"zh-hans": text},
        provenances={"zh-hans": "高岚布置的任务"},
        link="/work/tasks/1/",
    )


def run() -> int:
    """What the timed job does every minute."""
    return send_notices(0)


def test_what_cannot_wait_goes_at_once_with_a_way_to_it(firm: Firm, post: Post) -> None:
    say(firm, "陈立")
    assert run() == 1
    (mail,) = post.mails
    assert (mail["Subject"], mail["To"], post.to) == ("清点样品", "e006@example.cn", ["e006@example.cn"])
    assert "https://remit.example.cn/work/tasks/1/" in mail.get_content() and "高岚布置的任务" in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated" and "remit@example.cn" in mail["From"]
    assert Event.objects.filter(kind="notice.mail").count() == 1


def test_nothing_is_mailed_twice_nor_what_was_read_meanwhile(firm: Firm, post: Post) -> None:
    say(firm, "陈立")
    say(firm, "赵敏之")
    queue_mails()
    firm.do("赵敏之", "notice.read")
    assert run() == 1
    say(firm, "陈立", text="清点样品,催办")
    assert run() == 0, "still unread, still the same thing"
    assert len(post.mails) == 1


def test_each_goes_the_way_that_its_reader_chose(firm: Firm, post: Post) -> None:
    firm.do("陈立", "notice.choose", channels={"task": "app", "case": "mail"})
    say(firm, "陈立")
    say(firm, "陈立", NoticeKind.CASE, "投诉已办结", "test:2")
    run()
    assert [mail["Subject"] for mail in post.mails] == ["投诉已办结"]


def test_the_daily_mail_comes_on_a_workdays_morning_and_once(firm: Firm, post: Post) -> None:
    with clock.set_to(at(20, 19)):  # Friday evening
        say(firm, "陈立", NoticeKind.CASE, "投诉已办结")
        say(firm, "陈立", NoticeKind.HANDED, "回访张女士", "test:2")
    with clock.set_to(at(21, 9)):
        assert run() == 0, "Saturday"
    with clock.set_to(MONDAY - dt.timedelta(minutes=1)):
        assert run() == 0, "too early"
    assert run() == 1
    (mail,) = post.mails
    assert "2" in mail["Subject"]
    text = mail.get_content()
    assert "投诉已办结" in text and "回访张女士" in text and "陈立" in text
    with clock.set_to(MONDAY + dt.timedelta(hours=1)):
        say(firm, "陈立", NoticeKind.CASE, "又一件", "test:3")
        assert run() == 0, "the next one comes tomorrow"
    with clock.set_to(MONDAY + dt.timedelta(days=1)):
        assert run() == 1
        assert "又一件" in post.mails[1].get_content() and "投诉已办结" not in post.mails[1].get_content()


def test_a_company_that_closes_on_the_day_gets_its_daily_mail_on_the_next(firm: Firm, post: Post) -> None:
    give(firm, "总经理", "第10条", {"action": "calendar.*"})
    forget_cached()
    firm.do("周岚", "calendar.set_day", unit=firm.health.pk, day=MONDAY.date(), kind="holiday", reason="周年庆")
    say(firm, "陈立", NoticeKind.CASE)
    assert run() == 0
    with clock.set_to(MONDAY + dt.timedelta(days=1)):
        assert run() == 1


@pytest.mark.parametrize(("hour", "sent"), [(20, 1), (21, 0), (23, 0), (3, 0), (7, 0), (8, 1)])
def test_no_mail_goes_out_while_people_rest(firm: Firm, post: Post, hour: int, sent: int) -> None:
    with clock.set_to(at(24, hour)):
        say(firm, "陈立")
        assert run() == sent
    with clock.set_to(at(25, 9)):
        run()
    assert len(post.mails) == 1, "put off, not lost"


def test_the_hours_are_the_companys_own(firm: Firm) -> None:
    give(firm, "总经理", "第10条", {"action": "calendar.*"})
    forget_cached()
    hours = {"quiet_from": "12:00", "quiet_until": "13:30", "digest_at": "07:00"}
    assert firm.do("陈立", "calendar.set_mail_hours", company=firm.health.pk, **hours).kind == "requested"
    assert not MailHours.objects.exists(), "not his to say"
    firm.do("周岚", "calendar.set_mail_hours", company=firm.health.pk, **hours)
    assert companies_at_rest(at(24, 12, 30)) == [firm.health.pk]
    assert companies_at_rest(at(24, 22)) == [firm.property.pk], "the other company rests as everybody does"
    for wrong in ({"digest_at": "12:30"}, {"quiet_from": "abends"}, {"company": firm.service.pk}):
        with pytest.raises(RuleBroken):
            firm.do("周岚", "calendar.set_mail_hours", **{"company": firm.health.pk, **hours, **wrong})
    assert MailHours.objects.get().digest_at == dt.time(7)


def test_equal_hours_are_no_hours() -> None:
    hours = MailHours(quiet_from=dt.time(9), quiet_until=dt.time(9))
    assert not any(hours.is_quiet(dt.time(hour)) for hour in range(24))


def test_what_a_server_refuses_for_good_is_given_up_and_the_others_go_on(firm: Firm, post: Post) -> None:
    post.refused["e006@example.cn"] = "550 no such user"
    for name in ("陈立", "赵敏之"):
        say(firm, name)
    assert run() == 1
    given_up = Mail.objects.get(given_up_at__isnull=False)
    assert given_up.person == firm["陈立"] and "no such user" in given_up.error


def test_what_it_does_not_take_now_is_tried_again_and_at_last_given_up(firm: Firm, post: Post) -> None:
    post.refused["e006@example.cn"] = "451 come back later"
    say(firm, "陈立")
    assert (run(), run()) == (0, 0)
    assert Mail.objects.get().tries == 1, "not before its time"
    moment = MONDAY
    for wait in AGAIN_AFTER:
        moment += wait
        with clock.set_to(moment):
            run()
    mail = Mail.objects.get()
    assert (mail.tries, mail.given_up_at is not None) == (len(AGAIN_AFTER) + 1, True)


def test_a_server_that_is_down_costs_no_try(firm: Firm, post: Post, settings: Settings) -> None:
    say(firm, "陈立")
    settings.EMAIL_PORT = 1
    assert run() == 0
    assert Mail.objects.get().tries == 0
    settings.EMAIL_PORT = post.port
    assert run() == 1


def test_where_no_server_is_set_nothing_is_queued(firm: Firm, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    say(firm, "陈立")
    assert run() == 0
    assert not Mail.objects.exists()


def test_who_has_no_address_or_has_left_gets_none(firm: Firm, post: Post) -> None:
    firm["陈立"].email = ""
    firm["陈立"].save()
    say(firm, "陈立")
    say(firm, "赵敏之")
    firm["赵敏之"].left_on = MONDAY.date()
    firm["赵敏之"].save()
    assert run() == 0


def test_mail_speaks_the_readers_language_and_no_text_breaks_its_head(firm: Firm, post: Post) -> None:
    tell(
        NoticeKind.TASK, "test:9", [firm["陈立"].pk], labels={"zh-hans": "第一行\r\nBcc: everybody@example.cn"}, provenances={}, link="/"
    )  # fmt: skip
    run()
    assert post.mails[0]["Subject"] == "第一行 Bcc: everybody@example.cn"
    assert post.mails[0]["Bcc"] is None


def test_queueing_for_a_thousand_takes_no_more_statements_than_for_one(firm: Firm) -> None:
    counts = []
    for names in (["陈立"], list(firm.people)):
        for name in names:
            say(firm, name, topic=f"test:{len(names)}")
            say(firm, name, NoticeKind.CASE, topic=f"case:{len(names)}")
        with CaptureQueriesContext(connection) as captured:
            queue_mails()
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 6


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_send_each_mail_once(post: Post) -> None:
    with clock.set_to(MONDAY):
        with transaction.atomic():
            firm = with_addresses(build_firm())
            for name in firm.people:
                say(firm, name)
        queue_mails()

        def work() -> int:
            try:
                with clock.set_to(MONDAY):
                    return send_mails()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            sent = sum(one.result() for one in [pool.submit(work) for _n in range(2)])
    assert sent == len(firm.people) == len(post.mails)
    assert len(set(post.to)) == len(post.to)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_line_cut_in_the_middle_loses_none_and_doubles_only_the_one_in_flight(post: Post) -> None:
    """The server has taken the second mail, and its answer never came: that one, and no other, comes again under the same id."""
    with clock.set_to(MONDAY):
        with transaction.atomic():
            firm = with_addresses(build_firm())
            for name in ("陈立", "赵敏之", "林晓岚"):
                say(firm, name)
        post.drop_after = 2
        run()
        post.drop_after = None
    with clock.set_to(MONDAY + dt.timedelta(minutes=10)):
        run()
    assert Notice.objects.count() == 3 and Mail.objects.filter(sent_at=None).count() == 0
    ids = [mail["Message-ID"] for mail in post.mails]
    assert (len(ids), len(set(ids))) == (4, 3)
