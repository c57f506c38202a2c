"""The record of a case as a paper: what it was about, every step, what was answered, and where people sign (R-035, D-044)."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone

from remit.kernel.accounts.actor import Actor
from remit.kernel.documents.actions import store
from remit.kernel.documents.rendering import pdf
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.evidence import FILES
from remit.kernel.procedures.history import Entry, entries_of, state_label
from remit.kernel.procedures.models import Case

# The papers that a case has produced, among its values: [[file's id, name], …].
PAPERS: Final = "_papers"
SIGN: Final = ("客户签字", "经办人签字", "负责人签字")


def record_pdf(case: Case, *, title: str = "", roles: Iterable[str] = SIGN) -> bytes:
    """The case as it stands. The texts of the paper are Chinese, as its readers keep it. Raises BadPaperData where it is too long."""
    spec = spec_of(case.version)
    steps = [entry for entry in reversed(entries_of(case)) if entry.who and entry.tone != "danger"]
    rows = [
        ("事项", case.title), ("对象", case.subject), ("流程", f"{label(spec.labels)} v{case.version.number}"),
        ("受理时间", _moment(case.started_at)), ("办结时间", _moment(case.closed_at) if case.closed_at else ""),
        ("经办人", case.handler.name),
    ]  # fmt: skip
    data = {
        "title": title or f"{label(spec.labels)}记录",
        "number": case.number,
        "company": case.company.name,
        "reference": f"{case.number} · {_moment(case.closed_at or case.opened_at)}",
        "rows": rows,
        "steps": [_step(entry) for entry in steps],
        "result": state_label(case, spec) if case.closed_at else "",
        "signatures": list(roles),
    }
    return pdf.render("case-record", data)


def _step(entry: Entry) -> dict[str, Any]:
    return {
        "what": entry.what,
        "who": entry.who,
        "at": _moment(entry.at),
        "answers": [*entry.answers, *([["", entry.note]] if entry.note else [])],
        "files": [name for _pk, name in entry.files] + [name for _pk, name, _shot in entry.photos],
        "matter": entry.matter,
    }


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def produce(actor: Actor, case: Case) -> list[int]:
    """Keep the papers that the end of a case produces, as files of it. In the transaction of what ended it. Returns their ids."""
    end = spec_of(case.version).end(case.outcome)
    if end is None or not end.produces:
        return []
    made: list[tuple[int, str]] = []
    for paper in end.produces:
        title = label(paper.labels)
        content = record_pdf(case, title=title, roles=[label(role) for role in paper.signed_by] or SIGN)
        name = f"{title} {case.number}.pdf"
        kept = store(content, name, "application/pdf", actor=actor, room="procedures", company_id=case.company_id)
        made.append((kept.pk, title))
    case.values = {
        **case.values,
        PAPERS: [*case.values.get(PAPERS, []), *map(list, made)],
        FILES: sorted({*case.values.get(FILES, ()), *(pk for pk, _title in made)}),
    }
    case.save(update_fields=["values"])
    return [pk for pk, _title in made]
