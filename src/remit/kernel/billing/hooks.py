"""What has to happen above when something happens to a charge. Run in order, inside the transaction."""

from collections.abc import Callable
from decimal import Decimal

# Money that had cleared a charge is free again, because less was owed than it seemed: (kind and key of the movement's source, amount).
freed: list[Callable[[str, str, Decimal], None]] = []
