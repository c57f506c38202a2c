"""The verbs of the accounting archive: bind a volume, lend it, take it back, move it, destroy it when its years are over."""

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.ledger.access import book_visible_to
from remit.kernel.ledger.access_archive import volume_visible_to
from remit.kernel.ledger.models import Book, Entry, Loan, Volume, VolumeKind
from remit.kernel.ledger.periods import COMPANY, last_day
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.lib.ids import number_for
from remit.lib.printable import made_one_line

SERIES: Final = "DA"
VOLUME: Final = Fact("volume", "id", gettext_lazy("Volume"))
PLACE: Final = Fact("place", "text", gettext_lazy("Where it stands"))
# 会计档案管理办法 (2015), appendix: whole years, counted from the first day after the year of the accounts. None: for ever.
YEARS: Final[dict[str, int | None]] = {
    VolumeKind.VOUCHERS: 30,
    VolumeKind.BOOKS: 30,
    VolumeKind.STATEMENTS: 10,
    VolumeKind.ANNUAL: None,
    VolumeKind.BANK: 10,
    VolumeKind.TAX: 10,
    VolumeKind.UTILITIES: 10,
    VolumeKind.OTHER: 10,
}
KINDS: Final = {
    VolumeKind.VOUCHERS.value: gettext_lazy("Bound vouchers"),
    VolumeKind.BOOKS.value: gettext_lazy("Account books"),
    VolumeKind.STATEMENTS.value: gettext_lazy("Monthly and quarterly statements"),
    VolumeKind.ANNUAL.value: gettext_lazy("Annual statements"),
    VolumeKind.BANK.value: gettext_lazy("Bank statements and reconciliations"),
    VolumeKind.TAX.value: gettext_lazy("Tax returns"),
    VolumeKind.UTILITIES.value: gettext_lazy("Water and electricity bills"),
    VolumeKind.OTHER.value: gettext_lazy("Other accounting papers"),
}


def kept_until(kind: str, until: dt.date) -> dt.date | None:
    """The last day on which a volume that ends then has to be kept; None for ever. Raises KeyError for no kind."""
    years = YEARS[kind]
    return None if years is None else dt.date(until.year + years, 12, 31)


_NUMBER: Final = """
INSERT INTO ledger_volumenumber (company_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (company_id, year) DO UPDATE SET last = ledger_volumenumber.last + 1 RETURNING last
"""


@action(
    "archive.bind",
    gettext_lazy("Bind a volume for the accounting archive"),
    COMPANY,
    Fact("kind", "choice", gettext_lazy("Kind of volume"), choices=tuple(KINDS.items())),
    Fact("title", "text", gettext_lazy("Title")),
    Fact("since", "date", gettext_lazy("From month")),
    Fact("until", "date", gettext_lazy("To month")),
    Fact("pages", "count", gettext_lazy("Pages")),
    PLACE,
    words=("会计档案", "装订凭证", "水电费账单"),
)
def bind(call: Call) -> Done:
    """S-187, S-190: whole months that are over; vouchers and books only of closed months, since they could still change otherwise."""
    company_id, kind = call.id_of("company"), call.text("kind")
    if call.person is not None:
        book_visible_to(call.person, company_id, ("archive.bind",))
    book = Book.objects.filter(company=company_id).first()
    if book is None:
        raise RuleBroken(_("This company keeps no books yet; set them up first."))
    since, until = call.day("since").replace(day=1), last_day(call.day("until"))
    if since > until:
        raise RuleBroken(_("The first month lies after the last one."))
    if until >= today():
        raise RuleBroken(_("A volume holds months that are over; %(month)s is not.") % {"month": f"{until:%Y-%m}"})
    if kind in (VolumeKind.VOUCHERS, VolumeKind.BOOKS) and (book.closed_until is None or until > book.closed_until):
        raise RuleBroken(_("%(month)s is not closed yet; close it, then bind it.") % {"month": f"{until:%Y-%m}"})
    pages = call.count("pages", 0)
    if not 0 < pages <= 10_000:
        raise RuleBroken(_("A volume has between 1 and 10,000 pages."))
    entries = Entry.objects.filter(company=company_id, month__range=(since, until)).count()
    n = int(ask(_NUMBER, [company_id, until.year])[0][0])
    volume = Volume.objects.create(
        company_id=company_id, number=number_for(SERIES, until.year, n), kind=kind, title=made_one_line(call.text("title"), 100),
        since=since, until=until, entries=entries if kind == VolumeKind.VOUCHERS else 0, pages=pages,
        place=made_one_line(call.text("place"), 100), keep_until=kept_until(kind, until), bound_at=call.at, bound_by=call.person,
    )  # fmt: skip
    told = {"kind": kind, "since": since.isoformat(), "until": until.isoformat(), "pages": pages, "place": volume.place}
    return _about(volume, **told)


