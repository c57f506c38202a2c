"""Meters and their readings: installed, replaced, read, held, released, corrected, estimated (S-087, R-138)."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import BadFact, Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.access_meters import PHOTOS
from remit.kernel.billing.metering.estimating import estimates_for
from remit.kernel.billing.metering.importing import digest_of, entries_of
from remit.kernel.billing.metering.recording import Entry, billed_until, follow, judge, work_out, write
from remit.kernel.billing.models import Billable, Meter, Reading, ReadingKind, ReadingState
from remit.kernel.documents.models import StoredFile

METER: Final = Fact("meter", "id", gettext_lazy("Meter"))
READING: Final = Fact("reading", "id", gettext_lazy("Reading"))
ON: Final = Fact("on", "date", gettext_lazy("Day"))
VALUE: Final = Fact("value", "text", gettext_lazy("Figure"))
REASON: Final = Fact("reason", "text", gettext_lazy("Reason"))
COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), required=False)
FIRST: Final = Fact("first", "data", gettext_lazy("First figures"), required=False)
LAST: Final = Fact("last", "data", gettext_lazy("Last figures"))
DIGITS: Final = Fact("digits", "count", gettext_lazy("Digits before the point"), required=False)
FACTOR: Final = Fact("factor", "text", gettext_lazy("Factor"), required=False)
ROWS_MAX: Final = 20_000
FAULTS_TOLD: Final = 10


def company_of(call: Call) -> int:
    return call.person.company_id if call.person is not None else call.id_of("company")


def figure(fact: str, text: object) -> Decimal:
    """What a meter shows, as it is typed. Raises BadFact."""
    try:
        value = Decimal(str(text).strip().replace("，", "").replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < 10**9:
        raise BadFact(fact, _("“%(value)s” is no meter's figure; write it like 1234.5.") % {"value": str(text)[:20]})
    return value


def _meter(call: Call, pk: int | None = None) -> Meter:
    """The meter, its row locked, in the company of who acts. Raises NotYours."""
    meters = Meter.objects.select_for_update(of=("self",)).filter(company=company_of(call))
    found = meters.filter(pk=call.id_of("meter") if pk is None else pk).first()
    if found is None:
        raise NotYours(_("There is no such meter."))
    return found


def _reading(call: Call) -> Reading:
    found = Reading.objects.filter(company=company_of(call), pk=call.id_of("reading")).first()
    if found is None:
        raise NotYours(_("There is no such reading."))
    _meter(call, found.meter_id)
    return Reading.objects.select_related("meter").get(pk=found.pk)


def _record(call: Call, meter: Meter, on: dt.date, values: Mapping[str, object], kind: str) -> list[Reading]:
    """A figure for each register of the meter. Raises RuleBroken with the first fault."""
    bands = meter.bands or [""]
    if missing := [band for band in bands if band not in values]:
        raise RuleBroken(_("The figure of register “%(band)s” is missing.") % {"band": missing[0] or meter.number})
    entries = [Entry(meter.pk, band, on, figure("last", values[band]), kind) for band in bands]
    judged = judge(meter.company_id, entries, person=call.person, at=call.at)
    if faults := [one.fault for one in judged if one.fault]:
        raise RuleBroken(faults[0])
    return write(judged)


def _done(meter: Meter, changes: Mapping[str, Any]) -> Done:
    return Done(("meter", meter.pk, meter.number), changes, meter.company_id)


@action(
    "meter.install",
    gettext_lazy("Install a meter"),
    Fact("number", "text", gettext_lazy("Number")),
    Fact("supply", "text", gettext_lazy("Supply")),
    ON,
    Fact("billable", "id", gettext_lazy("Charged to"), required=False),
    Fact("parent", "id", gettext_lazy("Main meter"), required=False),
    Fact("group", "text", gettext_lazy("Round"), required=False),
    Fact("place", "text", gettext_lazy("Place"), required=False),
    DIGITS,
    FACTOR,
    Fact("bands", "data", gettext_lazy("Registers"), required=False),
    FIRST,
    COMPANY,
    words=("装表",),
)
def install(call: Call) -> Done:
    """With its first figures, 0 where none are given. It is read on the round of what it is charged to."""
    company_id = company_of(call)
    billable = None
    if call.id_or_none("billable") is not None:
        billable = Billable.objects.filter(company=company_id, pk=call.id_of("billable")).first()
        if billable is None:
            raise NotYours(_("There is no such billable."))
    parent = _meter(call, call.id_of("parent")) if call.id_or_none("parent") is not None else None
    given = call.facts.get("bands")
    bands = [str(band)[:40] for band in given] if isinstance(given, list) else []
    number = call.text("number")[:40]
    if Meter.objects.filter(company=company_id, number=number).exists():
        raise RuleBroken(_("There is a meter %(number)s already.") % {"number": number})
    meter = Meter.objects.create(
        company_id=company_id, number=number, supply=call.text("supply")[:40], billable=billable, parent=parent,
        group=billable.group if billable is not None else call.text("group")[:200], place=call.text("place")[:120],
        digits=_digits(call, 5), factor=_factor(call, Decimal(1)), bands=bands, installed_on=call.day("on"),
        made_at=call.at,
    )  # fmt: skip
    first = {**dict.fromkeys(bands or [""], "0"), **call.mapping("first")}
    _record(call, meter, meter.installed_on, first, ReadingKind.INITIAL)
    return _done(meter, {"supply": meter.supply, "billable": meter.billable_id, "first": first})


def _digits(call: Call, usual: int) -> int:
    digits = call.count("digits", usual)
    if not 1 <= digits <= 9:
        raise BadFact("digits", _("A meter has 1 to 9 digits before the point."))
    return digits


def _factor(call: Call, usual: Decimal) -> Decimal:
    factor = figure("factor", call.text("factor")) if call.text("factor") else usual
    if not 0 < factor < 10**6:
        raise BadFact("factor", _("The factor is above 0, such as 40."))
    return factor


@action(
    "meter.replace",
    gettext_lazy("Replace a meter"),
    METER,
    ON,
    LAST,
    Fact("number", "text", gettext_lazy("Number of the new meter")),
    FIRST,
    DIGITS,
    FACTOR,
    COMPANY,
    words=("换表",),
)
def replace(call: Call) -> Done:
    """The old one ends with its last figures, the new one begins with its first, in the same place and with the same parts."""
    old = _meter(call)
    _take_off(call, old)
    number = call.text("number")[:40]
    if Meter.objects.filter(company=old.company_id, number=number).exists():
        raise RuleBroken(_("There is a meter %(number)s already.") % {"number": number})
    new = Meter.objects.create(
        company_id=old.company_id, number=number, supply=old.supply, billable_id=old.billable_id,
        parent_id=old.parent_id, group=old.group, place=old.place, digits=_digits(call, old.digits),
        factor=_factor(call, old.factor), bands=old.bands, installed_on=call.day("on"), replaces=old, made_at=call.at,
    )  # fmt: skip
    Meter.objects.filter(parent=old, removed_on=None).update(parent=new)
    first = {**dict.fromkeys(new.bands or [""], "0"), **call.mapping("first")}
    _record(call, new, new.installed_on, first, ReadingKind.INITIAL)
    return _done(new, {"replaces": old.number, "last": call.mapping("last"), "first": first})


def _take_off(call: Call, meter: Meter) -> None:
    if meter.removed_on is not None:
        raise RuleBroken(_("Meter %(meter)s has been taken off already.") % {"meter": meter.number})
    on = call.day("on")
    if meter.readings.filter(on__gt=on).exclude(state=ReadingState.WITHDRAWN).exists():
        raise RuleBroken(_("Meter %(meter)s was read after that day.") % {"meter": meter.number})
    _record(call, meter, on, call.mapping("last"), ReadingKind.FINAL)
    meter.removed_on = on
    meter.save(update_fields=["removed_on"])


@action("meter.remove", gettext_lazy("Take a meter off"), METER, ON, LAST, REASON, COMPANY)
def remove(call: Call) -> Done:
    meter = _meter(call)
    _take_off(call, meter)
    return _done(meter, {"removed_on": call.day("on").isoformat(), "reason": call.text("reason")[:200]})


# --- readings -------------------------------------------------------------------------------------------------------------


@action(
    "meter.read",
    gettext_lazy("Enter a meter reading"),
    METER,
    ON,
    VALUE,
    Fact("band", "text", gettext_lazy("Register"), required=False),
    Fact("kind", "choice", gettext_lazy("Kind"), required=False, choices=(
        ("read", gettext_lazy("Read")), ("final", gettext_lazy("Last")), ("estimate", gettext_lazy("Estimated")),
    )),
    Fact("photo", "id", gettext_lazy("Photo"), required=False),
    COMPANY,
    words=("抄表", "抄录"),
)  # fmt: skip
def read(call: Call) -> Done:
    """One register's figure. An odd one is kept and held: nobody is billed for it until somebody has looked at it."""
    meter = _meter(call)
    photo = call.id_or_none("photo")
    if photo is not None and not StoredFile.objects.filter(pk=photo, company_id=meter.company_id, room=PHOTOS).exists():
        raise NotYours(_("There is no such file."))
    kind = call.text("kind") or ReadingKind.READ
    entry = Entry(meter.pk, call.text("band"), call.day("on"), figure("value", call.text("value")), kind, photo)
    judged = judge(meter.company_id, [entry], person=call.person, at=call.at)
    if judged[0].fault:
        raise RuleBroken(judged[0].fault)
    (row,) = write(judged)
    return Done(("reading", row.pk, meter.number), _told(row), meter.company_id)


