"""The menu, the settings index and the banners: each one list, in the order they are shown.

A room adds a line here, not a hook: the shell stands on top and may import every room.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.authority.access import oversees
from remit.kernel.authority.queries import acting_for, waiting_summary
from remit.kernel.billing.access_meters import may_see_meters, may_see_runs
from remit.kernel.dunning.access import chases
from remit.kernel.ledger.access import READERS
from remit.kernel.organization.models import Person
from remit.kernel.procedures.queries import open_count
from remit.kernel.treasury.access import VISITORS
from remit.kernel.work.queries import day_count
from remit.web.templatetags.remit import moment

type_of_text = str | Promise

# Where an item stands: above the first heading, under a heading, or in the top bar.
Group = Literal["", "money", "department", "pack", "system", "top"]
GROUP_LABELS: Final[dict[str, type_of_text]] = {
    "": "",
    "money": _("Money"),
    "department": _("Department"),
    "pack": _("Industry packs"),
    "system": _("System"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A count beside a label. `is_now` makes it red: a person must act. Nothing else in the menu is red."""

    count: int
    is_now: bool = False


def _everybody(_person: Person | None) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class NavItem:
    """One page that the menu leads to.

    `badge` is asked once a page, only when the menu is drawn; None or a count of 0 shows nothing. `phone` is the place in the bar
    at the bottom of a phone (1 to 5), which needs `icon`; `label_short` replaces the label there.
    """

    key: str
    label: type_of_text
    url_name: str
    group: Group = ""
    badge: Callable[[Person], Badge | None] | None = None
    visible: Callable[[Person | None], bool] = _everybody
    icon: str = ""
    phone: int | None = None
    label_short: type_of_text = ""
    keywords: tuple[str, ...] = field(default=())  # other words that find it in Ctrl K


@dataclass(frozen=True, slots=True)
class SettingsSection:
    """One card of /settings/."""

    key: str
    title: type_of_text
    note: type_of_text
    url_name: str
    visible: Callable[[Person | None], bool] = _everybody


@dataclass(frozen=True, slots=True)
class Banner:
    """A sentence above every page, as "you act for Chen Li until 27 November", with where to read more."""

    sentence: str
    url: str = ""


def _for_developers(_person: Person | None) -> bool:
    """The gallery stands in the demo too, for who knows its address; in the menu it would only puzzle a visitor."""
    return settings.ENVIRONMENT in {"development", "test"}


def _may_import(person: Person | None) -> bool:
    return person is not None and oversees(person, "charter.import")


def _may(action: str) -> Callable[[Person | None], bool]:
    """For who holds a grant for the action."""
    return lambda person: person is not None and oversees(person, action)


def _any_of(*actions: str) -> Callable[[Person | None], bool]:
    return lambda person: person is not None and any(oversees(person, action) for action in actions)


def _reads_books(person: Person | None) -> bool:
    return person is not None and any(oversees(person, action) for action in READERS)


def _chases(person: Person | None) -> bool:
    return person is not None and chases(person)


def _visits_cashier(person: Person | None) -> bool:
    return person is not None and any(oversees(person, action) for action in VISITORS)


def _todays_badge(person: Person) -> Badge:
    """Red as soon as something is late or due before the day ends."""
    count = day_count(person)
    return Badge(count.total, is_now=count.overdue + count.due_today > 0)


def _cases_badge(person: Person) -> Badge:
    """How many open cases he handles; what of them is due stands on Today, in red."""
    return Badge(open_count(person))


def _approvals_badge(person: Person) -> Badge:
    return Badge(waiting_summary(person).count, is_now=True)


def _acting_banners(person: Person) -> Iterable[Banner]:
    """For whom the person acts: it colours everything that he decides."""
    url = reverse("organization:acting-list")
    for acting in acting_for(person):
        until = moment(acting.until)
        values = {"position": acting.position, "principal": acting.principal, "until": until}
        if acting.principal:
            yield Banner(_("You act as %(position)s for %(principal)s until %(until)s.") % values, url)
        else:
            yield Banner(_("You act as %(position)s, which is vacant, until %(until)s.") % values, url)


