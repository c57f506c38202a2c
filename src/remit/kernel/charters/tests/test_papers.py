"""A charter on paper: printed, signed, and read again by our own importer."""

import io
import struct
import zlib
from difflib import SequenceMatcher

import pdfplumber
import pytest

from remit.kernel.charters.format import CharterSpec, charter_from_yaml
from remit.kernel.charters.importing.draft import DraftPosition
from remit.kernel.charters.importing.readers import read_bytes
from remit.kernel.charters.importing.reading.charters import read_charters
from remit.kernel.charters.paper_data import PaperMeta, Signature
from remit.kernel.charters.papers import charter_docx, charter_pdf, confirmation_pdf
from remit.kernel.charters.wording import Labels
from remit.kernel.documents.errors import BadPaperData

CHARTER = """\
title: 客户服务部经理
code: KF-02
department: 客户服务部
level: M2
reports_to: [客服总监]
second_leader: 销售副总经理
supervises: [健康顾问, 投诉专员]
purpose: 带领客户服务部处理客户的需求与不满，使问题在承诺的时间内解决。
duties:
  - {id: d1, text: 每周汇总上一周的投诉与处理结果，形成周报送客服总监, group: customer, every: week, binding: {kind: routine, name: 投诉周报}}
  - {id: d2, text: 对升级到本部门的投诉在一个工作日内给出处理方案, group: customer, within: 1 workday, binding: {kind: procedure}}
  - {id: d3, text: 保管客户档案，未经许可不得向无关人员透露客户资料, group: customer}
  - {id: d4, text: 每月组织一次组员业务培训并记录参加情况, group: internal, every: month}
  - {id: d5, text: 审核组员提交的退换货申请，核实证据是否齐全, group: internal}
authority:
  - id: a1
    text: 对本组员工有100元以内的奖励权或处罚权，并将原因报客服总监
    grants:
      - {action: staff.reward, limits: {amount: <= 100 CNY}, scope: own_group, then: [{report_to: 客服总监, within: 1 workday}]}
      - {action: staff.penalty, limits: {amount: <= 100 CNY}, scope: own_group, then: [{report_to: 客服总监, within: 1 workday}]}
  - id: a2
    text: 有权给予客户500元以下的经济补偿，注明原因
    grants:
      - action: complaint.compensate
        limits: {amount: < 500 CNY}
        conditions: {defect_proven: [true]}
        windows: [{period: month, per: customer, max: <= 1000 CNY}]
        then: [{countersigned_by: [总经理, "fact:seller"]}, {finding_by: superior}]
  - {id: a3, text: 有权申请将本组员工调离, grants: [{action: staff.transfer, right: propose, scope: own_group}]}
kpis:
  - {id: k1, name: 投诉按期办结率, definition: 按期办结的投诉除以受理的投诉, weight: 60 %, target: ">= 95 %", source: 投诉台账}
  - {id: k2, name: 客户满意度, weight: 40 %, target: ">= 4.5 分"}
qualifications: [{kind: education, text: 大专及以上}, {kind: experience, text: 三年以上客户服务经验}]
skills: [{kind: knowledge, text: 熟悉消费者权益保护的规定}, 沟通能力强]
taboos: [越权承诺]
conditions: {place: 总部客服中心}
"""
LABELS = Labels(
    {"staff.reward": "奖励员工", "staff.penalty": "处罚员工", "complaint.compensate": "经济补偿"},
    {("complaint.compensate", "defect_proven"): "确有质量问题"},
)
META = PaperMeta("恒远健康科技有限公司", "第 3 版", "2026年12月1日", "KF-02 第 3 版", "QR-0131", labels=LABELS)
HOLDER = Signature(
    "任职人签字", "林晓岚", "客户服务部经理", "2026.11.23", "2026年11月23日 09:12", "以登录密码确认", "已确认"
)
REVIEWER = Signature("审核人", "高嵐", "客服总监", "2026.11.24", "2026年11月24日 10:30", "以登录密码确认", "已审核")


def charter() -> CharterSpec:
    return charter_from_yaml(CHARTER)


def words_of(paper: bytes) -> str:
    with pdfplumber.open(io.BytesIO(paper)) as read:
        return "".join("".join(page.extract_text().split()) for page in read.pages)


