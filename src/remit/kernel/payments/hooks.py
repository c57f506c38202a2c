"""What higher rooms may hang on what comes in and goes out."""

from collections.abc import Callable

from remit.kernel.organization.models import Person

# Where cash stands that a person takes or pays for a company: the code of his drawer's account. The first one that is hung here is asked.
cash_accounts: list[Callable[[int, Person | None], str]] = []
