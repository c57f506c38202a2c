"""The cast's firm in the middle of a working day: something of every kind lies about, all of it 恒信健康's own.

For tests that look at every page at once. A rule has a test of its own, with only what it needs.
"""

import datetime as dt
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.actor import system
from remit.kernel.accounts.models import User
from remit.kernel.agreements.links import token_of as token_of_paper
from remit.kernel.agreements.models import ShareLink
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.models import DeclaredAction, Grant, Matter, Obligation, SeparationRule
from remit.kernel.billing.access_meters import PHOTOS as METER_PHOTOS
from remit.kernel.billing.models import Bill, Movement
from remit.kernel.billing.tests.estate import build_estate
from remit.kernel.charters.importing.receiving import receive_file
from remit.kernel.charters.models import CharterVersion, ImportedDocument
from remit.kernel.credit.links import token_of as token_of_statement
from remit.kernel.credit.models import StatementLink
from remit.kernel.documents.actions import store
from remit.kernel.dunning.models import Reminder
from remit.kernel.ledger.models import Account, Book, Paper, Volume
from remit.kernel.organization import importing
from remit.kernel.organization.models import Acting
from remit.kernel.organization.queries import today
from remit.kernel.packs.loader import SHIPPED
from remit.kernel.parties.models import ImportRun, Merge, PartyFile
from remit.kernel.procedures.checking import read_file
from remit.kernel.procedures.mailbox.fetching import take_in
from remit.kernel.procedures.models import Mailbox, StatusLink, StepRun
from remit.kernel.procedures.plans.actions import put_plan
from remit.kernel.procedures.plans.checking import read_file as read_plan
from remit.kernel.procedures.public.links import token_of as token_of_link
from remit.kernel.procedures.standing import put_procedure
from remit.kernel.spending.models import ClaimPaper
from remit.kernel.treasury.models import Cheque, Drawer
from remit.kernel.work.actions import Performer, open_item
from remit.kernel.work.models import Notice
from remit.lib.sheets import write_xlsx
from remit.packs.key_accounts.models import TrafficImport
from tests.banking import add_banking
from tests.browsing import browser_of
from tests.cast import Firm, away, build_firm, give

PASSWORD = "a kettle sings at seven"
CUSTOMER = "欧阳淑芬"  # a name that nothing else contains
IMPORTED = "投诉专员岗位职责.md"
DOCUMENT = """# 投诉专员岗位职责

所属部门:客户服务部
直接上级:客服部经理

## 岗位职责

1. 受理客户的投诉并在当日登记。
2. 每周汇总一次投诉,写成周报。

## 岗位权限

1. 有权对50元以内的赠品作出决定。
"""
CASHIER = """
title: 出纳
department: 财务部
reports_to: [财务总监]
purpose: 保管现金与票据,逐日核对。
duties:
  - {id: d1, text: 每日盘点保险柜里的现金并登记, every: day, binding: {kind: routine, reason: 写明每日}}
"""


