"""Why an action was refused. Web, API and command line show `sentence`; `code` and `status` are for programs."""

from collections.abc import Mapping
from typing import Any

from remit.lib.refusals import Refusal, RuleBroken

__all__ = ["AlreadyDecided", "NoLongerPossible", "NotAuthorised", "NotYours", "Refusal", "RuleBroken", "UnknownAction"]


class UnknownAction(Refusal):
    code = "unknown_action"
    status = 404


class NotAuthorised(Refusal):
    """Nobody up the line may do this, so there is nobody to ask. `ruling` is what the gate keeps of it (gate.one_act)."""

    code = "not_authorised"
    status = 403

    def __init__(self, sentence: str, *, ruling: Mapping[str, Any] | None = None, **context: Any) -> None:
        super().__init__(sentence, **context)
        self.ruling = ruling


class NotYours(Refusal):
    """The thing exists for others only; strangers are told that it is not there."""

    code = "not_found"
    status = 404


class NoLongerPossible(Refusal):
    """What was approved can't be carried out any more; the sentence says why."""

    code = "no_longer_possible"


class AlreadyDecided(Refusal):
    code = "already_decided"
