"""Refusals: each a whole sentence that says what to do next. `code` is for programs, `status` for HTTP."""

from typing import Any, ClassVar


class Refusal(Exception):
    """Something that may not, or can not, be done. Nothing was changed."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, sentence: str, **data: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.data = data


class RuleBroken(Refusal):
    """The rule of a verb itself forbids it, whatever the authority (a closed position can't be filled)."""

    code = "rule_broken"
    status = 422