@dataclass
class World:
    """Ids of what lies about, under the names that the table of addresses uses."""

    firm: Firm
    waiting: int  # 林晓岚 asks 高岚 for a reward of 101
    own: int  # 高岚's own request, waiting at 周岚's
    matter: int  # 陈立 refunded a proven defect
    obligation: int  # 高岚 has to find who was responsible for it
    event: int  # of that refund
    grant: int  # 林晓岚's right to reward up to 100
    document: int  # an import that 周岚 has read in
    draft: int
    item: int
    charter: int  # of the cashier's post
    version: int
    post: int
    holder: int  # 吴越, who has not signed yet
    shared: int  # 健康顾问: two hold it, and there are places for more
    unit: int  # 财务部
    person: int  # 陈立
    acting: int  # 顾北 acts for 周岚
    upload: str  # the organization as a file, looked at by 周岚 and not yet taken in
    sheet: str  # a reward in a spreadsheet of 林晓岚, sent and not possible
    work: int  # 陈立 has to call the customer back
    worked: int  # 林晓岚 has handed in a photo
    evidence: int  # that photo
    summary: int  # 陈立's week
    mailbox: int  # of the company, kept by 陈立, and a mail that came into it and opened a case
    mail: int
    status: str  # the token of the link to that case, which its writer got
    notice: int  # 林晓岚 was told of it
    task: int  # 高岚 has given 林晓岚 something to do
    token: int  # of 陈立's login, like the two below
    session: int
    passkey: int
    customer: int  # 陈立's, with a telephone number, and another file that was merged into it
    party_merge: int
    handover: int  # of 赵敏之's customers to 林晓岚
    party_import: int  # 林晓岚's, of one customer
    party_file: int  # the agreement of 陈立's customer
    allocation: int  # proposed by 林晓岚: 陈立's customer to 赵敏之
    segment: int  # 林晓岚's, shared with nobody
    view: int  # 林晓岚's of the cases, shared with nobody
    party_upload: str  # customers as a file, looked at by 林晓岚 and not yet taken in
    entry: int  # a voucher that the system made in 恒信健康's books
    paper: int  # its original
    account: int  # 办公费
    volume: int  # bank statements of 2010 in 恒信健康's archive
    owed: int  # an audited voucher of which something is to be paid
    cheque: int  # blank
    drawer: int  # the cashier's
    traffic_import: int  # 林晓岚's, of one week of the customer
    traffic_upload: str  # a week of traffic, looked at by 林晓岚, with a row that is wrong
    case: int  # a complaint that 陈立 took in and has to judge
    case_run: int
    mandate: int  # of 陈立's customer
    banking: dict[str, int]  # tests.banking: what 恒信健康 has at its bank
    meter: int  # of an estate of two dwellings, billed for November by 林晓岚
    reading_with_photo: int
    held_reading: int  # of December, entered by 陈立
    fee_run: int
    billable: int
    tariff: int
    bill: int
    quote: int  # 陈立's, for the customer
    contract: int  # 陈立's, for the customer, not signed
    signed: int  # 陈立's confirmation, signed by 周岚
    paper_link: str  # the token of a link to it
    statement_link: str  # the token of a link to a statement of account
    charged: dict[str, int]  # add_fees
    chased: dict[str, int]  # chase_arrears
    claimed: dict[str, int]  # claim_expenses
    company: int  # 恒信健康
    secrets: dict[str, str]  # the raw tokens of people, by name


def _sheet_done(firm: Firm) -> str:
    lin, table = browser_of(firm, "林晓岚"), write_xlsx(["员工", "金额", "原因"], [["陈立", "九十", f"{CUSTOMER}致谢"]])
    sent = lin.post(
        reverse("authority:action-sheet", args=["staff.reward"]), {"file": SimpleUploadedFile("奖.xlsx", table)}
    )
    lin.post(sent["Location"])
    return str(sent["Location"].rstrip("/").rsplit("/", 1)[-1])


