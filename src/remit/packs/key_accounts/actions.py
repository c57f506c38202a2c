"""The verbs of the book: take a file in, take it back, say when to warn, warn."""

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.models import Party
from remit.kernel.procedures.compiled import latest_version
from remit.kernel.procedures.models import Case
from remit.kernel.procedures.opening import Opening, open_cases
from remit.packs.key_accounts.models import TrafficFigure, TrafficImport, TrafficRule, TrafficWarning
from remit.packs.key_accounts.queries import PROCEDURE, Fall, falling, newest_week, rule_of
from remit.packs.key_accounts.reading import ROWS_MAX, digest_of, read_rows

PERIOD: Final = Fact(
    "period",
    "choice",
    gettext_lazy("Period"),
    choices=(("week", gettext_lazy("Weekly")), ("month", gettext_lazy("Monthly"))),
)
COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"))
# Whoever was warned of is not warned of again while somebody may still be at it.
QUIET: Final = dt.timedelta(days=60)
TOLD: Final = 5


@action(
    "traffic.import",
    gettext_lazy("Take in traffic from a file"),
    PERIOD,
    Fact("rows", "data", gettext_lazy("Rows"), secret=True),
    Fact("digest", "text", gettext_lazy("Digest of the rows")),
    Fact("count", "count", gettext_lazy("Number of rows")),
    Fact("file_name", "text", gettext_lazy("File"), required=False),
    words=("流量统计",),
)
def take_in(call: Call) -> Done:
    """S-029, R-042: a week's or month's figures of customers whom one sees, all or nothing."""
    if call.person is None:
        raise RuleBroken(_("A file is taken in by a person."))
    rows, company_id = call.facts["rows"], call.person.company_id
    if not isinstance(rows, list) or len(rows) != call.count("count", 0) or digest_of(rows) != call.text("digest"):
        raise RuleBroken(_("These are not the rows that were looked at; look at the preview again."))
    if len(rows) > ROWS_MAX:
        raise RuleBroken(_("At most %(n)d rows at once.") % {"n": ROWS_MAX})
    reading = read_rows(rows, call.person, call.text("period"))
    if reading.faults:
        told = "；".join(f"{fault.row} {fault.message}" for fault in reading.faults[:TOLD])
        raise RuleBroken(_("The rows have %(n)d faults: %(first)s") % {"n": reading.bad_rows, "first": told})
    if not reading.figures:
        raise RuleBroken(_("There is no row to take in."))
    run = TrafficImport.objects.create(
        company_id=company_id, period=call.text("period"), file_name=call.text("file_name")[:120], digest=call.text("digest"),
        rows=len(reading.figures), made_at=call.at, made_by=call.person,
    )  # fmt: skip
    for figure in reading.figures:
        figure.taken_in = run
    TrafficFigure.objects.bulk_create(reading.figures, batch_size=2_000)
    return _about(run, {"rows": run.rows, "period": run.period})


def _about(run: TrafficImport, changes: dict[str, Any]) -> Done:
    return Done(("traffic_import", run.pk, str(run)), changes, run.company_id)


def _importer(person: Person, facts: Facts) -> str | None:
    """Who took a file in may take it back."""
    if not TrafficImport.objects.filter(pk=int(str(facts["run"])), made_by=person).exists():
        raise NotYours(_("There is no such import."))
    return _("the import is your own")


@action(
    "traffic.undo_import",
    gettext_lazy("Undo an import of traffic"),
    Fact("run", "id", gettext_lazy("Import")),
    inherent=_importer,
)
def undo_import(call: Call) -> Done:
    """The figures go; cases that were opened because of them stay, for somebody may have called the customer."""
    run = TrafficImport.objects.select_for_update(no_key=True).get(pk=call.id_of("run"))
    if run.undone_at is not None:
        raise RuleBroken(_("This import has been undone already."))
    gone, _by_model = TrafficFigure.objects.filter(taken_in=run).delete()
    run.undone_at = call.at
    run.save(update_fields=["undone_at"])
    return _about(run, {"rows": [gone, 0]})


