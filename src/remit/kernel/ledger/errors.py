"""Why something was not entered in the books."""

from remit.lib.refusals import RuleBroken


class PostingRefused(RuleBroken):
    """The entry can't stand as it is: it does not balance, or an account can't take it."""

    code = "posting_refused"


class PostingConflict(RuleBroken):
    """Its source was entered before, with other legs."""

    code = "posting_conflict"


class PeriodClosed(RuleBroken):
    """Its day lies in a month that is closed, or before the books begin; the sentence says what to do."""

    code = "period_closed"


class NoBooks(RuleBroken):
    """The company keeps no books here."""

    code = "no_books"