def _held(call: Call, action_name: str) -> Volume:
    """The volume, its row held. Raises NotYours, or RuleBroken where it was destroyed."""
    pk = call.id_of("volume")
    if call.person is not None:
        volume_visible_to(call.person, pk, (action_name,))
    volume = Volume.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if volume is None:
        raise RuleBroken(_("There is no such volume."))
    if volume.destroyed_at is not None:
        raise RuleBroken(_("Volume %(number)s was destroyed.") % {"number": volume.number})
    return volume


def _about(volume: Volume, **changes: Any) -> Done:
    return Done(("volume", volume.pk, str(volume)), changes, volume.company_id)


@action(
    "archive.lend",
    gettext_lazy("Lend a volume of the archive"),
    VOLUME,
    Fact("borrower", "person", gettext_lazy("Borrower")),
    Fact("due_on", "date", gettext_lazy("To be back by")),
    Fact("purpose", "text", pgettext_lazy("archive", "Purpose")),
    words=("借阅会计档案",),
)
def lend(call: Call) -> Done:
    volume, due_on = _held(call, "archive.lend"), call.day("due_on")
    out = volume.loans.select_related("borrower").filter(returned_at=None).first()
    if out is not None:
        values = {"number": volume.number, "name": out.borrower.name, "day": out.due_on.isoformat()}
        raise RuleBroken(_("Volume %(number)s is with %(name)s until %(day)s.") % values)
    if due_on < today():
        raise RuleBroken(_("The day by which it is to be back has passed."))
    borrower = Person.objects.get(pk=call.id_of("borrower"))
    Loan.objects.create(
        volume=volume, borrower=borrower, purpose=made_one_line(call.text("purpose"), 200), due_on=due_on,
        lent_at=call.at, lent_by=call.person,
    )  # fmt: skip
    return _about(volume, borrower=borrower.name, due_on=due_on.isoformat(), purpose=call.text("purpose"))


@action("archive.take_back", gettext_lazy("Take a volume of the archive back"), VOLUME, words=("归还会计档案",))
def take_back(call: Call) -> Done:
    volume = _held(call, "archive.take_back")
    loan = volume.loans.select_related("borrower").filter(returned_at=None).first()
    if loan is None:
        raise RuleBroken(_("Volume %(number)s is in its place.") % {"number": volume.number})
    loan.returned_at, loan.returned_by = call.at, call.person
    loan.save(update_fields=["returned_at", "returned_by"])
    return _about(volume, borrower=loan.borrower.name)


@action("archive.move", gettext_lazy("Put a volume of the archive elsewhere"), VOLUME, PLACE)
def move(call: Call) -> Done:
    volume = _held(call, "archive.move")
    before, volume.place = volume.place, made_one_line(call.text("place"), 100)
    volume.save(update_fields=["place"])
    return _about(volume, place=[before, volume.place])


@action(
    "archive.destroy", gettext_lazy("Destroy a volume whose years are over"), VOLUME, REASON, words=("销毁会计档案",)
)
def destroy(call: Call) -> Done:
    """Its row stays, with who and why. What must be kept, or is lent, is refused."""
    volume = _held(call, "archive.destroy")
    if volume.keep_until is None:
        raise RuleBroken(_("Volume %(number)s is kept for ever.") % {"number": volume.number})
    if volume.keep_until >= today():
        values = {"number": volume.number, "day": volume.keep_until.isoformat()}
        raise RuleBroken(_("Volume %(number)s has to be kept until %(day)s.") % values)
    if volume.loans.filter(returned_at=None).exists():
        raise RuleBroken(_("Volume %(number)s is lent; take it back first.") % {"number": volume.number})
    volume.destroyed_at, volume.destroyed_by = call.at, call.person
    volume.destroy_reason = call.text("reason")[:200]
    volume.save(update_fields=["destroyed_at", "destroyed_by", "destroy_reason"])
    return _about(volume, reason=volume.destroy_reason)
