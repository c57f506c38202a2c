"""What higher rooms may hang on the books."""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal

# What a room that keeps the detail of an account says it adds up to at the end of a day: (account's code, balance, sentence).
# `remit verify` compares it with the account.
sub_ledgers: list[Callable[[int, dt.date], Iterable[tuple[str, Decimal, str]]]] = []

# What another room would have `remit verify` say of its own rows, sentence by sentence. Reads only.
checks: list[Callable[[], Iterable[str]]] = []

# The roles of accounts of which another room keeps the detail; nobody enters them by hand.
controlled_roles: list[str] = []
