"""Settings of the company: logins, rules for passwords, time for answers, packs, and what is running here.

Each page is for who holds a grant for its action; others are told that there is no such page.
"""

import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final

import django
from django import forms
from django.contrib import messages
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.accounts.passwords import temporary_password
from remit.kernel.accounts.queries import current_policy
from remit.kernel.audit.models import Event, Seal
from remit.kernel.audit.queries import sealed_until
from remit.kernel.authority import access
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.models import AuthorityState
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import search_people, today
from remit.kernel.packs.loader import list_packs, read_pack
from remit.kernel.packs.models import InstalledPack
from remit.lib.yaml_reader import BadYaml
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.templatetags.remit import duration

DEEDS: Final = ("create_login", "reset_password", "deactivate", "reactivate", "reset_factors")


def _administrator(request: Request, action: str) -> Person:
    """Raises NotYours for anybody without a grant for the action."""
    if request.person is None or not access.oversees(request.person, action):
        raise NotYours(_("There is no such page."))
    return request.person


def _attempt(request: Request, action: str, facts: dict[str, Any], form: forms.Form | None = None) -> Result | str:
    """The result, or the sentence of the refusal; faults go to the form's fields."""
    try:
        return perform(request.actor, action, {key: value for key, value in facts.items() if value is not None})
    except BadFacts as error:
        for name, message in error.faults.items():
            if form is not None:
                form.add_error(name if name in form.fields else None, message)
        return "" if form is not None else str(error)
    except NotYours:
        raise
    except Refusal as error:
        return error.sentence


# --- logins ------------------------------------------------------------------------------------------------------------------


@never_cache
@require_GET
def logins(request: Request) -> HttpResponse:
    return _draw_logins(request)


def _draw_logins(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    """People with what their login can do. ?only=without shows who has none."""
    person = _administrator(request, "account.create_login")
    text, only = request.GET.get("q", "").strip()[:80], request.GET.get("only", "")
    seen = access.visible_people(person)
    found = search_people(text, seen).select_related("user", "company")
    if only == "without":
        found = found.filter(user=None, left_on=None)
    elif only == "closed":
        found = found.filter(user__is_active=False)
    page = page_of(found, request.GET, keys=("sort_key", "id"), by_row=True)
    may = {deed: access.oversees(person, f"account.{deed}") for deed in DEEDS}
    context = {"page": page, "rows": page.rows, "text": text, "only": only, "may": may, "today": today(), **more}
    return render(request, "web/logins.html", context, status=status)


@never_cache
@require_POST
def login_deed(request: Request, pk: int, deed: str) -> HttpResponse:
    """Create, reset, close, reopen. A temporary password is made here, shown on this one answer, and kept nowhere."""
    person = _administrator(request, f"account.{deed}")
    about = access.person_visible_to(person, pk)
    facts: dict[str, Any] = {"person": about.pk}
    password = ""
    if deed in ("create_login", "reset_password"):
        password = temporary_password(current_policy().min_length)
        facts["password"] = password
    if deed == "create_login":
        facts["username"] = request.POST.get("username", "").strip() or None
    result = _attempt(request, f"account.{deed}", facts)
    if isinstance(result, str):
        return _draw_logins(request, status=422, refusal=result)
    about.refresh_from_db()
    if password:
        return _draw_logins(request, told=about, password=password)
    messages.success(request, _("Done: %(what)s") % {"what": about.name})
    return redirect("web:logins")


# --- rules -------------------------------------------------------------------------------------------------------------------


class PolicyForm(forms.Form):
    min_length = forms.IntegerField(label=gettext_lazy("Characters of a password, at least"), min_value=8, max_value=64)
    password_period_days = forms.IntegerField(
        label=gettext_lazy("Days after which a password must be changed"), min_value=7, max_value=3650, required=False,
        help_text=gettext_lazy("Empty: passwords are changed on suspicion, not by calendar."),
    )  # fmt: skip
    idle_session_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of rest after which a session ends"), min_value=5, max_value=1440, required=False,
        help_text=gettext_lazy("Empty: sessions end with the browser, or after two weeks."),
    )  # fmt: skip