def _told(row: Reading) -> dict[str, Any]:
    used = None if row.used is None else str(row.used)
    return {"on": row.on.isoformat(), "band": row.band, "value": str(row.value), "used": used, "state": row.state,
            "reason": row.reason}  # fmt: skip


@action(
    "meter.release",
    gettext_lazy("Release a held reading"),
    READING,
    REASON,
    Fact("rolled", "yes_no", gettext_lazy("The meter went round"), required=False),
    COMPANY,
)
def release(call: Call) -> Done:
    """It is right as it stands. Who entered it doesn't release it."""
    row = _reading(call)
    if row.state != ReadingState.HELD:
        raise RuleBroken(_("This reading is not held."))
    if call.person is not None and row.made_by_id == call.person.pk:
        raise RuleBroken(_("You entered this reading; somebody else releases it."))
    if call.is_yes("rolled") and row.previous is not None and row.previous_on is not None:
        before = Reading(on=row.previous_on, value=row.previous)
        work_out(row, before, row.meter, rolled=row.value < row.previous)
    row.state, row.reason = ReadingState.ACCEPTED, call.text("reason")[:200]
    row.save(update_fields=["state", "reason", "rolled", "previous_on", "previous", "used"])
    return Done(("reading", row.pk, row.meter.number), _told(row), row.company_id)


