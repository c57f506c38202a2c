"""What a step leaves in the customer's timeline: the visit, the need, the competitor seen (S-018, S-021, S-034)."""

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import contributes, visible_parties
from remit.kernel.procedures.answers import is_asked, shown_answers
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.models import Case, StepRun


def note_in_file(actor: Actor, person: Person, case: Case, run: StepRun) -> None:
    """The entries of the step's `timeline`, through the gate in the right of whoever did it.

    Who has no part in the customer's file leaves what he wrote in the case alone: the case shows it to whoever keeps the file.
    """
    step = spec_of(case.version).step(run.step)
    party = case.party
    if step is None or not step.timeline or party is None or not visible_parties(person).filter(pk=party.pk).exists():
        return
    if not contributes(person, party):
        return
    for entry in step.timeline:
        chosen = [field for field in step.fields if field.name in entry.fields and is_asked(field.when, run.values)]
        said = shown_answers(chosen, run.values)
        if not said:
            continue
        text = "\n".join(f"{name}: {value}" for name, value in said) if len(said) > 1 else said[0][1]
        facts = {
            "party": party.pk,
            "kind": entry.kind,
            "text": f"{text}\n({case.number})",
            "at": run.values.get(entry.at or ""),
            "next_step": str(run.values.get(entry.next_step or "") or "")[:300] or None,
        }
        perform(actor, "customer.note", {name: value for name, value in facts.items() if value is not None})
