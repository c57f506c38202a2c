"""Batches to the bank and their returns: what leaves comes back to the cent, and what doesn't fit is refused with its row and field."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from remit.lib.bankfiles.batches import read_batch, read_return, results_by_order, write_batch
from remit.lib.bankfiles.format import BankFormat, read_format, shipped
from remit.lib.bankfiles.values import BankFileError, Batch, Order
from remit.lib.yaml_reader import BadYaml

NUMBER = "DK-2026-0012"
BANKS = {bank.id: bank for bank in (read_format(path.read_bytes(), path.name) for path in shipped())}
NAMES = ("付款人", "欧阳娜娜", "恒远物业服务有限公司", "Li Wei", "买买提·吐尔逊")


def batch(*orders: Order) -> Batch:
    return Batch(
        number=NUMBER,
        made_at=dt.datetime(2026, 11, 23, 9, 30),
        date=dt.date(2026, 11, 25),
        creditor="恒远物业",
        creditor_account="4000021509200012345",
        creditor_bank_code="102100099996",
        orders=orders,
    )


def order(number: int, amount: str = "128.50", holder: str = "王建国", **more: Any) -> Order:
    filled: dict[str, Any] = {"mandate": f"WT-{number}", "purpose": "11月物业费", "bank_name": "工商银行"}
    return Order(f"{NUMBER}-{number:05}", holder, f"62220211{number:08}", Decimal(amount), **{**filled, **more})


texts = st.text(st.sampled_from("物业费王李欧阳娜·Ａb 1-（）号楼"), max_size=12).map(str.strip)
orders = st.lists(
    st.builds(
        order,
        st.just(1),
        st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2).map(str),
        st.sampled_from(NAMES),
        purpose=texts,
        bank_name=texts,
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("name", sorted(BANKS))
@settings(max_examples=40, deadline=None)
@given(made=orders)
def test_what_is_written_is_what_is_read(name: str, made: list[Order]) -> None:
    made = [
        order(n, str(one.amount), one.holder, purpose=one.purpose, bank_name=one.bank_name)
        for n, one in enumerate(made, 1)
    ]
    sent = batch(*made)
    told: Any = read_batch(BANKS[name], write_batch(BANKS[name], sent))
    assert (told["head"]["count"], told["head"]["sum"]) == (len(made), sent.total)
    for one, row in zip(made, told["orders"], strict=True):
        assert {field: row[field] for field in ("reference", "account", "amount", "holder")} == {
            "reference": one.reference,
            "account": one.account,
            "amount": one.amount,
            "holder": one.holder,
        }
        assert row["purpose"] == one.purpose


@pytest.mark.ledger("S-089")
def test_widths_count_bytes_and_names_may_hold_any_character_of_the_encoding() -> None:
    data = write_batch(BANKS["fixed_gbk"], batch(order(1), order(2, "0.01", "欧阳娜娜")))
    head, first, second, end = data.split(b"\r\n")[:4]
    assert {len(head), len(first), len(second), len(end)} == {85, 215, 25}
    assert head[-24:] == b"00000002" + b"0000000000012851"
    assert second[71:131].decode("gbk").rstrip() == "欧阳娜娜"


def test_a_character_that_the_bank_lacks_is_named_with_its_row_and_field() -> None:
    rare = batch(order(1), order(2, holder="李㛃"), order(3, holder="王𬭎"), order(4, amount="0.005"))
    with pytest.raises(BankFileError) as caught:
        write_batch(BANKS["fixed_gbk"], batch(*rare.orders[:3]))
    assert caught.value.faults == (
        "第 2 行“holder”：“李㛃”里的“㛃”（U+36C3）在 GBK 编码里没有。",
        "第 3 行“holder”：“王𬭎”里的“𬭎”（U+2CB4E）在 GBK 编码里没有。",
    )
    told: Any = read_batch(BANKS["bar"], write_batch(BANKS["bar"], batch(*rare.orders[:3])))
    assert [row["holder"] for row in told["orders"]] == ["王建国", "李㛃", "王𬭎"]
    with pytest.raises(BankFileError, match=r"第 4 行“amount”：金额 0\.005"):
        write_batch(BANKS["bar"], rare)


@pytest.mark.parametrize(
    ("bank", "bad", "sentence"),
    [
        ("fixed_gbk", {"holder": "很长的户名" * 7}, "第 1 行“holder”：“很长的户名.*有 70 字节，超过 60 字节"),
        ("bar", {"holder": "王|李"}, r"第 1 行“holder”：“王\|李”里有分隔符"),
        ("bar", {"holder": "王\n李"}, "第 1 行“holder”：含有换行或控制字符"),
        ("sheet", {"holder": "王\x0b李"}, "第 1 行“付款人户名”：含有换行或控制字符"),
        ("iso20022", {"holder": "王\x01李"}, "第 1 行“Nm”：含有换行或控制字符"),
        ("iso20022", {"mandate": ""}, "第 1 行“MndtId”：没有内容"),
        ("iso20022", {"purpose": "用" * 141}, "Ustrd：内容.*不符合标准"),
    ],
)
def test_what_the_file_cannot_hold_is_refused(bank: str, bad: dict[str, str], sentence: str) -> None:
    with pytest.raises(BankFileError, match=sentence):
        write_batch(BANKS[bank], batch(order(1, **bad)))


# --- returns ---------------------------------------------------------------------------------------------------------------

SENT = [
    (n, f"{NUMBER}-{n:05}", f"62220211{n:08}", Decimal(amount)) for n, amount in enumerate(("128.50", "90", "66.6"), 1)
]


def fixed_return(second: str = "1" + "1001" + "余额不足", count: int = 3) -> bytes:
    """What a bank's mainframe writes: GBK, blanks at the ends of lines lost on the way."""
    rows = [
        f"2{n:08}{reference:<30}{account:<32}{int(amount * 100):014}{second if n == 2 else '0'}"
        for n, reference, account, amount in SENT
    ]
    head = f"1{NUMBER:<20}20261126{count:08}{2:08}{int(Decimal('195.10') * 100):016}"
    return "\r\n".join([head, *rows, f"9{count:08}", ""]).encode("gbk")