@action(
    "traffic.set_rule",
    gettext_lazy("Say when to warn of falling traffic"),
    COMPANY,
    Fact("share", "count", gettext_lazy("Below so many percent of the own mean")),
    Fact("weeks", "count", gettext_lazy("For so many weeks")),
    Fact("mean_weeks", "count", gettext_lazy("Mean over so many weeks")),
)
def set_rule(call: Call) -> Done:
    company_id, before = call.id_of("company"), rule_of(call.id_of("company"))
    share, weeks, mean = (call.count(name, 0) for name in ("share", "weeks", "mean_weeks"))
    if not (1 <= share <= 99 and 1 <= weeks <= 12 and 4 <= mean <= 52):
        raise RuleBroken(_("1 to 99 percent, 1 to 12 weeks, a mean over 4 to 52 weeks."))
    values = {"share": share, "weeks": weeks, "mean_weeks": mean}
    TrafficRule.objects.update_or_create(company_id=company_id, defaults=values)
    changes = {name: [getattr(before, name), value] for name, value in values.items()}
    return Done(("traffic_rule", company_id, _("Traffic")), changes, company_id)


@action("traffic.warn", gettext_lazy("Warn of falling traffic"), COMPANY)
def warn(call: Call) -> Done:
    """S-023, S-029: for each customer who falls a case of retention on the desk of whoever keeps the file, once in sixty days.

    Run by the timer; a person needs a grant for it. Customers of the pool have nobody to warn and are left out.
    """
    company_id, book = call.id_of("company"), rulebook_now()
    rule, week = rule_of(company_id), newest_week(company_id)
    falls = {fall.party_id: fall for fall in falling(company_id, rule)}
    if week is None or not falls:
        return Done(("traffic_rule", company_id, _("Traffic")), {"opened": 0}, company_id)
    desks = book.structure.held_by
    able = [party for party in _unwarned(falls, call.at) if desks.get(party.owner_id or 0)]
    openings = [_opening(party, falls[party.pk], rule, desks[party.owner_id or 0][0]) for party in able]
    cases = open_cases(latest_version(PROCEDURE), company_id, openings, call.at, book) if openings else []
    TrafficWarning.objects.bulk_create(
        TrafficWarning(company_id=company_id, party=party, week=week, share=falls[party.pk].share, case=case)
        for party, case in zip(able, cases, strict=True)
    )
    return Done(("traffic_rule", company_id, _("Traffic")), {"opened": len(cases)}, company_id)


def _unwarned(falls: dict[int, Fall], at: dt.datetime) -> list[Party]:
    """Those who fall, without an open case of retention and not warned of lately."""
    recently = (at - QUIET).date()
    warned = TrafficWarning.objects.filter(party__in=falls, week__gte=recently).values("party")
    at_work = Case.objects.filter(party__in=falls, closed_at=None, procedure__key=PROCEDURE).values("party")
    found = Party.objects.filter(pk__in=falls, merged_into=None).exclude(owner=None).exclude(status="lost")
    return list(found.exclude(pk__in=warned).exclude(pk__in=at_work).order_by("pk"))


def _opening(party: Party, fall: Fall, rule: TrafficRule, desk: int) -> Opening:
    values = {"share": fall.share, "weeks": rule.weeks, "mean": rule.mean_weeks}
    text = (
        _("The traffic of the last %(weeks)d weeks is %(share)d %% of the mean of the %(mean)d weeks before.") % values
    )
    return Opening(
        title=_("Traffic has fallen to %(share)d %%") % values,
        subject=party.name,
        handler_id=party.owner_id or 0,
        position_id=desk,
        party_id=party.pk,
        owner_id=party.owner_id,
        values={"signal": "traffic", "signal_text": text},
    )
