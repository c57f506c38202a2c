"""What a department learns from its cases: by class over the last year, and the report of a week, a month or a quarter."""

import datetime as dt
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.rendering import pdf
from remit.kernel.procedures import queries
from remit.kernel.procedures.compiled import label, latest_versions, spec_of
from remit.kernel.procedures.models import Plan
from remit.kernel.procedures.narrowing import NOTHING, address
from remit.kernel.procedures.plans.periods import Span, span_of
from remit.kernel.procedures.reporting import Report, calls_text, headers, paper_data, report_of
from remit.lib import clock
from remit.lib.workbooks import Table, write_workbook
from remit.web.acting import person_here
from remit.web.http import Request

YEAR_DAYS: Final = 365
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Period = Literal["week", "month", "quarter", "year"]
PERIODS: Final[tuple[Period, ...]] = ("week", "month", "quarter", "year")


@require_GET
def case_statistics(request: Request) -> HttpResponse:
    """Cases of the last year by class (R-036, S-044): count, open, taken up again; each figure opens to its cases."""
    person = person_here(request)
    first = timezone.localdate(clock.now()) - dt.timedelta(days=YEAR_DAYS)
    since = timezone.make_aware(dt.datetime.combine(first, dt.time()))
    tables = []
    for version in latest_versions():
        spec = spec_of(version)
        rows = queries.statistics(person, version.procedure.key, spec, since)
        if rows:
            lines = [
                (row, address(spec.id, answer=f"{spec.class_field}:{row.key or NOTHING}", since=first)) for row in rows
            ]
            tables.append((version.procedure.key, label(spec.labels), lines, sum(row.count for row in rows)))
    return render(request, "procedures/case_statistics.html", {"tables": tables})


@require_GET
def case_report(request: Request) -> HttpResponse:
    """?procedure=complaint ?period=week ?on=2026-11-23 ?plan="""
    report, period = _asked(request)
    labels = {"week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    plan = Plan.objects.filter(key=report.plan).first() if report.plan else None
    context = {
        "report": report,
        "period": period,
        "periods": [(one, labels[one]) for one in PERIODS],
        "procedures": [(version.procedure.key, label(version.procedure.labels)) for version in latest_versions()],
        "title": label(report.spec.labels),
        "plan": label(plan.labels) if plan else "",
        "headers": headers(),
        "calls": calls_text(report.calls) if report.calls and report.calls.count else "",
        "before": (report.span.start - dt.timedelta(days=1)).isoformat(),
        "after": report.span.end.isoformat(),
        "is_last": report.span.end > timezone.localdate(clock.now()),
        "export": urlencode(
            {"procedure": report.spec.id, "period": period, "on": report.span.start, "plan": report.plan}
        ),
    }
    return render(request, "procedures/case_report.html", context)


def _asked(request: Request) -> tuple[Report, Period]:
    """Raises NotYours where no pack has brought a procedure."""
    person = person_here(request)
    versions = {version.procedure.key: version for version in latest_versions()}
    if not versions:
        raise NotYours(_("There is no such procedure."))
    wanted = request.GET.get("procedure", "")
    version = versions.get(wanted) or next(iter(versions.values()))
    period: Period = next((one for one in PERIODS if one == request.GET.get("period")), "month")
    return report_of(person, version, _span(request, period), request.GET.get("plan", "")[:40]), period


def _span(request: Request, period: Period) -> Span:
    try:
        on = dt.date.fromisoformat(request.GET.get("on", ""))
        if not 1990 <= on.year <= 2199:
            raise ValueError
    except ValueError:
        on = timezone.localdate(clock.now())
    return span_of(period, on)


@require_GET
def case_report_xlsx(request: Request) -> HttpResponse:
    report, _period = _asked(request)
    columns = headers()
    tables = [Table(_("Total"), ["", *columns], [[report.total.label, *report.total.figures()]])]
    if report.calls and report.calls.count:
        calls = report.calls
        columns_of_calls = [_("Calls"), _("Minutes on average"), _("Too long"), _("Minutes at most")]
        tables.append(Table(_("Calls"), columns_of_calls, [[calls.count, calls.minutes, calls.long, calls.limit]]))
    taken = {table.title for table in tables}
    for one in report.tables:
        rows: list[list[Any]] = [[line.label, *line.figures()] for line in one.lines]
        tables.append(Table(_distinct(one.title, taken), [one.title, *columns], rows))
    for title, said in report.remarks:
        lines = [[remark.number, remark.subject, remark.text] for remark in said]
        tables.append(Table(_distinct(title, taken), [_("Number"), _("Customer"), title], lines))
    return _file(write_workbook(tables), XLSX, _name(report, "xlsx"))


def _distinct(title: str, taken: set[str]) -> str:
    """Sheets of a workbook have different names, of at most 31 signs."""
    name = title[:28]
    while name in taken:
        name = f"{name}'"
    taken.add(name)
    return name


@require_GET
def case_report_pdf(request: Request) -> HttpResponse:
    report, _period = _asked(request)
    person = person_here(request)
    made = date_format(timezone.localtime(clock.now()), "Y-m-d H:i")
    note = _("made by %(name)s on %(when)s, of the cases that he or she sees") % {"name": person.name, "when": made}
    data = pdf.render("case-report", paper_data(report, company=person.company.name, note=note))
    return _file(data, "application/pdf", _name(report, "pdf"))


def _name(report: Report, kind: str) -> str:
    return f"{label(report.spec.labels)}-{report.span.start}-{report.last_day}.{kind}"


def _file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