@pytest.mark.ledger("S-089")
def test_a_fixed_width_return_in_gbk() -> None:
    answer = read_return(BANKS["fixed_gbk"], fixed_return())
    results = results_by_order(SENT, answer, NUMBER)
    assert [results[n].outcome for n in (1, 2, 3)] == ["collected", "failed", "collected"]
    assert (results[2].code, results[2].message) == ("1001", "余额不足")
    assert BANKS["fixed_gbk"].reason_for("1001").next == "retry"
    assert BANKS["fixed_gbk"].reason_for("7777").next == "call"


def bar_return(*rows: str, head: str = f"{NUMBER}|3|2|195.10|1|90.00") -> bytes:
    lines = rows or (
        f"{SENT[0][1]}|{SENT[0][2]}|128.50|成功|||2026-11-26",
        f"{SENT[1][1]}|{SENT[1][2]}|90.00|失败|1002|户名不符|",
        f"{SENT[2][1]}|{SENT[2][2]}|66.60|成功|||2026-11-26",
    )
    return "\n".join([head, *lines, ""]).encode("gb18030")


def test_a_delimited_return_brings_the_day() -> None:
    results = results_by_order(SENT, read_return(BANKS["bar"], bar_return()), NUMBER)
    assert results[1].on == dt.date(2026, 11, 26)
    assert results[2].on is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (bar_return(head=f"{NUMBER}|3|2|195.11|1|90.00"), r"表头的成功金额是 195\.11，明细合计是 195\.10"),
        (bar_return(head="DK-2026-0011|3|2|195.10|1|90.00"), "属于批次“DK-2026-0011”"),
        (
            bar_return(f"{SENT[0][1]}|6222|128.50|成功|||", "X|1|1.00|成功|||", head=f"{NUMBER}|2|2|129.50|0|0.00"),
            "第 2 行：“DK-2026-0012-00001”的账号与送盘时不同。\n第 3 行：批次里没有“X”。",
        ),
        (
            bar_return(*[f"{SENT[0][1]}|{SENT[0][2]}|128.50|成功|||"] * 2, head=f"{NUMBER}|2|2|257.00|0|0.00"),
            "第 3 行：“DK-2026-0012-00001”在第 2 行已经有了",
        ),
        (
            bar_return(f"{SENT[0][1]}|{SENT[0][2]}|128.40|成功|||", head=f"{NUMBER}|1|1|128.40|0|0.00"),
            r"金额是 128\.40，送盘时是 128\.50",
        ),
        (
            bar_return(f"{SENT[0][1]}|{SENT[0][2]}|128.50|成功|||", head=f"{NUMBER}|1|1|128.50|0|0.00"),
            "回盘文件缺少 2 笔，第一笔是序号 2",
        ),
        (
            bar_return(f"{SENT[0][1]}|{SENT[0][2]}|1e3|成？|||"),
            "第 2 行“amount”：“1e3”不是以元计的金额。\n第 2 行“outcome”：代码“成？”不在对照表里",
        ),
        (b"\xff\xfe\x00broken", "第 1 行不是 GB18030 编码的文字"),
        (b"", "文件只有 0 行"),
    ],
    ids=["sum", "batch", "stranger", "twice", "amount", "missing", "cells", "encoding", "empty"],
)
def test_a_return_that_does_not_match_is_refused_with_its_lines(data: bytes, sentence: str) -> None:
    with pytest.raises(BankFileError, match=sentence):
        results_by_order(SENT, read_return(BANKS["bar"], data), NUMBER)


