"""Customers from a file and back: mapping, new and known ones, three bad rows mended and fed back, undo; export by grant."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests.cast import Firm, give
from tests.web_help import browser, page
from tests.write_guard import without_guard

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.parties import importing
from remit.kernel.parties.models import ColumnMapping, ImportRun, Party, Relation, Tag
from remit.kernel.parties.queries import search
from remit.kernel.parties.tests.conftest import Opener
from remit.lib.sheets import read_sheet, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADERS = ["客户名称", "类型", "联系电话", "等级", "负责人", "建档人", "建档日期", "标签"]


def upload(client: Client, data: bytes, name: str = "客户.csv") -> str:
    """The address of the preview."""
    response = client.post(reverse("parties:exchange"), {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, response.content.decode()
    return str(response.headers["Location"])


def take_in(client: Client, preview: str) -> HttpResponse:
    return client.post(f"{preview}taking-in/")  # type: ignore[return-value]  # the test client's own response


def rows(firm: Firm, *given: dict[str, str]) -> dict[str, object]:
    numbered = [{"row": n, **row} for n, row in enumerate(given, 2)]
    return {"rows": numbered, "digest": importing.digest_of(numbered), "count": len(numbered)}


@pytest.mark.ledger("S-018")
def test_three_bad_rows_are_mended_and_fed_back(firm: Firm) -> None:
    table = [
        ["恒远精密机械", "企业", "13805712233", "A级", "陈立", "赵敏之", "2021/3/5", "会员，重点"],
        ["王海波", "个人", "0571-88123456、13900001111", "B", "", "", "", ""],
        ["李一", "个人", "12345", "A", "", "", "", ""],
        ["李二", "个人", "13900002222", "特级", "", "", "", ""],
        ["李三", "个人", "13900003333", "A", "何平", "", "", ""],
    ]
    client = browser(firm, "林晓岚")
    preview = upload(client, write_csv(HEADERS, table).decode("utf-8-sig").encode("gbk"))
    shown = page(client, preview)
    assert "恒远精密机械" in shown and "号段" not in shown and "特级" in shown
    take_in(client, preview)
    assert {party.name for party in Party.objects.all()} == {"恒远精密机械", "王海波"}
    party = Party.objects.get(name="恒远精密机械")
    assert (party.kind, party.grade, party.owner, party.made_by) == ("organization", "A", firm["陈立"], firm["赵敏之"])
    assert f"{party.made_at:%Y-%m-%d}" == "2021-03-05"
    assert {row.tag.name for row in party.tags.all()} == {"会员", "重点"}
    assert [c.value for c in Party.objects.get(name="王海波").contacts.order_by("rank")] == [
        "0571-88123456",
        "13900001111",
    ]
    assert [p.name for p in search(firm["林晓岚"], "1111")] == ["王海波"]

    mending = read_sheet(b"".join(client.get(f"{preview}mending/")))
    assert [row.cells["客户名称"] for row in mending.rows] == ["李一", "李二", "李三"]
    assert all(row.cells["错误"] for row in mending.rows)
    mended = [[row.cells[header] for header in HEADERS] for row in mending.rows]
    mended[0][2], mended[1][3], mended[2][4] = "13900004444", "A", "陈立"
    take_in(client, upload(client, write_xlsx(HEADERS, mended)))
    assert Party.objects.count() == 5
    assert ImportRun.objects.count() == 2


def test_the_mapping_is_remembered_and_can_be_changed(firm: Firm) -> None:
    client = browser(firm, "林晓岚")
    data = write_csv(["甲", "乙"], [["恒远精密", "13805712233"]])
    preview = upload(client, data)
    assert "恒远精密" not in [row["name"] for row in _plan_of(client, preview)]
    client.post(preview, {"column_0": "name", "column_1": "phones"})
    take_in(client, preview)
    assert Party.objects.get().name == "恒远精密"
    assert ColumnMapping.objects.get().fields == {"甲": "name", "乙": "phones"}
    again = upload(client, write_csv(["甲", "乙"], [["大发贸易", "13905712233"]]))
    assert client.get(again).context["added"] == ["大发贸易"]


def _plan_of(client: Client, preview: str) -> list[dict[str, str]]:
    return [{"name": name} for name in client.get(preview).context["added"]]


def test_known_customers_are_changed_and_empty_cells_change_nothing(firm: Firm, opened: Opener) -> None:
    party = opened("恒远精密", phone="13805712233", industry="机械", credit_code="91330106MA2CFLBJ7R")
    firm.do("陈立", "customer.grade", party=party.pk, grade="B", reason="x")
    firm.do(
        "林晓岚",
        "customer.import",
        **rows(
            firm,
            {
                "name": "恒远精密科技",
                "credit_code": "91330106MA2CFLBJ7R",
                "phones": "13900001111",
                "grade": "A",
                "tags": "老客户",
            },
        ),
    )
    party.refresh_from_db()
    assert (party.name, party.grade, party.industry, party.version) == ("恒远精密科技", "A", "机械", 3)
    assert {c.value for c in party.contacts.all()} == {"13805712233", "13900001111"}
    assert [p.pk for p in search(firm["陈立"], "1111")] == [p.pk for p in search(firm["陈立"], "hyjmkj")] == [party.pk]
    run = ImportRun.objects.get()
    assert (run.made, run.changed) == (0, 1)
    firm.do("林晓岚", "customer.undo_import", run=run.pk)
    party.refresh_from_db()
    assert (party.name, party.grade) == ("恒远精密", "B")
    assert {c.value for c in party.contacts.all()} == {"13805712233"}
    assert not party.tags.exists() and not search(firm["陈立"], "1111")


def test_an_import_is_undone_until_something_was_done_with_it(firm: Firm) -> None:
    firm.do("林晓岚", "customer.import", **rows(firm, {"name": "甲公司"}, {"name": "乙公司", "phones": "13805712233"}))
    first = ImportRun.objects.get()
    firm.do("林晓岚", "customer.undo_import", run=first.pk)
    assert not Party.objects.exists()
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.undo_import", run=first.pk)
    firm.do("林晓岚", "customer.import", **rows(firm, {"name": "甲公司"}, {"name": "乙公司"}))
    second = ImportRun.objects.latest("pk")
    party = Party.objects.get(name="甲公司")
    firm.do("林晓岚", "customer.note", party=party.pk, kind="call", text="已联系")
    with pytest.raises(RuleBroken, match="甲公司"):
        firm.do("林晓岚", "customer.undo_import", run=second.pk)
    assert Party.objects.count() == 2
    with pytest.raises(NotYours):
        firm.do("陈立", "customer.undo_import", run=second.pk)


def test_rows_that_were_not_looked_at_are_refused_and_nothing_is_kept_of_them(firm: Firm) -> None:
    facts = rows(firm, {"name": "甲公司", "phones": "13805712233"})
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.import", **{**facts, "digest": "0" * 64})
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.import", **rows(firm, {"name": "甲公司"}, {"name": "乙公司", "phones": "1"}))
    assert not Party.objects.exists() and not Tag.objects.exists()
    firm.do("林晓岚", "customer.import", **facts)
    event = Event.objects.get(kind="customer.import")
    assert "13805712233" not in f"{event.facts}{event.changes}"


def test_a_file_tells_nothing_of_customers_that_one_does_not_see(firm: Firm, opened: Opener) -> None:
    """A row that is somebody else's customer makes a new one: a refusal would tell that it exists."""
    opened("恒远精密", phone="13805712233", credit_code="91330106MA2CFLBJ7R")
    lock_authority(exclusively=True)
    give(firm, "出纳", "第9条", {"action": "customer.import"})
    authority_changed()
    row = {"name": "恒远精密", "phones": "13805712233", "credit_code": "91330106MA2CFLBJ7R"}
    firm.do("吴越", "customer.import", **rows(firm, row))
    assert {p.owner for p in Party.objects.all()} == {firm["陈立"], firm["吴越"]}


