"""A manager drops a Word file into the browser, looks through what was read, and puts it into force."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from remit.kernel.authority.gate import dry_run
from remit.kernel.authority.loading import all_actions
from remit.kernel.charters.models import CharterVersion, DraftCharter, DraftItem, ImportedDocument
from remit.kernel.charters.tests.office import LINES, Office, reading
from remit.kernel.charters.tests.web import browser_of, deed, url, word_file
from remit.kernel.organization.models import Position
from remit.kernel.organization.queries import actor_for, today

pytestmark = pytest.mark.django_db
DOCUMENT = (
    "#回访主管岗位职责",
    "一、岗位职责",
    "1、每周汇总回访结果并上报客服部总监",
    "2、对升级的投诉在2个工作日内给出处理方案，并保管客户档案",
    "3、团结同事，遵守公司制度",
    "二、权限",
    "1、有权给予本组员工100元以内的奖励",
    "2、有权决定展台布置的调整",
    "三、任职资格",
    "1、大专及以上学历",
)


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path


def test_from_the_word_file_to_authority_in_force(office: Office) -> None:
    zhou = browser_of(office, "周岚")
    answer = zhou.post(url("import-list"), {"files": word_file(*DOCUMENT)})
    document = ImportedDocument.objects.order_by("-id")[0]
    assert answer["Location"] == url("import-detail", document.pk)
    draft = document.drafts.get()
    assert draft.title == "回访主管"
    page = zhou.get(url("review", document.pk, draft.pk)).content.decode()
    assert "有权给予本组员工100元以内的奖励" in page
    assert 'class="wash wash--authority"' in page

    items = {item.data.get("text"): item for item in draft.items.all()}
    duty = next(item for text, item in items.items() if text and text.startswith("对升级"))
    norm = next(item for text, item in items.items() if text and "团结" in text)
    reward = next(item for text, item in items.items() if text and "奖励" in text)
    deed(zhou, draft, "reject", norm)
    parts = {"texts": "对升级的投诉在2个工作日内给出处理方案\n保管客户档案", "stamp": "0"}
    zhou.post(url("item-split", document.pk, draft.pk, duty.pk), parts, headers={"hx-request": "true"})
    edited = edit_reward(zhou, draft, reward, "80")
    assert edited.status_code == 200
    assert "≤ ¥80" in edited.content.decode()
    refused = zhou.post(url("activate", document.pk, draft.pk), activation(office))
    assert refused.status_code == 422
    assert not CharterVersion.objects.exists()
    for item in draft.items.filter(state="proposed"):
        deed(zhou, draft, "accept", item)
    look = zhou.get(url("activate", document.pk, draft.pk)).content.decode()
    assert "客户服务部" in look
    done = zhou.post(url("activate", document.pk, draft.pk), activation(office), follow=True)
    assert done.status_code == 200
    version = CharterVersion.objects.get()
    assert [text for text in ("保管客户档案", "团结") if any(text in duty.text for duty in version.spec.duties)] == [
        "保管客户档案"
    ]

    position = Position.objects.get(title="回访主管")
    assert position.superior == office.firm.positions["客服部总监"]
    office.do("organization.appoint", position=position.pk, person=office.firm["顾北"].pk, start=today())
    advisers = office.firm.positions["健康顾问"]
    office.do("organization.change_position", position=advisers.pk, superior=position.pk, start=today())
    given = {"staff": office.firm["陈立"].pk, "amount": "80", "reason": "季度之星"}
    decision = dry_run(actor_for(office.firm["顾北"], "web"), "staff.reward", given)
    assert decision.outcome == "granted"
    assert "回访主管岗位说明书 v1" in decision.sentence
    general = next(name for name in all_actions() if name.startswith("general."))
    assert dry_run(actor_for(office.firm["顾北"], "web"), general, {"matter": "展台", "reason": "客户要求"}).is_granted


def activation(office: Office) -> dict[str, Any]:
    return {
        "unit": office.firm.service.pk,
        "superior": office.firm.positions["客服部总监"].pk,
        "headcount": "1",
        "effective_on": today().isoformat(),
    }


def edit_reward(client: Any, draft: DraftCharter, item: DraftItem, amount: str, **more: str) -> Any:
    """The form of a clause, as the page sends it."""
    sent = {
        "stamp": "0",
        "text": item.data["text"],
        "grants": "1",
        "g0-drawn_for": "staff.reward",
        "g0-action": "staff.reward",
        "g0-right": "decide",
        "g0-scope": "own_group",
        "g0-op-amount": "<=",
        "g0-max-amount": amount,
        **more,
    }
    return client.post(url("item-edit", draft.document_id, draft.pk, item.pk), sent, headers={"hx-request": "true"})


def test_several_files_the_bad_ones_are_told_the_others_go_on(office: Office) -> None:
    zhou = browser_of(office, "周岚")
    files = [
        SimpleUploadedFile("空.docx", b""),
        SimpleUploadedFile("坏.docx", b"PK\x03\x04 no zip at all"),
        SimpleUploadedFile("程序.exe", b"MZ" + b"\x00" * 200),
        word_file(*DOCUMENT),
    ]
    answer = zhou.post(url("import-list"), {"files": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "文件是空的" in page
    assert "已损坏" in page
    assert "程序文件" in page
    assert ImportedDocument.objects.count() == 2


def test_pasted_text_is_read_and_an_empty_one_is_not(office: Office) -> None:
    zhou = browser_of(office, "周岚")
    answer = zhou.post(url("import-paste"), {"name": "回访", "text": "\n".join(DOCUMENT).replace("#", "")})
    document = ImportedDocument.objects.order_by("-id")[0]
    assert answer["Location"] == url("import-detail", document.pk)
    assert (document.name, document.file) == ("回访", None)
    assert zhou.post(url("import-paste"), {"text": "  "}).status_code == 422


def test_who_may_not_import_is_told_before_anything_is_read(office: Office) -> None:
    chen = browser_of(office, "陈立")
    assert 'type="file"' not in chen.get(url("import-list")).content.decode()
    assert chen.post(url("import-list"), {"files": word_file(*DOCUMENT)}).status_code == 422
    assert ImportedDocument.objects.count() == 1


def test_a_text_in_the_wrong_encoding_is_read_again(office: Office) -> None:
    zhou = browser_of(office, "周岚")
    big5 = "客戶專員崗位職責\n一、每天回訪成交客戶\n二、每週匯總客戶意見".encode("big5hkscs")
    zhou.post(url("import-list"), {"files": SimpleUploadedFile("職責.txt", big5)})
    first = ImportedDocument.objects.order_by("-id")[0]
    zhou.post(url("import-encoding", first.pk), {"encoding": "gb18030"})
    second = ImportedDocument.objects.order_by("-id")[0]
    assert (second.encoding, "客戶專員" in second.text) == ("gb18030", False)
    zhou.post(url("import-encoding", second.pk), {"encoding": "big5hkscs"})
    third = ImportedDocument.objects.order_by("-id")[0]
    first.refresh_from_db()
    assert (third.encoding, "客戶專員" in third.text, first.undone_at is not None) == ("big5hkscs", True, True)
    assert zhou.post(url("import-encoding", third.pk), {"encoding": "rot13"}).status_code == 404


def test_the_original_is_saved_never_shown_in_place(office: Office) -> None:
    zhou = browser_of(office, "周岚")
    page = SimpleUploadedFile(
        "职责.html", "<p>客户专员岗位职责</p><p>1、每天回访客户</p><script>alert(1)</script>".encode()
    )
    zhou.post(url("import-list"), {"files": page})
    document = ImportedDocument.objects.order_by("-id")[0]
    answer = zhou.get(url("import-original", document.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    assert zhou.get(url("import-original", office.document.pk)).status_code == 404


def test_a_document_that_holds_a_page_of_its_own_stays_text(office: Office) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    data = reading()
    data["text"] = data["text"].replace("保管客户档案", evil)
    grown = len(evil) - len("保管客户档案")
    at = data["text"].index(evil)
    for block in data["blocks"]:
        block["end"] += grown * (block["end"] > at)
        block["start"] += grown * (block["start"] > at)
    duty = data["drafts"][0]["items"][1]
    duty["data"]["text"], duty["spans"], duty["looks"] = evil, [[at, at + len(evil)]], [evil]
    for draft in data["drafts"]:
        draft["span"][1] += grown
    data["warnings"] = [evil]
    data["drafts"][0]["header"]["purpose"] = evil
    result = office.do("charter.import", name=f"{evil}.txt"[:200], company=office.firm.health.pk, reading=data)
    document = ImportedDocument.objects.get(pk=result.subject[1])
    draft = document.drafts.all()[0]
    zhou = browser_of(office, "周岚")
    duty = draft.items.all()[1]
    pages = [
        url("review", document.pk, draft.pk),
        url("import-detail", document.pk),
        url("import-list"),
        url("item-edit", document.pk, draft.pk, duty.pk),
        url("item-split", document.pk, draft.pk, duty.pk),
        url("head-edit", document.pk, draft.pk),
    ]
    for address in pages:
        page = zhou.get(address).content.decode()
        assert "alert(" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_taking_back_says_what_happened_and_why_not(office: Office) -> None:
    zhou = browser_of(office, "周岚")
    cashier = office.firm.positions["出纳"]
    office.activate(unit=office.firm.finance.pk, position=cashier.pk)
    office.do("general.ztbz", "吴越", matter="展台", reason="客户要求", condition_1=True)
    answer = zhou.post(url("import-undo", office.document.pk), follow=True)
    assert "客户关系主管岗位说明书 v1" in answer.content.decode()
    office.document.refresh_from_db()
    assert office.document.undone_at is None


def test_all_that_is_reviewed_takes_effect_superiors_first(office: Office) -> None:
    office.accept_all()
    office.accept_all(office.clerk)
    zhou = browser_of(office, "周岚")
    page = zhou.get(url("activate-all", office.document.pk)).content.decode()
    assert page.index("客户关系主管</h2>") < page.index("客户专员</h2>")
    sent: dict[str, Any] = {}
    for draft in (office.clerk, office.supervisor):
        sent |= {f"d{draft.pk}-take": "yes", f"d{draft.pk}-unit": office.firm.service.pk, f"d{draft.pk}-headcount": "1"}
        sent[f"d{draft.pk}-effective_on"] = today().isoformat()
    answer = zhou.post(url("activate-all", office.document.pk), sent)
    assert answer.status_code == 302
    clerk = Position.objects.get(title="客户专员")
    assert clerk.superior == Position.objects.get(title="客户关系主管")


def test_one_that_is_refused_does_not_stop_the_others(office: Office) -> None:
    office.review("edit", office.item(LINES[4]), data={"grants": [{"action": "staff.promote"}]})
    office.accept_all()
    office.accept_all(office.clerk)
    zhou = browser_of(office, "周岚")
    sent: dict[str, Any] = {}
    for draft in (office.clerk, office.supervisor):
        sent |= {f"d{draft.pk}-take": "yes", f"d{draft.pk}-unit": office.firm.service.pk, f"d{draft.pk}-headcount": "1"}
        sent[f"d{draft.pk}-effective_on"] = today().isoformat()
    answer = zhou.post(url("activate-all", office.document.pk), sent)
    assert answer.status_code == 422
    assert "staff.promote" in answer.content.decode()
    assert list(CharterVersion.objects.values_list("charter__title", flat=True)) == ["客户专员"]
