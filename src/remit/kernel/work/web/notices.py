"""The bell, the page of notices, and the ways in which they come."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.accounts.middleware import without_use
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.work.models import Channel, Notice, NoticeKind
from remit.kernel.work.notices.mailing import is_set_up
from remit.kernel.work.notices.queries import channels_of, hours_of, unread_count, visible_notices
from remit.kernel.work.texts import in_language
from remit.web.acting import act, person_here
from remit.web.http import Request
from remit.web.paging import page_of

TABS: Final = ("unread", "all")


@require_GET
def notice_list(request: Request) -> HttpResponse:
    """What is unread, newest first; everything under the other tab."""
    person = person_here(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "unread"
    found = visible_notices(person)
    page = page_of(found.filter(read_at=None) if tab == "unread" else found, request.GET)
    rows = [(one, in_language(one.labels), in_language(one.provenances)) for one in page.rows]
    return render(request, "work/notice_list.html", {"tab": tab, "page": page, "rows": rows})


@require_POST
def notice_opening(request: Request, pk: int) -> HttpResponse:
    """Read it, and go where it is seen to."""
    person = person_here(request)
    notice: Notice | None = visible_notices(person).filter(pk=pk).first()
    if notice is None:
        raise NotYours(_("There is no such notice."))
    if notice.read_at is None:
        perform(request.actor, "notice.read", {"notice": pk})
    return redirect(notice.link)


@require_POST
def notices_reading(request: Request) -> HttpResponse:
    """All of them are read."""
    person_here(request)
    perform(request.actor, "notice.read", {})
    messages.success(request, _("All notices are read."))
    return redirect("work:notices")


@never_cache
@without_use
@require_GET
def bell(request: Request) -> HttpResponse:
    """The bell alone, as the top bar asks for it every so often: one query, and no sign that anybody is at his desk."""
    count = unread_count(request.person) if request.person is not None else 0
    return render(request, "work/_bell.html", {"unread": count})


@require_http_methods(["GET", "POST"])
def notice_ways(request: Request) -> HttpResponse:
    """How each kind comes to the person; and, for who may change it, when the company's mails go out."""
    person = person_here(request)
    refusal, status = "", 200
    if request.method == "POST":
        name, facts = _posted(request, person)
        outcome = act(request, name, facts)
        if outcome.result is not None:
            messages.success(request, _("Saved."))
            return redirect("work:notice-ways")
        refusal, status = outcome.refusal, outcome.status
    chosen = channels_of(person)
    context = {
        "kinds": [(kind.value, kind.label, chosen[kind].value) for kind in NoticeKind],
        "channels": Channel.choices,
        "person": person,
        "hours": hours_of(person.company),
        "may_change": oversees(person, "calendar.set_mail_hours"),
        "is_set_up": is_set_up(),
        "refusal": refusal,
    }
    return render(request, "work/notice_ways.html", context, status=status)


def _posted(request: Request, person: Person) -> tuple[str, dict[str, Any]]:
    given = request.POST
    if "digest_at" not in given:
        return "notice.choose", {"channels": {kind: given[kind] for kind in NoticeKind.values if kind in given}}
    if not oversees(person, "calendar.set_mail_hours"):
        raise NotYours(_("There is no such page."))
    times = {name: given.get(name, "") for name in ("quiet_from", "quiet_until", "digest_at")}
    return "calendar.set_mail_hours", {"company": person.company_id, **times}