@pytest.mark.ledger("D-023")
def test_the_register_names_the_contact_persons_whom_its_reader_sees(firm: Firm, opened: Opener) -> None:
    unit, member = (
        opened("恒远精密", phone="0571-88123456", address="杭州市文三路 1 号"),
        opened("王海波", kind="person"),
    )
    hidden = opened("李总", "何平", kind="person")
    firm.do("陈立", "customer.relate", party=unit.pk, other=member.pk, kind="key_person", note="采购总监")
    with without_guard():
        Relation.objects.create(company=firm.health, party=unit, other=hidden, kind="contact")
    data = b"".join(browser(firm, "林晓岚").get(reverse("parties:export-csv"), {"q": "恒远"}))
    (row,) = read_sheet(data).rows
    cells = list(row.cells.values())
    assert {"恒远精密", "王海波（采购总监）"} <= set(cells) and "李总" not in "".join(cells)
    assert any("文三路" in cell or "杭州市" in cell for cell in cells)


@pytest.mark.ledger("R-043")
def test_what_goes_out_is_what_one_sees_masked_defused_and_logged(firm: Firm, opened: Opener) -> None:
    opened("=cmd|' /C calc'!A0", phone="13805712233")
    opened("别人的", "何平")
    client = browser(firm, "林晓岚")
    workbook = b"".join(client.get(reverse("parties:export-xlsx")))
    lines = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert len(lines) == 2
    assert str(lines[1][1]).startswith("'=cmd") and "138****2233" in lines[1], lines[1]
    event = Event.objects.get(kind="customer.export")
    assert event.changes == {"rows": 1}
    assert client.get(reverse("parties:export-csv"), {"q": "不存在"}).status_code == 200
    page(browser(firm, "陈立"), reverse("parties:export-xlsx"), status=404)


def test_a_grant_bounds_how_many_rows_go_out(firm: Firm, opened: Opener) -> None:
    for n in range(3):
        opened(f"客户{n}号")
    lock_authority(exclusively=True)
    give(firm, "健康顾问", "第7条", {"action": "customer.export", "limits": {"rows": "<= 2 count"}})
    authority_changed()
    client = browser(firm, "陈立")
    few = client.get(reverse("parties:export-csv"), {"q": "客户1号"})
    assert few.status_code == 200
    asked = client.get(reverse("parties:export-csv"))
    assert asked.status_code == 302 and "/authority/approvals/" in asked.headers["Location"]


def test_three_thousand_rows_take_no_more_statements_than_ten(firm: Firm) -> None:
    def asked(first: int, count: int) -> int:
        given = rows(firm, *({"name": f"客户{n}号", "phones": f"139{n:08d}"} for n in range(first, first + count)))
        with CaptureQueriesContext(connection) as captured:
            firm.do("林晓岚", "customer.import", **given)
        return len(captured)

    asked(0, 1)
    assert asked(10, 10) == asked(1000, 3000)