def drawn() -> bytes:
    """A black stroke as the signature pad sends it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 90, 4, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(91 * 4))) + chunk(b"IEND", b"")


@pytest.mark.ledger("D-001")
def test_the_printed_charter_has_every_clause_with_its_limits() -> None:
    words = words_of(charter_pdf(charter(), META))
    for expected in (
        "职务说明书", "一、客户类", "二、内部管理类", "同时受销售副总经理领导", "恒远健康科技有限公司", "第3版·自2026年12月1日起生效", "KF-02", "例行工作：投诉周报", "1个工作日内",
        "金额≤¥100", "金额<¥500", "确有质量问题", "由直属上级鉴定责任人", "建议权", "60%", "≥95%", "数据来源：投诉台账", "越权承诺",
    ):  # fmt: skip
        assert expected in words, expected


def test_grants_that_say_the_same_are_printed_once() -> None:
    assert words_of(charter_pdf(charter(), META)).count("金额≤¥100") == 1


def test_grants_that_differ_are_printed_with_their_action() -> None:
    other = charter_from_yaml(
        CHARTER.replace("staff.penalty, limits: {amount: <= 100 CNY}", "staff.penalty, limits: {amount: <= 50 CNY}")
    )
    words = words_of(charter_pdf(other, META))
    for expected in ("奖励员工：", "≤¥100", "处罚员工：", "≤¥50"):
        assert expected in words, expected


def test_a_charter_of_a_title_alone_is_a_page_too() -> None:
    assert "出纳" in words_of(charter_pdf(CharterSpec(title="出纳"), PaperMeta()))
    assert charter_docx(CharterSpec(title="出纳"), PaperMeta()).startswith(b"PK")


def test_a_charter_longer_than_a_page_keeps_all_its_duties() -> None:
    duties = tuple(
        charter().duties[0].model_copy(update={"id": f"d{n}", "text": f"第{n}项工作" + "很长" * 60})
        for n in range(1, 81)
    )
    with pdfplumber.open(io.BytesIO(charter_pdf(charter().model_copy(update={"duties": duties}), META))) as read:
        words = "".join("".join(page.extract_text().split()) for page in read.pages)
        assert len(read.pages) > 4
    assert all(f"第{n}项工作" in words for n in range(1, 81))
    assert "KF-02第3版第2页" in words


@pytest.mark.ledger("D-002")
def test_the_confirmation_carries_both_signatures_and_their_seals() -> None:
    paper = confirmation_pdf(charter(), META, [HOLDER, REVIEWER])
    words = words_of(paper)
    for expected in (
        "岗位职责确认书",
        "任职人声明",
        "生效日期2026年12月1日",
        "QR-0131",
        "以登录密码确认",
        "2026年11月24日10:30",
    ):
        assert expected in words, expected
    with pdfplumber.open(io.BytesIO(paper)) as read:
        # A seal is tilted, so its words are found by their letters; they are vermilion.
        sealed = {
            char["text"]
            for page in read.pages
            for char in page.chars
            if char["non_stroking_color"] == pytest.approx((0.761, 0.196, 0.122), abs=0.01)
        }
    assert set("已确认审核林晓岚高嵐") <= sealed


def test_a_drawn_signature_is_on_the_paper_as_a_picture() -> None:
    signature = Signature(
        HOLDER.role, HOLDER.name, HOLDER.position, HOLDER.date, HOLDER.day, "手写签名", HOLDER.word, drawn()
    )
    with pdfplumber.open(io.BytesIO(confirmation_pdf(charter(), META, [signature]))) as read:
        [picture] = read.pages[-1].images
    assert picture["srcsize"] == (90, 4)


def test_a_drawn_signature_must_be_a_picture() -> None:
    fake = Signature("任职人签字", "林晓岚", "", "", "", "手写签名", "已确认", b"<script>")
    with pytest.raises(BadPaperData):
        confirmation_pdf(charter(), META, [fake])


def test_a_confirmation_to_be_signed_by_hand_leaves_the_room_for_it() -> None:
    words = words_of(confirmation_pdf(charter(), PaperMeta(company="恒远"), []))
    assert "（本人手签）" in words
    assert words.count("日期：年月日") == 2


# --- and back again -------------------------------------------------------------------------------------------------------------


def read_again(spec: CharterSpec) -> DraftPosition:
    [position] = read_charters(read_bytes(charter_docx(spec, META), "客户服务部经理.docx")).positions
    return position


def share_that_came_back(before: list[str], after: list[str]) -> float:
    def likeness(one: str) -> float:
        return max((SequenceMatcher(None, one, other).ratio() for other in after), default=0.0)

    return sum(likeness(one) for one in before) / len(before)


def test_the_printed_word_form_is_read_by_our_own_importer() -> None:
    spec = charter()
    position = read_again(spec)
    assert position.title == "客户服务部经理"
    assert position.department == "客户服务部"
    assert position.reports_to == ("客服总监",)
    assert set(position.supervises) == {"健康顾问", "投诉专员"}
    assert share_that_came_back([duty.text for duty in spec.duties], [duty.text for duty in position.duties]) >= 0.9
    assert share_that_came_back([one.text for one in spec.authority], [one.text for one in position.authority]) >= 0.9


def test_limits_rhythms_and_weights_survive_the_way_through_word() -> None:
    position = read_again(charter())
    limits = {f"{bound.op} {bound.max}" for clause in position.authority for bound in clause.limits}
    assert limits == {"<= 100", "< 500"}
    assert {duty.every for duty in position.duties if duty.every} == {"week", "month"}
    assert [(kpi.text, f"{kpi.weight:.2f}") for kpi in position.kpis] == [
        ("投诉按期办结率", "0.60"),
        ("客户满意度", "0.40"),
    ]


def test_nothing_is_read_that_was_not_a_clause() -> None:
    position = read_again(charter())
    assert len(position.duties) == len(charter().duties)
    assert len(position.authority) == len(charter().authority)
