"""`remit bill …`: a month's fee run, looked at first and then made; thin over the same action as the page."""

from pathlib import Path
from typing import Annotated

import typer

from remit.cli import places
from remit.cli.answers import print_json, refusals_as_sentences

app = typer.Typer(no_args_is_help=True, help="计费:试算、确认、通知单 · A month's fees.")

Period = Annotated[str, typer.Option(help="月份,如 2026-11 · The month.")]
Scope = Annotated[str, typer.Option(help="只算这一范围,如 一期/3幢 · Only below this group.")]
Tariffs = Annotated[str, typer.Option(help="只算这些费项,用逗号分开 · Only these fees, by code.")]
Company = Annotated[str, typer.Option(help="公司的名称或编号 · By name or code.")]
As = Annotated[str, typer.Option("--as", help="以谁的身份 · In whose name; else the operator's.")]
AsJson = Annotated[bool, typer.Option("--json", help="一行 JSON · One line of JSON.")]


@app.command()
def preview(
    period: Period, scope: Scope = "", tariffs: Tariffs = "", company: Company = "", as_json: AsJson = False
) -> None:
    """试算,什么也不写 · What the run would come to, and what should be looked at; writes nothing."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from django.db import transaction

        from remit.cli.acting import company_named
        from remit.kernel.authority.facts import BadFact
        from remit.kernel.billing.actions.running import wanted_from
        from remit.kernel.billing.run.working_out import odd_ones, totals, work_out

        try:
            wanted = wanted_from(company_named(company).pk, period, 1, scope, tariffs)
        except BadFact as error:
            raise LookupError(error.message) from error
        with transaction.atomic():
            worked = work_out(wanted)
            sums, (counts, _odd) = totals(), odd_ones(worked)
        if as_json:
            print_json({"tariffs": {one.name: one.amount for one in sums}, "odd": counts})
            return
        for one in sums:
            typer.echo(f"{one.name}  {one.count} 笔  {one.amount}")
        typer.echo("；".join(f"{reason} {count}" for reason, count in counts.items()) or "没有需要核对的。")


@app.command()
def run(
    period: Period, scope: Scope = "", tariffs: Tariffs = "", company: Company = "", as_person: As = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """确认计费,不会重复 · Make the run, as a whole or not at all; never twice."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.acting import company_named
        from remit.cli.authority import act

        given = {"period": period, "group": scope, "tariffs": tariffs, "company": company_named(company).pk}
        act("bill.run", given, as_person=as_person, as_json=as_json)


@app.command()
def notices(
    run_id: Annotated[int, typer.Argument(metavar="RUN", help="计费的编号 · The run's id.")],
    to: Annotated[Path, typer.Option(help="PDF 文件 · Where to write.")],
) -> None:
    """一次计费的全部交费通知单,一个 PDF · All notices of a run in one file."""
    with places.installation(), refusals_as_sentences(as_json=False):
        from django.utils import translation

        from remit.kernel.billing.models import Bill, FeeRun
        from remit.kernel.billing.run.notices import notices_pdf

        found = FeeRun.objects.select_related("company").filter(pk=run_id).first()
        if found is None:
            raise LookupError(f"没有编号为 {run_id} 的计费。")
        with translation.override("zh-hans"):
            to.write_bytes(notices_pdf(Bill.objects.filter(run=found, reversed_at=None), found.company.name))
        typer.echo(f"已写入 {to}。")
