"""Why a step was refused, beside what the gate refuses itself."""

from remit.lib.refusals import Refusal


class StepClosed(Refusal):
    """Somebody else did it first, or it fell away."""

    code = "step_closed"


class GateClosed(Refusal):
    """The case can't end this way yet: `sentence` names everything that is missing."""

    code = "gate_closed"


class TooMany(Refusal):
    """Too much came in from outside within the hour; the sentence says from when, and whom to call instead."""

    code = "too_many"
    status = 429
