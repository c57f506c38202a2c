"""The story of the first issue: from a manager's Word file to a department that runs on it, each at a desk of his own.

The general manager brings the charter of the service manager into force and appoints her. The adviser refunds, the manager
rewards, the director compensates and travels, her assistant acts for her.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from docx import Document
from docx.document import Document as Word
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.accounts.actions import create_user
from remit.kernel.accounts.actor import system
from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.models import Grant, Matter
from remit.kernel.organization.models import Appointment
from tests.cast import Firm, build_firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PASSWORD = "a kettle sings at seven"
CUSTOMER = "王淑芬"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_file() -> bytes:
    """A charter as it lies on a manager's disk: a table for the head, numbers that Word makes by itself."""
    document: Word = Document()
    document.add_heading("客服部经理岗位说明书", 0)
    table = document.add_table(rows=2, cols=4)
    for row, texts in enumerate(
        [("岗位名称", "客服部经理", "所属部门", "客户服务部"), ("直接上级", "客服部总监", "下属岗位", "健康顾问")]
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.add_heading("岗位职责", 1)
    for duty in ("每周一汇总上一周的投诉与处理结果，报客服部总监。", "受理升级的投诉，一个工作日内给出处理方案。",
                 "培训新到岗的健康顾问。"):  # fmt: skip
        document.add_paragraph(duty, style="List Number")
    document.add_heading("岗位权限", 1)
    for right in ("有权给予本组员工100元以内（含100元）的奖励，并将原因报客服部总监。", "对本组员工的调离有建议权。"):
        document.add_paragraph(right, style="List Number 2")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class Office:
    """Everybody sits at a desk with a browser of his own. What any browser complained about is kept."""

    def __init__(self, chromium: Browser, url: str, firm: Firm) -> None:
        self.chromium, self.url, self.firm = chromium, url, firm
        self.desks: dict[str, Page] = {}
        self.complaints: list[str] = []

    def desk(self, name: str) -> Page:
        """The browser of somebody who has logged in."""
        if name not in self.desks:
            context = self.chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            context.set_default_timeout(15_000)
            page = self.desks[name] = context.new_page()
            page.on("console", self._hear)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.goto(f"{self.url}/login/")
            page.locator("input[name=login]").fill(self.firm[name].employee_no)
            page.locator("input[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            expect(page.get_by_role("heading", level=1, name="今日")).to_be_visible()
        return self.desks[name]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location}")

    def act(self, name: str, action: str, *, proven: bool | None = None, whom: str = "", **texts: str) -> Page:
        """Fill in the form of an action and send it. `whom` is found in its one picker."""
        page = self.desk(name)
        page.goto(f"{self.url}/authority/act/{action}/")
        if whom:
            choose(page, re.compile("员工|销售人"), whom)
        if proven is not None:
            page.locator(f"input[name=defect_proven][value={'true' if proven else 'false'}]").check()
        for field, text in texts.items():
            page.locator(f"[name={field}]").fill(text)
        page.get_by_role("button", name="提交").click()
        return page

    def close(self) -> None:
        for page in self.desks.values():
            page.context.close()


def choose(page: Page, label: str | re.Pattern[str], text: str) -> None:
    """Find somebody in a picker by name, pinyin or initials."""
    field = page.get_by_role("combobox", name=label)
    field.fill(text)
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(page.locator(".picker__chip")).to_be_visible()


@pytest.fixture
def office(chromium: Browser, live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[Office]:
    """The cast, before the service manager has a charter and a holder."""
    settings.FILES_DIR = tmp_path / "files"
    with transaction.atomic():  # the verbs are called without the gate here
        firm = build_firm()
        give(firm, "总经理", "第9条", {"action": "charter.*"})
        Grant.objects.filter(position=firm.positions["客服部经理"]).delete()
        Appointment.objects.filter(position=firm.positions["客服部经理"]).delete()
        authority_changed()
        for person in firm.people.values():
            person.user = create_user(
                username=person.employee_no, name=person.name, password=PASSWORD, must_change_password=False,
                actor=system("tests"),
            )  # fmt: skip
            person.save(update_fields=["user"])
    office = Office(chromium, live_server.url, firm)
    yield office
    office.close()


def test_from_a_word_file_to_a_running_department(office: Office) -> None:
    import_and_review(office)
    put_into_force_and_appoint(office)
    adviser_refunds_a_proven_defect(office)
    manager_rewards(office)
    director_compensates(office)
    director_travels_and_her_assistant_acts(office)
    assert office.complaints == []


def import_and_review(office: Office) -> None:
    page = office.desk("周岚")
    page.goto(f"{office.url}/charters/import/")
    page.locator("#files").set_input_files({"name": "客服部经理.docx", "mimeType": DOCX, "buffer": word_file()})
    page.wait_for_url("**/charters/import/*/")
    page.get_by_role("link", name="客服部经理", exact=True).click()
    reward = page.locator('[data-item][data-part="authority"]', has_text="100元")
    expect(reward).to_contain_text("奖励员工")
    expect(reward).to_contain_text("≤ ¥100")
    expect(page.locator(".item--current")).to_be_visible()  # the keys work from now on
    progress = page.locator("#review-progress")
    for seen in range(1, 6):
        page.keyboard.press("Enter")
        expect(progress).to_contain_text(f"{seen}/5")


def put_into_force_and_appoint(office: Office) -> None:
    page = office.desk("周岚")
    page.locator("[data-activate]").click()
    expect(page.locator("select[name=position] option:checked")).to_contain_text("客服部经理")
    page.get_by_role("main").locator("button.button--primary[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("客服部经理岗位说明书 v1")
    page.get_by_role("link", name="任命", exact=True).click()
    choose(page, "人员", "lxl")
    page.get_by_role("button", name="任命", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("林晓岚")
    assert Appointment.objects.get(position=office.firm.positions["客服部经理"]).person == office.firm["林晓岚"]


def adviser_refunds_a_proven_defect(office: Office) -> None:
    page = office.act("陈立", "remedy.refund", proven=True, customer=CUSTOMER, amount="298", reason="胶囊受潮结块")
    page.wait_for_url("**/authority/matters/*/")
    expect(page.get_by_role("main")).to_contain_text("胶囊受潮结块")
    expect(page.get_by_role("main")).to_contain_text("¥298.00")
    # A finding is asked of the director: who is responsible.
    director = office.desk("高岚")
    director.goto(f"{office.url}/")
    director.get_by_role("link", name=re.compile(CUSTOMER)).first.click()
    director.wait_for_url("**/authority/obligations/*/")
    director.get_by_label("责任不明，由公司承担").check()
    director.get_by_role("button", name="提交").click()
    expect(director.locator(".seal").first).to_be_visible()


def manager_rewards(office: Office) -> None:
    page = office.act("林晓岚", "staff.reward", whom="chenli", amount="100", reason="季度之星")
    page.wait_for_url("**/authority/matters/*/")
    page.goto(f"{office.url}/audit/")
    page.get_by_role("main").get_by_role("link", name=re.compile("奖励员工")).first.click()
    expect(page.get_by_role("main")).to_contain_text(
        "客服部经理岗位说明书 v1"
    )  # the one that was imported this morning
    page = office.act("林晓岚", "staff.reward", whom="cl", amount="101", reason="连续三月零投诉")
    page.wait_for_url("**/authority/approvals/*/")
    expect(page.get_by_role("main")).to_contain_text("高岚")
    assert Matter.objects.filter(action="staff.reward").count() == 1
    director = office.desk("高岚")
    director.goto(f"{office.url}/")
    director.get_by_role("link", name=re.compile("奖励员工 ¥101")).first.click()
    director.get_by_role("button", name="批准").first.click()
    expect(director.get_by_text("已批准并执行").first).to_be_visible()
    assert Matter.objects.filter(action="staff.reward", facts__amount="101.00").count() == 1


def director_compensates(office: Office) -> None:
    page = office.act("高岚", "remedy.compensate", whom="chenli", customer=CUSTOMER, amount="499.99", reason="误工")
    page.wait_for_url("**/authority/matters/*/")
    for name in ("周岚", "陈立", "韩涛"):  # the general manager, who sold it, the head of finance
        signer = office.desk(name)
        signer.goto(f"{office.url}/")
        expect(signer.get_by_role("link", name=re.compile("¥499.99")).first).to_be_visible()
    page = office.act("高岚", "remedy.compensate", customer="李女士", amount="500", reason="误工")
    page.wait_for_url("**/authority/approvals/*/")
    expect(page.get_by_role("main")).to_contain_text("周岚")


def director_travels_and_her_assistant_acts(office: Office) -> None:
    page = office.desk("高岚")
    page.goto(f"{office.url}/organization/acting/new/")
    page.get_by_role("main").get_by_role("link", name="客服部总监").click()
    choose(page, "代理人", "sunke")
    page.locator("[name=reason]").fill("出差")
    page.locator("button.button--primary[type=submit]").click()
    page.wait_for_url("**/organization/acting/")

    deputy = office.act("孙可", "remedy.compensate", customer="赵先生", amount="300", reason="误工")
    deputy.wait_for_url("**/authority/matters/*/")
    expect(deputy.get_by_role("main")).to_contain_text("代理高岚")
    deputy.goto(f"{office.url}/audit/")
    deputy.get_by_role("link", name=re.compile("经济补偿")).first.click()
    event = deputy.get_by_role("main")
    expect(event).to_contain_text("孙可")
    expect(event).to_contain_text("代理高岚")