class AnswerTimeForm(forms.Form):
    within = forms.CharField(
        label=gettext_lazy("Answer within"),
        max_length=20,
        help_text=gettext_lazy("In business time: 4 hours, 1 workday, 3 workdays."),
    )


def _setting(
    request: Request,
    action: str,
    form_class: type[forms.Form],
    current: Callable[[], dict[str, Any]],
    title: str,
    note: str,
) -> HttpResponse:
    """A page of one form: as it is, and changed by its action."""
    _administrator(request, action)
    form = form_class(request.POST or None, initial=current(), label_suffix="")
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        result = _attempt(request, action, form.cleaned_data, form)
        if isinstance(result, Result):
            messages.success(request, _("Changed.") if result.kind == "done" else result.sentence)
            return redirect(request.path)
        refusal = result
    context = {"form": form, "title": title, "note": note, "refusal": refusal}
    return render(request, "web/setting.html", context, status=status)


@require_http_methods(["GET", "POST"])
def policy(request: Request) -> HttpResponse:
    def current() -> dict[str, Any]:
        now = current_policy()
        return {name: getattr(now, name) for name in PolicyForm.base_fields}

    note = _(
        "A longer minimum holds from the next change of each password; nobody is thrown out for one chosen before."
    )
    return _setting(request, "account.set_policy", PolicyForm, current, _("Passwords and sessions"), note)


@require_http_methods(["GET", "POST"])
def answer_time(request: Request) -> HttpResponse:
    def current() -> dict[str, Any]:
        return {"within": duration(AuthorityState.objects.values_list("answer_within", flat=True).get(pk=1))}

    note = _(
        "So long an approver has before a request climbs to the next one up the line. Clocks that run keep their time."
    )
    return _setting(
        request, "authority.set_answer_time", AnswerTimeForm, current, _("Time for answering requests"), note
    )


# --- packs and the installation -----------------------------------------------------------------------------------------------


@require_GET
def packs(request: Request) -> HttpResponse:
    """The packs that came along, with what is installed of each, and those loaded from elsewhere."""
    _administrator(request, "pack.load")
    return _draw_packs(request)


def _draw_packs(request: Request, *, refusal: str = "", status: int = 200) -> HttpResponse:
    installed = {pack.name: pack for pack in InstalledPack.objects.order_by("name")}
    offered: list[dict[str, object]] = []
    for folder in list_packs():
        try:
            pack = read_pack(folder)
        except BadYaml as error:
            offered.append({"name": folder.name, "fault": str(error)})
            continue
        now = installed.pop(pack.page.name, None)
        is_current = now is not None and now.digest == pack.digest
        labels = pack.page.labels.by_language()
        offered.append({"name": folder.name, "page": pack.page, "label": labels.get("zh-hans", folder.name), "installed": now,
                        "is_current": is_current, "charters": len(pack.charters), "actions": len(pack.actions)})  # fmt: skip
    context = {"offered": offered, "others": list(installed.values()), "refusal": refusal}
    return render(request, "web/packs.html", context, status=status)


@require_POST
def pack_load(request: Request, name: str) -> HttpResponse:
    """Load one of the packs that came along; a folder of one's own is loaded on the command line."""
    _administrator(request, "pack.load")
    folder = next((one for one in list_packs() if one.name == name), None)
    if folder is None:
        raise NotYours(_("There is no such pack."))
    result = _attempt(request, "pack.load", {"path": str(folder)})
    if isinstance(result, str):
        return _draw_packs(request, refusal=result, status=422)
    messages.success(request, _("The pack %(name)s is loaded.") % {"name": name})
    return redirect("web:packs")


@require_GET
def about(request: Request) -> HttpResponse:
    """What runs here. Everybody may read it; it names no path and no secret."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        database, size = cursor.fetchone()
    last = Seal.objects.order_by("-last_event_id").first()
    events = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    context = {
        "version": version("remit"),
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": database,
        "size": size,
        "last_event": events,
        "sealed_until": sealed_until(),
        "seal": last,
    }
    return render(request, "web/about.html", context)
