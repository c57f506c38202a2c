"""Refusals: each a whole sentence that says what to do next. `code` is for programs, `status` for HTTP."""

from typing import Any, ClassVar


class Refusal(Exception):
    """An action that may not, or can not, be done. Nothing was changed."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, sentence: str, **data: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.data = data


class UnknownAction(Refusal):
    code = "unknown_action"
    status = 404


class NotAuthorised(Refusal):
    """Nobody up the line may do this, so there is nobody to ask."""

    code = "not_authorised"
    status = 403


class NotYours(Refusal):
    """The thing exists for others only; strangers are told that it is not there."""

    code = "not_found"
    status = 404


class NoLongerPossible(Refusal):
    """What was approved can't be carried out any more; the sentence says why."""

    code = "no_longer_possible"


class AlreadyDecided(Refusal):
    code = "already_decided"


class RuleBroken(Refusal):
    """The rule of an action itself forbids it, whatever the authority (a closed position can't be filled)."""

    code = "rule_broken"
    status = 422
