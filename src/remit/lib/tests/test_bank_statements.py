"""Statements of account from five kinds of files: one result, its balance proven, and nothing taken that doesn't add up."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from remit.lib.bankfiles.statements import Recipe, kind_of, read_statements
from remit.lib.bankfiles.statements.recipes import preview
from remit.lib.bankfiles.values import BankFileError, Entry, Statement
from remit.lib.sheets import write_xlsx

DAY = dt.date(2026, 11, 23)

MT940 = """{1:F01ICBKCNBJAXXX0000000000}{4:
:20:STMT261123
:25:ICBKCNBJ/4000021509200012345
:28C:00231/00001
:60F:C261122CNY1000,00
:61:2611231123C128,50NTRFDK-2026-0012//B0001
:86:?20物业费 3-1202?31622202110001?32王建
?33国
:61:2611231123D20,NCHGNONREF//B0002
手续费
:62M:C261123CNY1108,50
-}
{4:
:20:STMT261123
:25:ICBKCNBJ/4000021509200012345
:28C:00231/00002
:60M:C261123CNY1108,50
:61:261123RC8,50NTRFNONREF//B0003
:86:退回
误收
:62F:C261123CNY1100,00
:64:C261123CNY1100,00
-}
"""

OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:936

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CNY
<BANKACCTFROM><BANKID>102<ACCTID>4000021509200012345<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261101<DTEND>20261130
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261123093000[+8:CST]<TRNAMT>128.50<FITID>B0001<NAME>王建国<MEMO>物业费 &amp; 水费
</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261123<TRNAMT>-20.00<FITID>B0002<NAME>工商银行<MEMO>手续费</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1108.50<DTASOF>20261123</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-24T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><Othr><Id>4000021509200012345</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">1175.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>
<Ntry><Amt Ccy="CNY">195.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts><BookgDt><Dt>2026-11-23</Dt></BookgDt>
 <ValDt><Dt>2026-11-24</Dt></ValDt><AcctSvcrRef>B0001</AcctSvcrRef><NtryDtls>
 <TxDtls><Refs><EndToEndId>DK-1-1</EndToEndId></Refs><Amt Ccy="CNY">128.50</Amt><RltdPties>{debtor}<DbtrAcct><Id><Othr><Id>6222</Id></Othr></Id></DbtrAcct></RltdPties>
  <RmtInf><Ustrd>物业费</Ustrd><Ustrd>11月</Ustrd></RmtInf></TxDtls>
 <TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="CNY">66.60</Amt></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{booked}</Sts><BookgDt><DtTm>2026-11-23T10:00:00</DtTm></BookgDt>
 <AcctSvcrRef>B0002</AcctSvcrRef><AddtlNtryInf>手续费</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="CNY">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{pending}</Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
CAMT_02 = CAMT.format(version="02", booked="BOOK", pending="PDNG", debtor="<Dbtr><Nm>王建国</Nm></Dbtr>")
CAMT_08 = CAMT.format(
    version="08", booked="<Cd>BOOK</Cd>", pending="<Cd>PDNG</Cd>", debtor="<Dbtr><Pty><Nm>王建国</Nm></Pty></Dbtr>"
)

CSV = """账号：4000021509200012345,,,,,
查询时间 2026-11-30,,,,,
交易日期,收入,支出,余额,对方户名,摘要,流水号
20261123 10:00:00,,20.00,"1,108.50",工商银行,手续费,B0002
20261123 09:30:00,128.50,,"1,128.50",王建国,物业费,B0001
合计,128.50,20.00,,,,
""".replace(",,,,,\n", "\n")
RECIPE = Recipe(
    skip=2,
    date="交易日期",
    date_format="YYYYMMDD",
    income="收入",
    expense="支出",
    balance="余额",
    name="对方户名",
    text="摘要",
    bank_id="流水号",
)


def brief(entry: Entry) -> tuple[Decimal, str, str, str]:
    return entry.amount, entry.name, entry.text, entry.bank_id


def only(data: bytes, recipe: Recipe | None = None) -> Statement:
    (statement,) = read_statements(data, recipe, account="4000021509200012345")
    return statement


def test_mt940_joins_its_pages() -> None:
    statement = only(MT940.encode("gb18030"))
    assert (statement.account, statement.opening, statement.closing) == (
        "4000021509200012345",
        Decimal(1000),
        Decimal(1100),
    )
    assert [brief(entry) for entry in statement.entries] == [
        (Decimal("128.50"), "王建国", "物业费 3-1202", "B0001"),
        (Decimal("-20.00"), "", "手续费", "B0002"),
        (Decimal("-8.50"), "", "退回 误收", "B0003"),
    ]
    assert statement.entries[0].reference == "DK-2026-0012"


def test_ofx_as_sgml_and_as_xml() -> None:
    closed = OFX.replace("\n<", "<")
    for tag in (
        "CURDEF",
        "BANKID",
        "ACCTID",
        "ACCTTYPE",
        "DTSTART",
        "DTEND",
        "TRNTYPE",
        "DTPOSTED",
        "TRNAMT",
        "FITID",
        "NAME",
        "MEMO",
        "BALAMT",
        "DTASOF",
    ):
        closed = re.sub(rf"<{tag}>([^<]*)", rf"<{tag}>\1</{tag}>", closed)
    for text in (OFX, closed):
        statement = only(text.encode("gbk"))
        assert (statement.opening, statement.closing) == (Decimal(1000), Decimal("1108.50"))
        assert [brief(entry) for entry in statement.entries] == [
            (Decimal("128.50"), "王建国", "物业费 & 水费", "B0001"),
            (Decimal("-20.00"), "工商银行", "手续费", "B0002"),
        ]


@pytest.mark.parametrize("text", [CAMT_02, CAMT_08], ids=["version 2", "version 8"])
def test_camt_lists_the_single_transactions_of_a_collective_booking(text: str) -> None:
    statement = only(text.encode())
    assert [brief(entry) for entry in statement.entries] == [
        (Decimal("128.50"), "王建国", "物业费 11月", "B0001/1"),
        (Decimal("66.60"), "", "", "B0001/2"),
        (Decimal("-20.00"), "", "手续费", "B0002"),
    ]
    first = statement.entries[0]
    assert (first.reference, first.account, first.value_on) == ("DK-1-1", "6222", dt.date(2026, 11, 24))


def test_a_table_by_recipe_newest_first() -> None:
    statement = only(CSV.encode("gb18030"), RECIPE)
    assert (statement.opening, statement.closing) == (Decimal(1000), Decimal("1108.50"))
    assert [brief(entry) for entry in statement.entries] == [
        (Decimal("128.50"), "王建国", "物业费", "B0001"),
        (Decimal("-20.00"), "工商银行", "手续费", "B0002"),
    ]
    headers, rows = preview(CSV.encode("gb18030"), skip=2)
    assert headers[:3] == ["交易日期", "收入", "支出"]
    assert rows[0][5] == "手续费"


def test_a_workbook_with_a_word_for_the_direction() -> None:
    data = write_xlsx(
        ["日期", "借贷", "金额", "户名"],
        [[DAY, "贷", Decimal("128.50"), "王建国"], [DAY, "借", Decimal("20.00"), "银行"]],
    )
    recipe = Recipe(
        date="日期", amount="金额", direction="借贷", incoming=("贷", "贷方"), name="户名", date_format="YYYY/MM/DD"
    )
    assert [entry.amount for entry in only(data, recipe).entries] == [Decimal("128.50"), Decimal("-20.00")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (MT940.replace(":62F:C261123CNY1100,00", ":62F:C261123CNY1100,01"), "余额不平：期初 1000.00 加发生额 100.00"),
        (MT940.replace(":60M:C261123CNY1108,50", ":60M:C261123CNY1108,00"), "第 17 行：本页的起始余额 1108.00"),
        (MT940.replace("D20,N", "D20N"), "第 9 行：交易“2611231123D20NCHG"),
        (CAMT_02.replace("1175.10", "1175.11"), "余额不平"),
        (CAMT_02.replace("<?xml", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><?xml"), "DOCTYPE"),
        (CAMT_02.replace("CRDT</CdtDbtInd><Sts", "CR</CdtDbtInd><Sts"), "CdtDbtInd 应为"),
        (OFX.replace("128.50", "128.505"), "第 10 行：“128.505”不是以分为最小单位的金额"),
        (OFX.replace("<DTPOSTED>20261123<", "<DTPOSTED>20261323<"), "“20261323”不是日期"),
        (CSV.replace('"1,128.50"', '"1,128.60"'), "第 5 行：余额 1128.60 与上一笔余额 .*可能缺了行"),
        (CSV.replace("流水号", "编号"), "第 3 行的表头缺少：流水号"),
        (CSV.replace("128.50,,", "128.50,3,"), "第 5 行：收入与支出应当只有一个有金额"),
        ("  ", "文件是空的"),
    ],
    ids=[
        "balance",
        "page",
        "movement",
        "closing",
        "doctype",
        "sign",
        "cents",
        "day",
        "running",
        "header",
        "both",
        "empty",
    ],
)
def test_what_does_not_add_up_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(BankFileError, match=sentence):
        read_statements(text.encode(), RECIPE, account="1")


def test_a_table_needs_its_recipe_and_a_recipe_its_amount() -> None:
    with pytest.raises(BankFileError, match="请先为该账户设定各列的含义"):
        read_statements(CSV.encode("gb18030"))
    for bad in ({}, {"amount": "金额", "income": "收入", "expense": "支出"}, {"amount": "金额", "direction": "借贷"}):
        with pytest.raises(ValidationError):
            Recipe.model_validate({"date": "日期", **bad})


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=400)
    | st.sampled_from([MT940, OFX, CAMT_02, CSV]).flatmap(
        lambda text: st.tuples(st.integers(0, len(text)), st.text("<>:0?/C,\n", max_size=5)).map(
            lambda cut: (text[: cut[0]] + cut[1] + text[cut[0] + 3 :]).encode()
        )
    )
)
def test_whatever_is_sent_is_read_or_refused_in_a_sentence(data: bytes) -> None:
    try:
        statements = read_statements(data, RECIPE, account="1")
    except BankFileError as error:
        assert str(error).endswith("。"), error
    else:
        assert all(isinstance(statement, Statement) for statement in statements)


def test_kinds_are_told_apart_by_their_beginning() -> None:
    samples = {"MT940": MT940, "OFX": OFX, "camt.053": CAMT_02, "CSV": CSV}
    assert {kind: kind_of(text.encode()) for kind, text in samples.items()} == {kind: kind for kind in samples}