def test_a_workbook_that_lists_failures_only() -> None:
    from remit.lib.sheets import write_xlsx

    data = write_xlsx(
        ["序号", "付款人账号", "金额（元）", "业务编号", "处理结果", "说明"],
        [["2", SENT[1][2], Decimal("90.00"), SENT[1][1], "账户余额不足", "请重扣"]],
    )
    results = results_by_order(SENT, read_return(BANKS["sheet"], data), NUMBER)
    assert [results[n].outcome for n in (1, 2, 3)] == ["collected", "failed", "collected"]


# --- ISO 20022 -------------------------------------------------------------------------------------------------------------

PAIN_002 = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03">
 <CstmrPmtStsRpt>
  <GrpHdr><MsgId>STS-7</MsgId><CreDtTm>2026-11-26T18:00:00</CreDtTm></GrpHdr>
  <OrgnlGrpInfAndSts><OrgnlMsgId>{NUMBER}</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.02</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
  <OrgnlPmtInfAndSts><OrgnlPmtInfId>{NUMBER}</OrgnlPmtInfId>
   <TxInfAndSts><OrgnlEndToEndId>{NUMBER}-00001</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>
   <TxInfAndSts><OrgnlEndToEndId>{NUMBER}-00002</OrgnlEndToEndId><TxSts>RJCT</TxSts>
    <StsRsnInf><Rsn><Cd>AM04</Cd></Rsn><AddtlInf>Insufficient funds</AddtlInf></StsRsnInf>
    <OrgnlTxRef><Amt><InstdAmt Ccy="CNY">90</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
  </OrgnlPmtInfAndSts>
 </CstmrPmtStsRpt>
