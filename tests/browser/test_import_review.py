"""The main job in a real browser: log in, drop a Word file, look through it with the keyboard, put it into force."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from docx import Document
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.accounts import actions
from remit.kernel.accounts.actor import system
from remit.kernel.authority.loading import authority_changed
from remit.kernel.charters.models import CharterVersion, DraftItem
from remit.kernel.organization.models import Person
from tests.cast import Firm, build_firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
PASSWORD = "a kettle sings at seven"
LINES = (
    "一、岗位职责",
    "1、每周汇总回访结果并上报客服部总监",
    "2、每天回访当日成交的客户",
    "3、受理升级的投诉，保管客户档案",
    "二、权限",
    "1、有权给予本组员工100元以内的奖励",
)


@pytest.fixture
def firm(transactional_db: None, settings: Any, tmp_path: Path) -> Firm:
    settings.FILES_DIR = tmp_path / "files"
    with transaction.atomic():
        firm = build_firm()
        give(firm, "总经理", "第9条", {"action": "charter.*"})
        authority_changed()
        user = actions.create_user(
            username="zhou",
            name="周岚",
            language="zh-hans",
            password=PASSWORD,
            must_change_password=False,
            actor=system("tests"),
        )
    Person.objects.filter(pk=firm["周岚"].pk).update(user=user)
    return firm


@pytest.fixture
def word_file() -> bytes:
    document = Document()
    document.add_heading("回访主管岗位职责", 1)
    for line in LINES:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_from_the_word_file_to_a_charter_in_force(
    page: Page, live_server: LiveServer, firm: Firm, word_file: bytes, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/login/?next=/charters/import/")
    page.locator("input[name=login]").fill("zhou")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/charters/import/")

    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.locator("#files").set_input_files({"name": "回访主管.docx", "mimeType": word, "buffer": word_file})
    page.wait_for_url("**/charters/import/*/")
    page.get_by_role("link", name="回访主管", exact=True).click()

    current = page.locator(".item--current")
    expect(current).to_have_count(1)
    expect(page.locator("mark.wash--current").first).to_be_visible()
    total = DraftItem.objects.count()
    progress = page.locator("#review-progress")
    expect(progress).to_contain_text(f"0/{total}")

    page.keyboard.press("Enter")  # accepts the first and goes on
    expect(progress).to_contain_text(f"1/{total}")
    page.keyboard.press("x")
    expect(progress).to_contain_text(f"2/{total}")
    page.keyboard.press("k")
    page.keyboard.press("u")
    expect(progress).to_contain_text(f"1/{total}")

    duty = page.locator('[data-item][data-part="duty"]', has_text="受理升级的投诉")
    duty.locator(".item__text").click()
    page.keyboard.press("s")
    page.locator("textarea[name=texts]").fill("受理升级的投诉\n保管客户档案")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-item-form]")).to_have_count(0)
    expect(page.locator('[data-item][data-part="duty"]', has_text="保管客户档案")).to_have_count(1)

    page.locator('[data-item][data-part="duty"]', has_text="每天回访").locator(".item__text").click()
    page.keyboard.press("e")
    page.locator("[data-item-form] textarea[name=text]").fill("每天回访当日成交的全部客户")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-item][data-state="edited"]', has_text="全部客户")).to_have_count(1)

    waiting = page.locator('[data-item][data-state="proposed"]')
    for left in range(waiting.count(), 0, -1):
        waiting.locator('[value^="accept:"]').first.click()
        expect(waiting).to_have_count(left - 1)
    page.locator("[data-activate]").click()
    page.locator("select[name=unit]").select_option(str(firm.service.pk))
    page.locator("form button.button--primary[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回访主管岗位说明书 v1")
    texts = [duty.text for duty in CharterVersion.objects.get().spec.duties]
    assert "每天回访当日成交的全部客户" in texts
    assert "保管客户档案" in texts
    assert complaints == []
