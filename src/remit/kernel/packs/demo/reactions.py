"""How people of the demo answer what reaches their desks: requests are decided, questioned, forgotten; what is owed is done.

Reacts by the same hooks as the room `work`, for as long as the year is being built.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

from remit.kernel.accounts.actor import system
from remit.kernel.authority import hooks
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import find_action, rulebook_now
from remit.kernel.authority.models import Obligation, Request, Step
from remit.kernel.authority.requests import approvers_now, facts_of
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.words import ANSWERS, FINDINGS, NOTES_NO, NOTES_YES, QUESTIONS

CLIMBER: Final = system("climb overdue requests")
# What becomes of a request at its first desk: a pack of cards, dealt to the last before it is shuffled again, so that a short year
# has every kind too. The empty card: decided without more ado.
FATES: Final = ("withdrawn", "amended", "questioned", "questioned", "forgotten", "forgotten", *[""] * 16)
APPROVED: Final = 0.86
ON_TIME, LATE = 0.9, 0.95
# Older than this nothing is left undone.
FORGOTTEN_AT_MOST: Final = dt.timedelta(days=12)


class Desks:
    def __init__(self, diary: Diary) -> None:
        self.diary = diary
        self.rng = diary.rng
        self.cards: list[str] = []

    @contextmanager
    def staffed(self) -> Iterator[None]:
        """Within the block every step and obligation that opens finds somebody who will answer it."""
        listening = [
            (hooks.step_opened, self.step_opened),
            (hooks.step_returned, self.step_returned),
            (hooks.step_answered, self.step_answered),
            (hooks.obligation_opened, self.obligation_opened),
        ]
        for hook, listener in listening:
            hook.append(listener)
        try:
            yield
        finally:
            for hook, listener in listening:
                hook.remove(listener)

    # --- requests -----------------------------------------------------------------------------------------------------------

    def step_opened(self, pk: int) -> None:
        if not self.diary.is_unanswered:
            self.diary.plan_after((0.3, 5.5), lambda: self.consider(pk))

    def step_returned(self, pk: int) -> None:
        self.diary.plan_after((0.2, 4), lambda: self.answer(pk))

    def step_answered(self, pk: int) -> None:
        self.diary.plan_after((0.2, 3), lambda: self.decide(pk))

    def consider(self, pk: int) -> None:
        step = self._open_step(pk)
        if step is None:
            return
        fate = self._fate(step) if step.rung == 1 else ""
        if fate == "withdrawn":
            facts = {"request": step.request_id, "note": "客户改了主意。"}
            self.diary.do(step.request.requester_id, "approval.withdraw", **facts)
        elif fate == "amended":
            self._ask_for_less(step.request)
        elif fate == "questioned":
            self._decider_does(step, "approval.ask_back", question=self.rng.choice(QUESTIONS))
        elif fate == "forgotten":
            self.diary.plan(step.due_at + dt.timedelta(minutes=1), lambda: self.climb(pk))
        else:
            self.decide(pk)

    def _fate(self, step: Step) -> str:
        """The next card; one that does not fit the request is kept for the next."""
        if not self.cards:
            self.cards = list(FATES)
            self.rng.shuffle(self.cards)
        card = next(card for card in [*self.cards, ""] if self._fits(card, step))
        if card in self.cards:
            self.cards.remove(card)
        return card

    def _fits(self, card: str, step: Step) -> bool:
        if card == "amended":
            return self._can_ask_less(step.request)
        return card != "forgotten" or self._above(step)

    def decide(self, pk: int) -> None:
        step = self._open_step(pk)
        if step is None:
            return
        if self.rng.random() < APPROVED:
            self._decider_does(step, "approval.approve", note=self.rng.choice(NOTES_YES))
        else:
            self._decider_does(step, "approval.reject", note=self.rng.choice(NOTES_NO))

    def answer(self, pk: int) -> None:
        step = self._open_step(pk)
        if step is not None and step.waits_for_answer:
            text = self.rng.choice(ANSWERS)
            self.diary.do(step.request.requester_id, "approval.answer", request=step.request_id, answer=text)

    def climb(self, pk: int) -> None:
        step = self._open_step(pk)
        if step is not None and self._above(step):
            perform(CLIMBER, "approval.climb", {"request": step.request_id})

    def _open_step(self, pk: int) -> Step | None:
        return Step.objects.select_related("request__requester").filter(pk=pk, closed_at=None).first()

    def _decider_does(self, step: Step, action: str, **facts: Any) -> None:
        """By whoever may decide at the step's desk today; where nobody is left there, the request goes on waiting."""
        verdicts = approvers_now(step.request, rulebook_now())
        here = next((v for v in verdicts if v.approver_position_id == step.position_id), None)
        if here is not None:
            person_id, _acting = here.approvers[0]
            self.diary.do(person_id, action, request=step.request_id, **facts)

    def _above(self, step: Step) -> bool:
        order = list(dict.fromkeys(v.approver_position_id for v in approvers_now(step.request, rulebook_now())))
        return step.position_id in order[:-1]

    def _can_ask_less(self, request: Request) -> bool:
        """Whether a tenth less would still need an approval; otherwise there would be nothing to amend."""
        facts = self._tenth_less(request)
        if facts is None:
            return False
        return rulebook_now().decide(request.requester_id, request.action, facts).outcome == "approval"

    def _tenth_less(self, request: Request) -> dict[str, Any] | None:
        facts = facts_of(request)
        # A sum that follows from the other facts is not asked for by itself.
        sums = (f for f in find_action(request.action).facts.values() if f.kind == "money" and f.derive is None)
        bounded = next((f for f in sums if facts.get(f.name)), None)
        if bounded is None:
            return None
        value = facts[bounded.name]
        assert isinstance(value, Decimal)  # noqa: S101 - a fact of kind money
        return {**facts, bounded.name: (value * Decimal("0.9")).quantize(Decimal("0.01"))}

    def _ask_for_less(self, request: Request) -> None:
        facts = self._tenth_less(request)
        changed = {name: str(value) for name, value in (facts or {}).items() if value != facts_of(request).get(name)}
        self.diary.do(request.requester_id, "approval.amend", request=request.pk, facts=changed)

    # --- obligations --------------------------------------------------------------------------------------------------------

    def obligation_opened(self, pk: int) -> None:
        """Most are done before they are due, some late, a few of the last weeks not yet at all."""
        if self.diary.is_unanswered:
            return
        obligation = Obligation.objects.get(pk=pk)
        roll = self.rng.random()
        now = obligation.made_at
        # What follows a late finding is due with it, so it may be late from the start.
        left = max(self.diary.calendar.working_time_between(now, obligation.due_at), dt.timedelta(hours=4))
        if roll < ON_TIME:
            moment = self.diary.calendar.add_working_time(now, left * self.rng.uniform(0.05, 0.95))
        elif roll < LATE or obligation.due_at < self.diary.until - FORGOTTEN_AT_MOST:
            late = dt.timedelta(hours=self.rng.uniform(1, 20))
            moment = self.diary.calendar.add_working_time(max(now, obligation.due_at), late)
        else:
            return
        self.diary.plan(moment, lambda: self.fulfil(pk))

    def fulfil(self, pk: int) -> None:
        obligation = Obligation.objects.select_related("ruling").get(pk=pk)
        performer = self._performer(obligation)
        if obligation.done_at is None and performer is not None:
            self.diary.do(performer, "obligation.fulfil", obligation=pk, **self._answer_to(obligation))

    def _performer(self, obligation: Obligation) -> int | None:
        if obligation.person_id is not None:
            held = rulebook_now().positions_of(obligation.person_id)
            return obligation.person_id if held else None
        book = rulebook_now()
        holders = book.structure.positions[obligation.position_id or 0].holders
        there = [
            p for p in holders if p != obligation.ruling.person_id and not book.is_away(p, obligation.position_id or 0)
        ]
        acting = [
            a.deputy_id
            for a in book.actings
            if a.position_id == obligation.position_id and a.starts_at <= book.at < a.ends_at
        ]
        others = [deputy for deputy in acting if deputy != obligation.ruling.person_id]
        return next(iter(there or others), None)

    def _answer_to(self, obligation: Obligation) -> dict[str, Any]:
        roll = self.rng.random()
        if obligation.kind == "report":
            return {"answer": "questioned", "note": "请当面说明一下原因。"} if roll < 0.04 else {"answer": "noted"}
        if obligation.kind == "countersign":
            return {"answer": "objected", "note": "金额与单据不符，请更正。"} if roll < 0.02 else {"answer": "signed"}
        if roll < 0.6:
            return {"answer": "company", "note": "查不清责任，由公司承担。"}
        seller = obligation.ruling.facts.get("seller")
        responsible = seller if isinstance(seller, int) else obligation.ruling.person_id
        return {"answer": "person", "responsible": responsible, "note": self.rng.choice(FINDINGS)}