</Document>"""


def test_a_status_report_settles_what_it_names_and_leaves_the_rest_open() -> None:
    results = results_by_order(SENT, read_return(BANKS["iso20022"], PAIN_002.encode()), NUMBER)
    assert {n: (result.outcome, result.code) for n, result in results.items()} == {
        1: ("collected", ""),
        2: ("failed", "AM04"),
    }


def test_a_batch_that_is_refused_as_such_has_failed_wholly() -> None:
    whole = PAIN_002.replace(
        "<GrpSts>PART</GrpSts>", "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>"
    )
    cut = whole[: whole.index("  <OrgnlPmtInfAndSts>")] + whole[whole.index(" </CstmrPmtStsRpt>") :]
    results = results_by_order(SENT, read_return(BANKS["iso20022"], cut.encode()), NUMBER)
    assert {(result.outcome, result.code) for result in results.values()} == {("failed", "AC01")}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<?xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><?xml", "DOCTYPE"),
        ("</Document>", "", "不是完好的 XML"),
        ("<CreDtTm>2026-11-26T18:00:00</CreDtTm>", "", "GrpHdr：缺少 CreDtTm"),
        ("<GrpSts>PART</GrpSts>", "<GrpSts>partly</GrpSts>", "GrpSts：内容“partly”不符合标准"),
        ("<TxSts>ACSC</TxSts>", "<TxSts>XXXX</TxSts>", "不认识的状态“XXXX”"),
        ("pain.008.001.02", "pain.001.001.03", "不是针对代扣批次"),
        ("<TxSts>RJCT</TxSts>", "<Bonus/>", "TxInfAndSts：Bonus 不该在这里"),
    ],
)
def test_a_status_report_keeps_to_the_standard(old: str, new: str, sentence: str) -> None:
    with pytest.raises(BankFileError, match=sentence):
        read_return(BANKS["iso20022"], PAIN_002.replace(old, new, 1).encode())


def test_a_batch_of_iso_20022_keeps_to_the_structure_in_both_versions() -> None:
    for version, bank_code in (("001.02", "BIC"), ("001.08", "BICFI")):
        bank = BANKS["iso20022"].model_copy(
            update={"batch": BANKS["iso20022"].batch.model_copy(update={"version": version})}
        )
        data = write_batch(bank, batch(order(1, bank_code="ICBKCNBJ", signed_on=dt.date(2026, 1, 5)), order(2)))
        root = etree.fromstring(data)
        assert root.tag == f"{{urn:iso:std:iso:20022:tech:xsd:pain.008.{version}}}Document"
        assert len(list(root.iter(f"{{*}}{bank_code}"))) == 1
        swapped = data.replace(b"DbtrAgt>", b"X>").replace(b"Dbtr>", b"DbtrAgt>").replace(b"X>", b"Dbtr>")
        with pytest.raises(BankFileError, match="DrctDbtTxInf：缺少 DbtrAgt，或次序不对"):
            read_batch(bank, swapped)


# --- descriptions ----------------------------------------------------------------------------------------------------------


def test_every_fault_of_a_description_is_told_at_once_with_its_line() -> None:
    text = next(path for path in shipped() if path.stem == "fixed_gbk").read_text(encoding="utf-8")
    broken = (
        text.replace("{field: account, width: 32}", "{feild: account, width: 32}", 1)
        .replace("otherwise: call", "otherwise: ring")
        .replace("days: 3", "days: 300")
        .replace("encoding: gbk", "encoding: big5", 1)
    )
    with pytest.raises(BadYaml) as caught:
        read_format(broken, "bank.yaml")
    told = [str(fault) for fault in caught.value.faults]
    assert len({fault.line for fault in caught.value.faults}) == 4
    assert any("不认识的键“feild”" in line and "field" in line for line in told)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("    - {field: count, width: 8}\n", "    - {field: count}\n", "每一列都要写 width"),
        ("    - {field: reference, width: 30}\n", "    - {field: references, width: 30}\n", "这里没有“references”"),
        ("    - {field: sequence, width: 8}\n", "    - {field: reference, width: 8}\n", "“reference”写了两次"),
        ('codes: {"0": collected', 'codes: {"0": fine', "outcome 只有 collected、failed、open"),
        ("{field: count, width: 8}", "{field: count, kind: text, width: 8}", "“count”的 kind 可以是 number"),
    ],
)
def test_a_description_that_could_not_work_is_refused(old: str, new: str, sentence: str) -> None:
    text = next(path for path in shipped() if path.stem == "fixed_gbk").read_text(encoding="utf-8")
    with pytest.raises(BadYaml, match=sentence):
        read_format(text.replace(old, new, 1), "bank.yaml")


def test_the_shipped_descriptions_are_of_every_layout() -> None:
    def layouts(bank: BankFormat) -> tuple[str, str]:
        return bank.batch.layout, bank.result.layout

    assert {layouts(bank)[0] for bank in BANKS.values()} == {"fixed", "delimited", "xlsx", "pain.008"}