def build_world() -> World:
    firm = build_firm()
    DeclaredAction.objects.create(name="oversight.fees", labels={"zh-hans": "查阅全部收费"}, origin="pack:test")
    authority_changed()
    give(
        firm,
        "总经理",
        "第9条",
        *(
            {"action": f"{family}.*"}
            for family in (
                "charter",
                "account",
                "authority",
                "pack",
                "calendar",
                "plan",
                "mailbox",
                "intake",
                "mandate",
                "bank",
                "debit",
                "agreement",
                "contract",
                "seal",
                "price",
                "charge",
                "receipt",
                "credit",
                "shipment",
                "statement",
                "billable",
                "tariff",
                "clearing",
                "late_fee",
            )
        ),
        {"action": "summary.set_rule"},
        {"action": "oversight.fees"},
    )
    SeparationRule.objects.create(
        code="remedy-reward",
        name="奖励与补偿分离",
        first=["staff.reward"],
        second=["remedy.compensate"],
        control="总经理每月抽查",
    )
    refund = {"customer": CUSTOMER, "amount": "298", "defect_proven": True, "reason": "胶囊受潮结块"}
    refunded = firm.do("陈立", "remedy.refund", **refund)
    reward = {"staff": firm["陈立"].pk, "amount": "101", "reason": f"安抚{CUSTOMER}有功"}
    waiting = firm.do("林晓岚", "staff.reward", **reward)
    own = firm.do("高岚", "remedy.compensate", customer=CUSTOMER, amount="500", reason="误工")
    read = receive_file(firm.actor("周岚"), DOCUMENT.encode(), IMPORTED, company=firm.health.pk)
    document = ImportedDocument.objects.get(pk=read.subject[1])
    position = firm.positions["出纳"].pk
    day = timezone.localdate().isoformat()
    defined = firm.do("周岚", "charter.define", position=position, yaml={"text": CASHIER}, start=day)
    version = CharterVersion.objects.get(pk=defined.subject[1])
    draft = document.drafts.get()
    secrets = {name: token_of(firm, name) for name in firm.people}
    away(firm, "周岚", "顾北")
    file = SimpleUploadedFile("组织.xlsx", importing.export_workbook())
    uploaded = browser_of(firm, "周岚").post(reverse("organization:exchange"), {"file": file, "on": day})
    login = firm["陈立"].user
    assert waiting.request_id and own.request_id and refunded.event_id and login
    work, worked, evidence = lay_out_work(firm)
    due_at = timezone.now() + dt.timedelta(days=2)
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
    week = firm.do("陈立", "summary.send", kind="week", starts_on=monday, text=f"回访{CUSTOMER}等十二户")
    asked = firm.do("高岚", "task.give", title=f"回访{CUSTOMER}", performers=[firm["林晓岚"].pk], due_at=due_at)
    customer, party_merge, handover = open_customers(firm)
    mandate = registered_mandate(firm, customer)
    quote, contract, signed, paper_link = drafted_agreements(firm, customer)
    party_import, party_upload = take_in_customers(firm)
    traffic_import, traffic_upload = take_in_traffic(firm)
    entry, paper = keep_books(firm)
    fees = bill_an_estate(firm)
    case, case_run = take_complaint(firm)
    mailbox, mail = take_in_mail(firm)
    session = UserSession.objects.create(
        user=login, ip="10.1.2.3", user_agent="Chrome/140", session_key=browser_of(firm, "陈立").session.session_key
    )
    passkey = Authenticator.objects.create(user=login, type=Authenticator.Type.WEBAUTHN, data={"name": "笔记本"})
    return World(
        firm=firm,
        sheet=_sheet_done(firm),
        waiting=waiting.request_id,
        own=own.request_id,
        matter=Matter.objects.get().pk,
        obligation=Obligation.objects.get().pk,
        event=refunded.event_id,
        grant=Grant.objects.get(position=firm.positions["客服部经理"], action="staff.reward").pk,
        document=document.pk,
        draft=draft.pk,
        item=draft.items.order_by("order", "id")[0].pk,
        charter=version.charter_id,
        version=version.pk,
        post=position,
        holder=firm["吴越"].pk,
        shared=firm.positions["健康顾问"].pk,
        unit=firm.finance.pk,
        person=firm["陈立"].pk,
        acting=Acting.objects.get().pk,
        upload=uploaded["Location"].rstrip("/").rsplit("/", 1)[-1],
        work=work,
        worked=worked,
        evidence=evidence,
        summary=int(week.subject[1]),
        task=int(asked.subject[1]),
        mailbox=mailbox,
        mail=mail,
        status=token_of_link(StatusLink.objects.get(case__mails=mail)),
        notice=Notice.objects.get(topic=f"task:{asked.subject[1]}").pk,
        token=login.api_tokens.get().pk,
        session=session.pk,
        passkey=passkey.pk,
        customer=customer,
        mandate=mandate,
        banking=add_banking(firm.health.pk, customer),
        **fees,
        quote=quote,
        contract=contract,
        signed=signed,
        paper_link=paper_link,
        charged=(charged := add_fees(firm)),
        claimed=claim_expenses(firm),
        chased=chase_arrears(firm, charged["payer"]),
        statement_link=token_of_statement(StatementLink.objects.get()),
        party_merge=party_merge,
        handover=handover,
        party_import=party_import,
        party_file=attach_to(firm, customer),
        allocation=int(
            firm.do(
                "林晓岚",
                "customer.propose_allocation",
                source="person",
                giver=firm["陈立"].pk,
                takers=[firm["赵敏之"].pk],
            ).subject[1]
        ),
        segment=int(firm.do("林晓岚", "customer.keep_segment", name="机构").subject[1]),
        view=int(firm.do("林晓岚", "case.keep_view", name="我的逾期").subject[1]),
        party_upload=party_upload,
        entry=entry,
        owed=owe_for_paper(firm),
        drawer=Drawer.objects.get().pk,
        cheque=Cheque.objects.order_by("pk")[0].pk,
        paper=paper,
        account=Account.objects.get(company=firm.health, code="560204").pk,
        volume=Volume.objects.get().pk,
        traffic_import=traffic_import,
        traffic_upload=traffic_upload,
        case=case,
        case_run=case_run,
        company=firm.health.pk,
        secrets=secrets,
    )


