"""Every component in its states, with figures made up here: looked at by people, by axe and by the overflow test.

Not routed in production. Asks the database nothing.
"""

import datetime as dt
from decimal import Decimal, InvalidOperation

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from remit.kernel.organization.models import Person
from remit.lib.amounts import parse_amount
from remit.lib.search import matches
from remit.web.context import Shell
from remit.web.navigation import Badge, NavItem

PEOPLE = [
    ("林晓岚", "客户服务部经理"),
    ("陈立", "客服主管"),
    ("赵敏之", "客服专员"),
    ("韩涛", "工程部维修主管"),
    ("欧阳娜娜", "大客户关系组主管"),
    ("买买提·吐尔逊", "驻外客户经理"),
    ("高岚", "总经理助理"),
]


class ExampleForm(forms.Form):
    """One of each widget; sent empty, it shows its errors."""

    subject = forms.CharField(label="事项", max_length=60, help_text="一句话说清楚，客户会看到。")
    measures = forms.CharField(label="处理措施", widget=forms.Textarea)
    kind = forms.ChoiceField(label="类别", choices=[("", "请选择"), ("repair", "维修"), ("complaint", "投诉")])
    due_on = forms.DateField(label="期限", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    channel = forms.ChoiceField(
        label="受理方式", choices=[("phone", "电话"), ("visit", "来访"), ("letter", "来信")], widget=forms.RadioSelect
    )
    tell = forms.BooleanField(label="办结后短信通知客户", required=False, help_text="用客户资料里的手机号。")
    papers = forms.FileField(label="附件", required=False)


EXAMPLE_NAVIGATION = [
    NavItem("today", "今日", "web:gallery-day", badge=lambda _p: Badge(7, True), icon="today", phone=1),
    NavItem("items", "事项", "web:gallery-record", badge=lambda _p: Badge(23)),
    NavItem("approvals", "审批", "web:gallery-bare", badge=lambda _p: Badge(2, True), icon="stamp", phone=4),
    NavItem("posts", "岗位与授权", "web:gallery-limit", "department", icon="post", phone=2, label_short="岗位"),
    NavItem("papers", "文件", "web:gallery-print", "department"),
    NavItem("components", "组件", "web:gallery", "system"),
    NavItem("new", "新建", "web:find", "top", icon="plus", phone=3),
    NavItem("notices", "消息", "web:gallery-look", "top", badge=lambda _p: Badge(3)),
    NavItem("me", "我的", "web:menu", "system", visible=lambda _p: False, icon="person", phone=5),
]


class ExampleShell(Shell):
    """The frame as somebody with a position sees it. The person is never saved."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, EXAMPLE_NAVIGATION)
        self.person = Person(name="林晓岚")
        self.position = "客户服务部经理"
        self.banners = []
        self.unread = 3


def _draw(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    now = timezone.localtime()
    times = {
        "now": now,
        "in_an_hour": now + dt.timedelta(hours=1, minutes=20),
        "later_today": now.replace(hour=23, minute=59),
        "today_day": now.date(),
        "tomorrow": now.date() + dt.timedelta(days=1),
        "in_days": now.date() + dt.timedelta(days=2),
        "long_ago": now - dt.timedelta(days=2, hours=3),
    }
    return render(request, template, {"shell": ExampleShell(request), **times, **context})


@login_not_required
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    wrong = ExampleForm({"wrong-subject": "一" * 61, "wrong-tell": "on"}, prefix="wrong")
    figures = [
        ("大客户掉线率", "30%", Decimal("1.40"), "3.6", "ok"),
        ("大客户托收率", "25%", Decimal("68.5"), "2.8", "danger"),
    ]
    return _draw(
        request, "web/gallery/components.html", form=ExampleForm(), wrong=wrong, people=PEOPLE, figures=figures
    )


@login_not_required
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    return _draw(request, "web/gallery/day.html")


@login_not_required
@require_GET
def record(request: HttpRequest) -> HttpResponse:
    return _draw(request, "web/gallery/record.html", people=PEOPLE)


@login_not_required
@require_GET
def bare(request: HttpRequest) -> HttpResponse:
    return _draw(request, "web/gallery/bare.html")


@login_not_required
@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    return _draw(request, "web/gallery/paper.html")


@login_not_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """What a picker asks: the shape that every room's picker address answers with."""
    query = request.GET.get("q", "")
    found = [(name, note) for name, note in PEOPLE if matches(query, name, person=True)]
    return JsonResponse({"results": [{"value": name, "label": name, "note": note} for name, note in found]})


@login_not_required
@require_GET
def limit(request: HttpRequest) -> HttpResponse:
    """The hint below an amount field."""
    try:
        asked = parse_amount(request.GET.get("amount", "") or "0")
    except (ValueError, InvalidOperation) as error:
        return render(request, "web/gallery/_limit.html", {"error": error})
    return render(request, "web/gallery/_limit.html", {"asked": asked, "limit": Decimal(500)})


@login_not_required
@require_GET
def look(request: HttpRequest) -> HttpResponse:
    """A fragment for the drawer."""
    return render(request, "web/gallery/_look.html", {"people": PEOPLE})