@action("meter.correct", gettext_lazy("Correct a reading"), READING, VALUE, REASON, COMPANY)
def correct(call: Call) -> Done:
    """The wrong one is withdrawn and stays to be seen; the right one of the same day takes its place and needs no other eye."""
    wrong = _reading(call)
    if wrong.state == ReadingState.WITHDRAWN:
        raise RuleBroken(_("This reading has been corrected already."))
    billed = billed_until([wrong.meter]).get((wrong.meter.billable_id or 0, wrong.meter.supply))
    if billed is not None and wrong.on <= billed:
        raise RuleBroken(_("This reading has been billed; reverse the run, or let the next reading put it right."))
    value = figure("value", call.text("value"))
    if value >= 10**wrong.meter.digits:
        raise BadFact("value", _("That is more than the meter can show."))
    Reading.objects.filter(pk=wrong.pk).update(
        state=ReadingState.WITHDRAWN, reason=call.text("reason")[:200], used=None
    )
    standing = Reading.objects.exclude(state=ReadingState.WITHDRAWN).filter(meter=wrong.meter_id, band=wrong.band)
    right = Reading(
        company_id=wrong.company_id, meter=wrong.meter, band=wrong.band, on=wrong.on, value=value, kind=wrong.kind,
        state=ReadingState.ACCEPTED, reason=call.text("reason")[:200], photo_id=wrong.photo_id, corrects=wrong,
        made_by=call.person, made_at=call.at,
    )  # fmt: skip
    before = standing.filter(on__lt=wrong.on).order_by("-on").first()
    if before is not None and wrong.kind != ReadingKind.INITIAL:
        work_out(right, before, wrong.meter)
    right.save()
    follow(right)
    return Done(
        ("reading", right.pk, wrong.meter.number),
        {"value": [str(wrong.value), str(value)], "on": wrong.on.isoformat()},
        wrong.company_id,
    )


@action(
    "meter.estimate",
    gettext_lazy("Estimate readings"),
    Fact("supply", "text", gettext_lazy("Supply")),
    ON,
    Fact("group", "text", gettext_lazy("Round"), required=False),
    REASON,
    COMPANY,
)
def estimate(call: Call) -> Done:
    """For the meters of a round that have no reading of that month: by the mean a day of their last year. The next reading puts
    the difference right."""
    company_id, on = company_of(call), call.day("on")
    entries = estimates_for(company_id, call.text("supply"), call.text("group"), on)
    judged = judge(company_id, entries, person=call.person, at=call.at)
    rows = write(judged)
    told = {
        "on": on.isoformat(),
        "made": len(rows),
        "not": len(judged) - len(rows),
        "reason": call.text("reason")[:200],
    }
    return Done(("meter_round", call.text("group") or "*", call.text("group") or call.text("supply")), told, company_id)


@action(
    "meter.import",
    gettext_lazy("Take in meter readings from a file"),
    Fact("rows", "data", gettext_lazy("Rows"), secret=True),
    Fact("digest", "text", gettext_lazy("Digest of the rows")),
    Fact("count", "count", gettext_lazy("Number of rows")),
    Fact("file_name", "text", gettext_lazy("File"), required=False),
    COMPANY,
)
def take_in(call: Call) -> Done:
    """All of the rows or none."""
    rows = call.facts["rows"]
    if not isinstance(rows, list) or len(rows) != call.count("count", 0) or digest_of(rows) != call.text("digest"):
        raise RuleBroken(_("These are not the rows that were looked at; look at the preview again."))
    if len(rows) > ROWS_MAX:
        raise RuleBroken(_("At most %(n)d rows at once.") % {"n": ROWS_MAX})
    company_id = company_of(call)
    entries, faults = entries_of(company_id, rows)
    judged = judge(company_id, [entry for _row, entry in entries], person=call.person, at=call.at)
    faults += [(row, one.fault) for (row, _entry), one in zip(entries, judged, strict=True) if one.fault]
    if faults:
        told = "；".join(f"{row} {sentence}" for row, sentence in sorted(faults)[:FAULTS_TOLD])
        raise RuleBroken(_("The rows have %(n)d faults: %(first)s") % {"n": len(faults), "first": told})
    written = write(judged)
    held = sum(row.state == ReadingState.HELD for row in written)
    name = call.text("file_name")[:120]
    return Done(("meter_import", name, name), {"rows": len(written), "held": held}, company_id)