def lay_out_work(firm: Firm) -> tuple[int, int, int]:
    """An open item of 陈立's, one that 林晓岚 has done, and the photo that he handed in."""

    def item(name: str, kind: str, label: str) -> int:
        return open_item(
            "routine", f"world.{name}", Performer(person_id=firm[name].pk), due_at=timezone.now() + dt.timedelta(hours=3),
            labels={"zh-hans": f"回访{CUSTOMER}"}, provenances={"zh-hans": "岗位说明书 v1"}, target=0, company_id=firm.health.pk,
            evidence=[{"kind": kind, "label": label}],
        )  # fmt: skip

    worked = item("林晓岚", "photo", "现场照片")
    photo = store(
        b"not looked at", "现场.jpg", "image/jpeg", actor=firm.actor("林晓岚"), room="work", company_id=firm.health.pk
    )
    firm.do("林晓岚", "work.finish", item=worked, files={"现场照片": [photo.pk]})
    return item("陈立", "number", "通数"), worked, photo.pk


def registered_mandate(firm: Firm, customer: int) -> int:
    signed = {"bank_name": "中国银行", "holder": CUSTOMER, "account": "456789012345678", "signed_on": "2026-01-05"}
    return int(firm.do("陈立", "mandate.register", party=customer, **signed).subject[1])


def bill_an_estate(firm: Firm) -> dict[str, int]:
    """Read in November, with a photo, and billed; in December a figure that is lower."""
    estate = build_estate(2, firm)
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "JPEG")
    photo = store(
        drawn.getvalue(), "表.jpg", "image/jpeg", actor=firm.actor("陈立"), room=METER_PHOTOS, company_id=firm.health.pk
    )
    read = firm.do("陈立", "meter.read", meter=estate.meters[0].pk, on="2025-11-30", value="112", photo=photo.pk)
    run = firm.do("林晓岚", "bill.run", period="2025-11")
    held = firm.do("陈立", "meter.read", meter=estate.meters[0].pk, on="2025-12-05", value="90")
    return {
        "meter": estate.meters[0].pk, "reading_with_photo": int(read.subject[1]), "held_reading": int(held.subject[1]),
        "fee_run": int(run.subject[1]), "billable": estate.units[0].pk, "tariff": estate.tariffs["wy"].pk, "bill": Bill.objects.order_by("pk")[0].pk,
    }  # fmt: skip