NAVIGATION: Final[list[NavItem]] = [
    NavItem("today", _("Today"), "work:today", badge=_todays_badge, icon="today", phone=1, keywords=("待办",)),
    NavItem("cases", _("Cases"), "procedures:case-list", badge=_cases_badge, keywords=("事项", "投诉", "case")),
    NavItem("approvals", _("Approvals"), "authority:request-list", badge=_approvals_badge, icon="stamp", phone=4),
    NavItem("new", _("Start something"), "authority:action-list", icon="plus", phone=3, label_short=_("New")),
    NavItem("customers", _("Customers"), "parties:list", icon="people", phone=2, keywords=("客户", "客户档案", "公海")),
    NavItem(
        "agreements",
        _("Agreements"),
        "agreements:list",
        keywords=("合同", "报价", "销售确认书", "合同台账", "contract"),
    ),
    NavItem(
        "seals",
        _("Seals"),
        "agreements:seals",
        visible=_any_of("seal.use", "seal.keep", "oversight.agreements"),
        keywords=("印鉴", "用印", "公章"),
    ),
    NavItem(
        "mandates",
        _("Mandates"),
        "agreements:mandates",
        "money",
        visible=_any_of("mandate.register", "oversight.agreements"),
        keywords=("委托扣款", "代扣", "mandate"),
    ),
    NavItem("fees", _("Fee runs"), "billing:runs", "money", visible=may_see_runs, keywords=("计费", "账单", "收费")),
    NavItem(
        "readings",
        _("Readings"),
        "billing:rounds",
        "money",
        visible=may_see_meters,
        keywords=("抄表", "水电", "平衡报表"),
    ),
    NavItem(
        "debits",
        _("Direct debit"),
        "banking:batches",
        "money",
        visible=_any_of("debit.make", "debit.send", "debit.settle", "oversight.banking"),
        keywords=("代扣", "托收", "debit"),
    ),
    NavItem(
        "banks",
        _("Bank accounts"),
        "banking:accounts",
        "money",
        visible=_any_of(
            "bank.import", "bank.match", "bank.reconcile", "bank.check", "bank.account", "oversight.banking"
        ),
        keywords=("对账单", "银行", "余额调节表", "bank"),
    ),
    NavItem(
        "payments",
        _("Fees"),
        "payments:owed",
        "money",
        visible=_any_of("receipt.take", "oversight.fees"),
        keywords=("收费", "欠费", "应收", "收据", "fees"),
    ),
    NavItem(
        "dunning",
        _("Dunning"),
        "dunning:arrears",
        "money",
        visible=_chases,
        keywords=("催缴", "欠费", "账龄", "坏账", "dunning"),
    ),
    NavItem(
        "credit",
        pgettext_lazy("trust", "Credit"),
        "credit:statements",
        "money",
        visible=_any_of("statement.draw", "statement.answer", "credit.set_limit", "shipment.release", "oversight.fees"),
        keywords=("对账单", "信用额度", "发货", "credit"),
    ),
    NavItem(
        "traffic", _("Traffic"), "traffic:book", "pack", visible=_may("traffic.import"), keywords=("流量", "掉线率")
    ),
    NavItem(
        "books",
        _("Books"),
        "ledger:trial",
        "money",
        visible=_reads_books,
        keywords=("账簿", "总账", "科目余额表", "凭证", "ledger"),
    ),
    NavItem(
        "treasury",
        _("Cashier’s office"),
        "treasury:payments",
        "money",
        visible=_visits_cashier,
        keywords=("出纳", "付款", "支票", "盘点", "treasury"),
    ),
    NavItem("expenses", _("Expense claims"), "spending:mine", keywords=("报销", "费用", "发票", "expense", "claim")),
    NavItem("tasks", _("Tasks"), "work:tasks", keywords=("督办", "布置任务", "任务")),
    NavItem("matters", _("Register"), "authority:matter-list", keywords=("台账", "登记")),
    NavItem(
        "charters",
        _("Positions and authority"),
        "charters:list",
        "department",
        icon="post",
        keywords=("岗位说明书", "职责", "charter"),
    ),
    NavItem(
        "import", _("Import"), "charters:import-list", "department", visible=_may_import, keywords=("导入", "upload")
    ),
    NavItem(
        "organization",
        _("Organization"),
        "organization:chart",
        "department",
        keywords=("组织架构", "部门", "岗位", "人员"),
    ),
    NavItem("procedures", _("Procedures"), "procedures:list", "department", keywords=("流程",)),
    NavItem("authority", _("Authority"), "authority:matrix", "department", keywords=("权限", "授权一览", "why")),
    NavItem("audit", _("Event log"), "audit:event-list", "system", keywords=("留痕", "日志")),
    NavItem("me", _("Mine"), "web:menu", "system", icon="person", phone=5, visible=lambda _person: False),
    NavItem("settings", _("Settings"), "web:settings", "system", icon="gear", keywords=("preferences", "设置")),
    NavItem("gallery", _("Components"), "web:gallery", "system", visible=_for_developers),
]

SETTINGS: Final[list[SettingsSection]] = [
    SettingsSection(
        "account", _("Your login"), _("Password, second step, browsers, access for programs."), "accounts:profile"
    ),
    SettingsSection(
        "exchange",
        _("Import and export"),
        _("The whole organization as one workbook."),
        "organization:exchange",
        _may("organization.import"),
    ),
    SettingsSection(
        "logins",
        _("Logins"),
        _("Create them, give temporary passwords, close them."),
        "web:logins",
        _may("account.create_login"),
    ),
    SettingsSection(
        "policy",
        _("Passwords and sessions"),
        _("Length, period, end by rest."),
        "web:policy",
        _may("account.set_policy"),
    ),
    SettingsSection(
        "answers",
        _("Time for answering requests"),
        _("How long an approver has before it climbs."),
        "web:answer-time",
        _may("authority.set_answer_time"),
    ),
    SettingsSection(
        "calendar", _("Working time"), _("Hours of the week, holidays and make-up workdays."), "work:calendar"
    ),
    SettingsSection(
        "summaries",
        _("Who owes summaries"),
        _("Daily, weekly, monthly, and when they are chased."),
        "work:summary-rules",
    ),
    SettingsSection(
        "notices", _("Notices and mail"), _("What comes by mail, at once or once a day."), "work:notice-ways"
    ),
    SettingsSection(
        "mailboxes",
        _("Mailboxes"),
        _("Letters by mail that become cases."),
        "procedures:mailboxes",
        _may("mailbox.set"),
    ),
    SettingsSection(
        "intake",
        _("Page for customers"),
        _("Where customers send matters in and see how they stand."),
        "procedures:intake-page",
        _may("intake.set"),
    ),
    SettingsSection("prices", _("Price list"), _("List and floor prices of goods."), "agreements:prices"),
    SettingsSection(
        "paper-templates",
        _("Templates of papers"),
        _("Your own Word file for quotes, contracts and confirmations."),
        "agreements:templates",
        _may("agreement.put_template"),
    ),
    SettingsSection(
        "packs", _("Industry packs"), _("What is loaded, and what can be."), "web:packs", _may("pack.load")
    ),
    SettingsSection("about", _("About this installation"), _("Version, database, seals."), "web:about"),
]

# Asked for every page of a person who is logged in: each must be one cheap query.
BANNERS: Final[list[Callable[[Person], Iterable[Banner]]]] = [_acting_banners]
