"""A company's page for customers, and the link by which each follows his own matter: what a stranger can do there, and what he can't."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.browsing import browser_of
from tests.cast import Firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed
from remit.kernel.documents.models import StoredFile
from remit.kernel.parties.disclosing import data_of
from remit.kernel.parties.models import Party
from remit.kernel.procedures import queries
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.models import Case, CustomerWord, IntakePage, Rating, StatusLink
from remit.kernel.procedures.public.links import path_of
from remit.kernel.procedures.tests.department import Department
from remit.kernel.procedures.tests.test_complaint import to_carry_out
from remit.kernel.work.models import Notice, WorkItem
from remit.kernel.work.queries import todays_items
from remit.lib import clock

pytestmark = pytest.mark.django_db
PHONE = "13805712233"
WORDS = {
    "category": "product",
    "content": "按摩椅第三次停机，已经报修两回",
    "name": "欧阳淑芬",
    "phone": PHONE,
    "consent": "on",
}
URL = reverse("customers:intake-form", args=["hengxin", "complaint"])


def open_page(firm: Firm, **facts: Any) -> IntakePage:
    given = {"company": firm.health.pk, "slug": "hengxin", "keeper": firm["陈立"].pk, "telephone": "400-8001234"}
    perform(system("set-up"), "intake.set", {**given, **facts})
    return IntakePage.objects.get()


@pytest.fixture
def page(department: Department) -> IntakePage:
    return open_page(department.firm)


def stamp_of(answer: Any) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def send(client: Client | None = None, wait: float = 20, stamp: str = "", **more: Any) -> Any:
    """Open the form, write for some seconds, send it."""
    browser = client or Client()
    stamp = stamp or stamp_of(browser.get(URL))
    with clock.set_to(clock.now() + dt.timedelta(seconds=wait)):
        return browser.post(URL, {**WORDS, "stamp": stamp, **more})


def link_of(case: Case) -> str:
    return path_of(StatusLink.objects.get(case=case))


def shared(department: Department, case: Case) -> str:
    department.firm.do("陈立", "case.share_status", case=case.pk)
    return link_of(case)


def picture(name: str = "停机.png") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")


# --- sending in ----------------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("S-051", "R-230")
def test_a_stranger_sends_a_complaint_and_follows_it(page: IntakePage, department: Department) -> None:
    stranger = Client()
    assert stranger.get(reverse("customers:intake", args=["hengxin"]))["Location"] == URL
    answer = send(stranger, photos=[picture()])
    case = Case.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"{link_of(case)}?new=1"
    assert (case.handler, case.opened_by, case.subject) == (department.firm["陈立"], None, "欧阳淑芬")
    assert case.values["contact"] == f"欧阳淑芬 {PHONE}" and case.values["channel"] == "online"
    assert [file.name for file in StoredFile.objects.all()] == ["停机.png"]
    assert todays_items(department.firm["陈立"]).filter(target=case.pk).exists(), "the same desk as a call"
    shown = stranger.get(answer["Location"])
    text = shown.content.decode()
    assert case.number in text and "正在核实您反映的情况" in text
    assert not [person.name for person in department.firm.people.values() if person.name in text], "no colleague's name"
    assert "no-store" in shown["Cache-Control"] and "noindex" in shown["X-Robots-Tag"]
    event = Event.objects.get(kind="intake.receive")
    assert PHONE not in str(event.facts) and "停机" not in f"{event.facts}{event.changes}", "an event is kept for ever"


def test_the_form_sent_twice_is_one_case(page: IntakePage) -> None:
    browser = Client()
    stamp = stamp_of(browser.get(URL))
    first, second = (send(browser, stamp=stamp) for _n in range(2))
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    facts = {"page": page.pk, "procedure": "complaint", "name": "甲", "phone": PHONE, "answers": WORDS}
    done = [perform(system("page"), "intake.receive", {**facts, "key": "same"}) for _n in range(2)]
    assert done[0].subject == done[1].subject and done[1].changes == {"known": True}, "at the same second, too"


def test_whether_a_customer_is_known_shows_nowhere_outside(page: IntakePage, department: Department) -> None:
    firm = department.firm
    give(firm, "健康顾问", "第8条", {"action": "customer.open"})
    authority_changed()
    firm.do("赵敏之", "customer.open", name="欧阳淑芬女士", kind="person", phone=PHONE)
    texts = []
    for phone in (PHONE, "13805719999"):
        answer = Client().get(send(phone=phone)["Location"])
        texts.append(re.sub(r"TS-\d+-\d+|[0-9a-f]+-1\.[\w-]+|csrf\w+\W+\w+\W+\w+", "", answer.content.decode()))
    known, unknown = Case.objects.order_by("pk")
    assert (known.party, unknown.party) == (Party.objects.get(), None)
    assert re.sub(r'value="\w{64}"|content="\w{64}"', "", texts[0]) == re.sub(
        r'value="\w{64}"|content="\w{64}"', "", texts[1]
    )
    assert "女士" not in texts[0], "the file's own name is the house's"


@pytest.mark.parametrize(
    ("wait", "more"),
    [(1, {}), (7 * 3600, {}), (20, {"website": "http://x"}), (20, {"consent": ""}), (20, {"phone": "12"}), (20, {"stamp": "x.1:y"})],
    ids=["too fast", "too old", "honeypot", "no consent", "no number", "made up"],
)  # fmt: skip
def test_what_no_person_sends_is_not_taken_in_and_keeps_the_words(
    page: IntakePage, wait: float, more: dict[str, str]
) -> None:
    browser = Client()
    answer = send(browser, wait, **more)
    assert answer.status_code == 422
    assert "报修两回" in answer.content.decode(), "nobody has to write it again"
    assert not Case.objects.exists()
    again = send(browser, wait + 10, stamp=stamp_of(answer))
    assert again.status_code == 302, "and the next try goes through"


def test_everything_that_is_missing_is_said_at_once(page: IntakePage) -> None:
    answer = send(category="", content="", name="", phone="12")
    text = answer.content.decode()
    assert answer.status_code == 422 and text.count('class="field__error"') == 4


def test_a_file_that_is_no_photo_is_not_even_kept(page: IntakePage) -> None:
    answer = send(photos=[SimpleUploadedFile("x.jpg", b"MZ not a photo", "image/jpeg")])
    assert answer.status_code == 422
    assert not StoredFile.objects.exists() and not Case.objects.exists()
    assert send(photos=[picture() for _n in range(7)]).status_code == 422


def test_so_many_an_hour_by_number_by_address_and_by_company(page: IntakePage, department: Department) -> None:
    assert [send().status_code for _n in range(4)] == [302, 302, 302, 429], "three of one number"
    refused = send()
    assert "400-8001234" in refused.content.decode() and re.search(r"\d\d:\d\d", refused.content.decode())
    others = [send(phone=f"1380571000{n}").status_code for n in range(4)]
    assert others == [302, 302, 302, 429], "six of one address"
    told = Client(headers={"x-forwarded-for": "203.0.113.9"})
    assert send(told, phone="13805710009").status_code == 429, "what a header says counts only behind a trusted proxy"
    assert send(Client(REMOTE_ADDR="2001:db8::1"), phone="13805710010").status_code == 302
    open_page(department.firm, an_hour=7)
    assert send(Client(REMOTE_ADDR="10.9.9.9"), phone="13805710011").status_code == 429, "seven of the company"
    with clock.set_to(clock.now() + dt.timedelta(minutes=61)):
        assert send(phone="13805710012").status_code == 302, "and an hour later again"


def test_the_page_is_closed_until_the_company_opens_it(department: Department) -> None:
    assert Client().get(URL).status_code == 404
    firm = department.firm
    facts = {"company": firm.health.pk, "slug": "hengxin", "keeper": firm["陈立"].pk, "telephone": "400-8001234"}
    with pytest.raises(NotAuthorised):
        firm.do("陈立", "intake.set", **facts)
    open_page(firm)
    assert Client().get(URL).status_code == 200
    with pytest.raises(RuleBroken):
        open_page(firm, keeper=firm["何平"].pk)
    open_page(firm, is_active=False)
    assert Client().get(URL).status_code == 404


# --- the link ------------------------------------------------------------------------------------------------------------------


def test_only_a_good_link_leads_to_a_case(department: Department) -> None:
    firm, case = department.firm, department.open()
    for who in ("吴越", "何平"):
        with pytest.raises(NotYours):
            firm.do(who, "case.share_status", case=case.pk)
    url = shared(department, case)
    browser = Client()
    assert browser.get(url).status_code == 200
    middle = len(url) // 2
    for bad in (
        url[:-2] + "/",
        url[:middle] + ("x" if url[middle] != "x" else "y") + url[middle + 1 :],
        "/status/1-1/",
        "/status/1-1.x/",
    ):
        assert browser.get(bad).status_code == 404, bad
    firm.do("陈立", "case.withdraw_status", case=case.pk)
    assert browser.get(url).status_code == 404
    anew = shared(department, case)
    assert anew != url and browser.get(anew).status_code == 200 and browser.get(url).status_code == 404


def test_the_link_ends_some_days_after_the_case(department: Department) -> None:
    open_page(department.firm, link_days=5)
    case = department.open()
    url = shared(department, case)
    department.submit("陈立", case, reason_sufficient=False, demand_reasonable=False, explanation="属于正常磨损")
    assert "属于正常磨损" in Client().get(url).content.decode(), "the outcome, in the words that the file lets him read"
    with clock.set_to(clock.now() + dt.timedelta(days=6)):
        assert Client().get(url).status_code == 404


def test_a_word_with_a_photo_reaches_the_handler_and_no_more_than_ten_an_hour(department: Department) -> None:
    case = department.open()
    url = shared(department, case)
    browser = Client()
    word = f"{url}word/"
    assert browser.post(word, {"kind": "note", "text": "又停了一次", "photos": [picture()]}).status_code == 302
    said = CustomerWord.objects.get()
    assert said.text == "又停了一次" and len(said.files) == 1
    notice = Notice.objects.get(topic=f"case_word:{case.pk}")
    assert notice.person == department.firm["陈立"]
    handler = browser_of(department.firm, "陈立")
    page = handler.get(reverse("procedures:case-detail", args=[case.pk])).content.decode()
    assert "又停了一次" in page and "停机.png" in page
    assert browser.post(word, {"kind": "note"}).status_code == 422, "nothing said"
    codes = [browser.post(word, {"kind": "note", "text": str(n)}).status_code for n in range(10)]
    assert codes[-1] == 429 and codes.count(302) == 9
    assert handler.post(word, {"kind": "note", "text": "我替客户说"}).status_code == 403, (
        "nobody here speaks for the customer"
    )
    with pytest.raises(RuleBroken):
        give(department.firm, "总经理", "第9条", {"action": "case.*"})
        authority_changed()
        department.firm.do("周岚", "case.customer_says", case=case.pk, kind="confirmed")


@pytest.mark.ledger("R-034", "R-229")
def test_the_customer_confirms_himself_and_nobody_says_otherwise(department: Department) -> None:
    case = to_carry_out(department)
    url = shared(department, case)
    browser = Client()
    text = browser.get(url).content.decode()
    assert "更换控制板" in text, "the chosen solution is told"
    for inner in (case.title, "整机调换", "控制板接触不良", "赵敏之"):
        assert inner not in text, "what the house says to itself is not"
    assert browser.post(f"{url}word/", {"kind": "not_solved", "text": "换了还是停"}).status_code == 302
    with pytest.raises(RuleBroken):
        department.carried_out(case)
    assert browser.post(f"{url}word/", {"kind": "confirmed"}).status_code == 302, (
        "until the step is done he may change it"
    )
    done = {"done": "上门更换控制板", "remedy": "none"}
    with pytest.raises(RuleBroken):
        department.submit("陈立", case, "refused", **done, confirmed=False)
    department.submit("陈立", case, "accepted", **done)
    assert case.values["confirmed"] is True and case.step == "call_back", "his own word opens the gate"
    assert browser.post(f"{url}word/", {"kind": "not_solved", "text": "又坏"}).status_code == 422, (
        "nothing waits for him now"
    )


# --- how content ---------------------------------------------------------------------------------------------------------------


def closed(department: Department) -> tuple[Case, str]:
    case = department.open()
    url = shared(department, case)
    department.submit("陈立", case, reason_sufficient=False, demand_reasonable=False, explanation="属于正常磨损")
    return case, url


@pytest.mark.ledger("S-032")
def test_one_tap_says_how_content_one_is_and_looking_never_does(department: Department) -> None:
    case, url = closed(department)
    browser, firm = Client(), department.firm
    for look in (url, f"{url}?level=1", f"{url}rating/?level=1"):
        assert browser.get(look).status_code in (200, 405)
        assert browser.head(look).status_code in (200, 405)
    assert not Rating.objects.exists()
    assert browser.post(f"{url}rating/", {"level": "2"}).status_code == 302
    assert [item.position for item in WorkItem.objects.filter(source_kind="case_rated")] == [
        firm.positions["客服部经理"]
    ]
    assert browser.post(f"{url}rating/", {"level": "2", "text": "没人听我说"}).status_code == 302
    manager = browser_of(firm, "林晓岚")
    where = reverse("procedures:case-detail", args=[case.pk])
    assert "没人听我说" in manager.get(where).content.decode()
    manager.post(reverse("procedures:case-note", args=[case.pk]))
    assert not WorkItem.objects.filter(source_kind="case_rated", done_at=None).exists()
    assert browser.post(f"{url}rating/", {"level": "9"}).status_code == 422
    with clock.set_to(clock.now() + dt.timedelta(days=8)):
        assert browser.post(f"{url}rating/", {"level": "5"}).status_code == 422, "kept after seven days"
    assert Rating.objects.get().level == 2


def test_statistics_say_how_many_have_answered_of_those_that_could(department: Department) -> None:
    (case, url), _other = closed(department), closed(department)
    Client().post(f"{url}rating/", {"level": "4"})
    since = clock.now() - dt.timedelta(days=1)
    spec = spec_of(case.version)
    row = queries.statistics(department.firm["林晓岚"], "complaint", spec, since)[0]
    assert (row.count, row.asked, row.rated, row.average) == (2, 2, 1, 4.0)
    assert queries.statistics(department.firm["吴越"], "complaint", spec, since) == []


def test_what_he_said_is_given_out_and_erased_with_his_data(department: Department) -> None:
    firm = department.firm
    give(firm, "总经理", "第9条", {"action": "customer.*"})
    give(firm, "健康顾问", "第8条", {"action": "customer.open"})
    authority_changed()
    party = Party.objects.get(pk=firm.do("陈立", "customer.open", name="周敏", kind="person", phone=PHONE).subject[1])
    case = department.open(party=party.pk)
    url = shared(department, case)
    Client().post(f"{url}word/", {"kind": "note", "text": "又停了一次", "photos": [picture()]})
    assert "又停了一次" in str(data_of(party))
    firm.do("周岚", "customer.erase", party=party.pk, number=party.number, reason="本人来函")
    assert (CustomerWord.objects.get().text, CustomerWord.objects.get().files) == ("", [])
    assert Client().get(url).status_code == 404