def add_fees(firm: Firm) -> dict[str, int]:
    """Of a second customer of 陈立's, so that no debit asks for it."""
    opened = firm.do("陈立", "customer.open", name=f"{CUSTOMER}之店", kind="organization", knowingly=True)
    payer = int(opened.subject[1])
    fee = {"payer": payer, "kind": "principal", "title": f"{CUSTOMER}维修费", "amount": "80", "on": "2026-03-01"}
    firm.do("周岚", "charge.add", **fee, due_on="2026-03-10")
    paid = firm.do("周岚", "receipt.take", payer=payer, amount="110", method="cash", on="2026-03-06")
    later = int(firm.do("周岚", "charge.add", **fee, due_on="2026-03-20").subject[1])
    firm.do("周岚", "charge.waive", charge=later, amount="10", on="2026-03-07", reason="多计")
    waiver = Movement.objects.get(kind="waiver").pk
    open_one = int(firm.do("周岚", "charge.add", **fee, due_on="2026-03-30").subject[1])
    stated = {"party": payer, "since": "2026-03-01", "until": "2026-03-31"}
    statement = int(firm.do("周岚", "statement.draw_one", **stated).subject[1])
    firm.do("周岚", "statement.share", statement=statement)
    differs = int(firm.do("周岚", "statement.draw_one", **{**stated, "until": "2026-03-30"}).subject[1])
    rows = [{"line": f"{CUSTOMER}维修费", "amount": "5"}]
    told = {"way": "telephone", "name": f"{CUSTOMER}经理", "differences": rows}
    firm.do("周岚", "statement.answer", statement=differs, **told)
    limit = {"amount": "10", "term_days": "30", "since": "2026-03-01", "reason": "新客户"}
    firm.do("周岚", "credit.set_limit", party=payer, **limit)
    line = {"goods": "礼茶", "unit": "盒", "quantity": "3", "unit_price": "100", "tax_rate": "13"}
    said = {"party": payer, "kind": "order", "title": f"{CUSTOMER}礼茶", "lines": [line]}
    order = int(firm.do("陈立", "agreement.draft", **said).subject[1])
    return {
        "charge": open_one, "waiver": waiver, "receipt": int(paid.subject[1]), "payer": payer, "statement": statement, "differs": differs,
        "order": order,
    }  # fmt: skip


def chase_arrears(firm: Firm, payer: int) -> dict[str, int]:
    """A run with a letter to the customer and visits to the estate's people, and a hold on him."""
    give(firm, "总经理", "第91条", {"action": "arrears.*"})
    authority_changed()
    for which, channel in (("organization", "letter"), ("person", "visit")):
        steps = [{"days": 1, "channel": channel}]
        firm.do("周岚", "arrears.lay_down", customer_class=which, steps=steps)
    day = today()
    run = int(firm.do("周岚", "arrears.remind", on=day).subject[1])
    held = firm.do("周岚", "arrears.hold", payer=payer, until=day, reason="商谈中")
    reminder = Reminder.objects.get(run=run, payer=payer).pk
    return {"payer": payer, "run": run, "reminder": reminder, "hold": int(held.subject[1])}


def drafted_agreements(firm: Firm, customer: int) -> tuple[int, int, int, str]:
    """A quote, a contract, a confirmation that the general manager has signed, and the token of a link to it."""
    line = {"goods": "礼茶", "unit": "盒", "quantity": "3", "unit_price": "100", "tax_rate": "13"}
    made = {}
    for kind in ("quote", "contract", "confirmation"):
        said = {"party": customer, "kind": kind, "title": f"{CUSTOMER}礼茶", "lines": [line]}
        made[kind] = int(firm.do("陈立", "agreement.draft", **said).subject[1])
    firm.do("周岚", "contract.sign", agreement=made["confirmation"])
    firm.do("陈立", "agreement.share", agreement=made["confirmation"])
    firm.do("周岚", "seal.keep", company=firm.health.pk, seal="contract", keeper=firm["周岚"].pk)
    return made["quote"], made["contract"], made["confirmation"], token_of_paper(ShareLink.objects.get())


def open_customers(firm: Firm) -> tuple[int, int, int]:
    """A customer of 陈立's, the merge of a second file into it, and a handover that can be taken back."""
    give(firm, "健康顾问", "第8条", {"action": "customer.open"}, {"action": "customer.claim"})
    give(firm, "客服部经理", "第8条", {"action": "customer.*"})
    authority_changed()
    facts = {"name": CUSTOMER, "kind": "person", "phone": "13805712233"}
    kept, gone = (int(firm.do("陈立", "customer.open", **facts, knowingly=True).subject[1]) for _n in range(2))
    firm.do("陈立", "customer.merge", party=kept, gone=gone)
    handed = firm.do("林晓岚", "customer.hand_over", giver=firm["赵敏之"].pk, taker=firm["林晓岚"].pk)
    return kept, Merge.objects.get().pk, int(handed.subject[1])


