"""The cashier's pages: a statement from the file to the match, a batch from the preview to the return."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.payments.models import BankAccount, DebitBatch, DebitItem, Matching, Reconciliation
from remit.kernel.payments.tests import bank
from remit.kernel.payments.tests.bank import TODAY, customer, describe
from remit.kernel.payments.tests.bank import account as account
from remit.kernel.payments.tests.bank import firm as firm
from remit.kernel.payments.tests.bank import november as november
from remit.kernel.payments.tests.test_statements import OCTOBER, book, day, statement


@pytest.mark.ledger("S-172", "D-079")
def test_a_statement_from_the_file_to_the_reconciliation(firm: Firm, account: BankAccount) -> None:
    cashier = browser_of(firm, "吴越")
    leg = book(account, day(8), "128.50", "收 王建国")
    upload = SimpleUploadedFile("十月.csv", statement(), "text/csv")
    sent = cashier.post(reverse("banking:upload", args=[account.pk]), {"file": upload})
    assert "/recipe/" in sent["Location"]  # nobody has said yet which column means what
    assert "对方" in cashier.get(sent["Location"]).content.decode()
    columns = {"date": "日期", "date_format": "YYYY-MM-DD", "income": "收入", "expense": "支出", "balance": "余额",
               "name": "对方", "text": "摘要", "bank_id": "流水", "skip": "0"}  # fmt: skip
    preview = cashier.post(sent["Location"], columns)["Location"]
    assert "698.50" in cashier.get(preview).content.decode()
    cashier.post(preview)
    assert account.lines.count() == 4
    page = cashier.get(reverse("banking:account", args=[account.pk])).content.decode()
    line = account.lines.get(bank_id="B1")
    value = f"{line.pk}:{leg.pk}:amount,name,day"
    assert f'value="{value}"' in page
    cashier.post(reverse("banking:match", args=[account.pk]), {"suggestion": value})
    assert Matching.objects.get().reasons == ["amount", "name", "day"]
    assert "王建国" in cashier.get(reverse("banking:matched", args=[account.pk])).content.decode()
    where = reverse("banking:reconciliation", args=[account.pk]) + "?month=2026-10"
    assert "698.50" in cashier.get(where).content.decode()
    cashier.post(where)
    drawn = Reconciliation.objects.get(month=OCTOBER)
    auditor = browser_of(firm, "许衡")
    auditor.post(reverse("banking:check", args=[drawn.pk]))
    assert auditor.get(reverse("banking:paper", args=[drawn.pk])).content.startswith(b"%PDF")
    assert browser_of(firm, "陈立").get(reverse("banking:account", args=[account.pk])).status_code == 404


@pytest.mark.ledger("S-089")
def test_a_batch_from_the_preview_to_the_return(firm: Firm, account: BankAccount) -> None:
    customer(firm, "恒通", "100.00")
    customer(firm, "李氏", "80.00")
    form = describe(firm)
    cashier, director = browser_of(firm, "吴越"), browser_of(firm, "韩涛")
    wish = {"account": account.pk, "description": form.pk, "due_until": TODAY, "on": TODAY + dt.timedelta(days=1)}
    seen = cashier.post(reverse("banking:batch-new"), wish).content.decode()
    assert 'value="180.00"' in seen
    cashier.post(reverse("banking:batch-new"), {**wish, "amount": "180.00"})
    batch = DebitBatch.objects.get()
    sent = director.post(reverse("banking:batch-send", args=[batch.pk]))
    assert sent["Content-Disposition"].endswith(f"{batch.number}.txt")
    assert director.get(reverse("banking:batch", args=[batch.pk])).status_code == 200
    again = director.post(reverse("banking:batch-fetch", args=[batch.pk]), {"reason": "U盘坏了"})
    assert again.content == sent.content
    batch.refresh_from_db()

    def returned(data: bytes) -> str:
        upload = SimpleUploadedFile("回盘.txt", data, "text/plain")
        return str(cashier.post(reverse("banking:return-upload", args=[batch.pk]), {"file": upload})["Location"])

    wrong = cashier.get(returned(bank.answer(batch, {}, number="DK-2025-0001")))
    assert (wrong.status_code, "DK-2025-0001" in wrong.content.decode()) == (422, True)
    right = returned(bank.answer(batch, {"李氏": "1003"}))
    assert "账户已销户" in cashier.get(right).content.decode()
    cashier.post(right)
    failed = DebitItem.objects.get(state="failed")
    owner = browser_of(firm, "陈立")
    assert "1003" in owner.get(reverse("banking:item", args=[failed.pk])).content.decode()
    owner.post(reverse("banking:item", args=[failed.pk]), {"answer": "约好下周换卡"})
    failed.refresh_from_db()
    assert failed.answer == "约好下周换卡"
    pages = [reverse("banking:batches"), reverse("banking:batch", args=[batch.pk]) + "?state=failed"]
    assert [cashier.get(page).status_code for page in pages] == [200, 200]
    assert "bank/1" in director.get(reverse("banking:format-new") + "?of=bar").content.decode()
    refused = director.post(reverse("banking:format-new"), {"text": "format: bank/1\nid: x"})
    assert (refused.status_code, "bank.yaml" in refused.content.decode()) == (422, True)
    assert director.get(reverse("banking:formats")).status_code == 200