def attach_to(firm: Firm, customer: int) -> int:
    """The customer's agreement."""
    file = store(
        b"signed", "协议.pdf", "application/pdf", actor=firm.actor("陈立"), room="parties", company_id=firm.health.pk
    )
    firm.do("陈立", "customer.attach", party=customer, files=[file.pk], kind="agreement")
    return PartyFile.objects.get().pk


def take_complaint(firm: Firm) -> tuple[int, int]:
    """Two complaints of the same customer, the second still to be judged; and a plan that runs."""
    put_procedure(read_file(SHIPPED / "customer-service" / "procedures" / "complaint.yaml"), "pack:test")
    answers = {"contact": CUSTOMER, "channel": "phone", "category": "product", "content": "胶囊受潮"}
    facts = {"procedure": "complaint", "title": f"{CUSTOMER}投诉", "subject": CUSTOMER, "answers": answers}
    firm.do("陈立", "case.open", **facts)
    case = int(firm.do("陈立", "case.open", **facts).subject[1])
    put_procedure(read_file(SHIPPED / "customer-service" / "procedures" / "callback.yaml"), "pack:test")
    for name in ("callback_members", "callback_birthday"):
        put_plan(read_plan(SHIPPED / "customer-service" / "plans" / f"{name}.yaml"), "pack:test")
    firm.do("周岚", "plan.start", plan="callback_members", company=firm.health.pk)
    return case, StepRun.objects.get(case=case).pk


def take_in_mail(firm: Firm) -> tuple[int, int]:
    """A mailbox, and a letter of the customer's that came into it; and the page on which customers write."""
    facts = {"company": firm.health.pk, "address": "tousu@example.cn", "host": "imap.example.cn", "port": 993, "security": "tls",
             "username": "tousu", "password": PASSWORD, "procedure": "complaint", "keeper": firm["陈立"].pk}  # fmt: skip
    mailbox = Mailbox.objects.get(pk=firm.do("周岚", "mailbox.set", **facts).subject[1])
    letter = EmailMessage()
    letter["From"], letter["Subject"], letter["Message-ID"] = (
        f"{CUSTOMER} <o@example.com>",
        "又受潮了",
        "<1@example.com>",
    )
    letter.set_content(f"{CUSTOMER}来信")
    take_in(mailbox, letter.as_bytes(), None)
    firm.do(
        "周岚", "intake.set", company=firm.health.pk, slug="hengxin", keeper=firm["陈立"].pk, telephone="400-8001234"
    )
    return mailbox.pk, mailbox.mails.get().pk


def take_in_customers(firm: Firm) -> tuple[int, str]:
    """A file of customers that was taken in, and one that waits to be, with a row that is wrong."""
    client, headers = browser_of(firm, "林晓岚"), ["名称", "电话"]
    tokens = []
    for name, phone in ((f"{CUSTOMER}的公司", "13900009999"), (f"{CUSTOMER}的分公司", "1")):
        file = SimpleUploadedFile("客户.xlsx", write_xlsx(headers, [[name, phone], [f"{name}二", "13900008888"]]))
        tokens.append(
            client.post(reverse("parties:exchange"), {"file": file})["Location"].rstrip("/").rsplit("/", 1)[-1]
        )
    client.post(reverse("parties:import-take-in", args=[tokens[0]]))
    return ImportRun.objects.get().pk, tokens[1]


def keep_books(firm: Firm) -> tuple[int, int]:
    """Books with one voucher that nobody has audited, and a scanned original."""
    give(firm, "客服部经理", "第89条", *({"action": f"{family}.*"} for family in ("voucher", "ledger", "archive")))
    authority_changed()
    keeper, company = system("tests"), firm.health.pk
    if not Book.objects.filter(company=company).exists():
        perform(keeper, "ledger.found", {"company": company, "month": "2026-01-01"})
    lines = [{"account": "560204", "debit": "120"}, {"account": "1001", "credit": "120"}]
    facts = {"company": company, "on": "2026-02-05", "summary": "办公费", "lines": lines}
    entry = int(perform(keeper, "voucher.post", facts).subject[1])
    file = store(b"an invoice", "发票.pdf", "application/pdf", actor=keeper, room="ledger", company_id=company)
    perform(firm.actor("林晓岚"), "voucher.attach", {"entry": entry, "files": [file.pk]})
    bank = {"company": company, "kind": "bank", "title": "银行对账单", "pages": 40, "place": "档案室"}
    perform(keeper, "archive.bind", {**bank, "since": "2010-01-01", "until": "2010-12-01"})
    return entry, Paper.objects.get().pk


def owe_for_paper(firm: Firm) -> int:
    """An audited voucher that owes a supplier something, and a cheque book to pay with."""
    give(firm, "客服部经理", "第90条", *({"action": f"{family}.*"} for family in ("bank", "cheque", "cash", "drawer")))
    authority_changed()
    keeper, company = system("tests"), firm.health.pk
    lines = [{"account": "560204", "debit": "900"}, {"account": "2202", "credit": "900"}]
    facts = {"company": company, "on": "2026-02-06", "summary": "欠纸款", "lines": lines}
    owed = int(perform(keeper, "voucher.post", facts).subject[1])
    judged = {"verdict": "passed", "is_legal": True, "is_true": True, "is_complete": True}
    perform(firm.actor("林晓岚"), "voucher.audit", {"entry": owed, **judged})
    book = {"company": company, "first": "30001", "last": "30003", "keeper": firm["吴越"].pk, "on": "2026-02-06"}
    perform(keeper, "cheque.take_book", book)
    perform(keeper, "drawer.open", {"company": company, "name": "前台现金", "keeper": firm["吴越"].pk})
    return owed


def claim_expenses(firm: Firm) -> dict[str, int]:
    """Claims of 陈立: one to be reviewed with a picture of its invoice, one to be paid, one that came back."""
    give(firm, "总经理", "第92条", {"action": "claim.*"})
    authority_changed()
    line = {"on": "2026-02-06", "purpose": "打车", "account": "560102", "amount": "30"}
    actor, company = firm.actor("陈立"), firm.health.pk
    file = store(b"a ticket", "车票.jpg", "image/jpeg", actor=actor, room="spending", company_id=company)
    made = {}
    for name, files in (("filed", [file.pk]), ("reviewed", []), ("returned", [])):
        made[name] = int(firm.do("陈立", "claim.file", title="拜访客户", lines=[line], files=files).subject[1])
    perform(system("tests"), "claim.review", {"claim": made["reviewed"]})
    firm.do("周岚", "claim.return", claim=made["returned"], reason="缺行程单")
    return {**made, "file": ClaimPaper.objects.get().pk}


def take_in_traffic(firm: Firm) -> tuple[int, str]:
    """A week of traffic that was taken in, and one that waits to be, with a row that is wrong."""
    give(firm, "客服部经理", "第88条", {"action": "traffic.*"})
    authority_changed()
    client, headers = browser_of(firm, "林晓岚"), ["客户", "产品", "日期", "流量"]
    tokens = []
    for day, other in (("2026-11-09", "2026-11-02"), ("2026-11-16", "昨天")):
        lines = [[CUSTOMER, "专线", day, "12.5"], [CUSTOMER, "专线", other, "11"]]
        file = SimpleUploadedFile("周表.xlsx", write_xlsx(headers, lines))
        sent = client.post(reverse("traffic:import"), {"period": "week", "file": file})
        tokens.append(sent["Location"].rstrip("/").rsplit("/", 1)[-1])
    client.post(reverse("traffic:import-take-in", args=[tokens[0]]))
    return TrafficImport.objects.get().pk, tokens[1]


def give_password(firm: Firm, name: str) -> User:
    """A login as people have it: browser_of makes one that only a test gets in with."""
    browser_of(firm, name)
    user = firm[name].user
    assert user is not None
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def token_of(firm: Firm, name: str) -> str:
    """A token for programs in the person's name, as it is sent. Makes the login, which gets a password."""
    user = give_password(firm, name)
    _token, raw = accounts.issue_token(
        user.pk, name=f"{name}的导出", expires_at=timezone.now() + dt.timedelta(days=1), actor=system("tests")
    )
    return raw


def program_of(world: World, name: str) -> Client:
    """A program that calls the API with the person's token."""
    return Client(headers={"authorization": f"Bearer {world.secrets[name]}"})
