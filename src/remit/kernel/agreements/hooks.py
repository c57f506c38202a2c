"""What has to be asked above before an agreement stands. Run in order, inside the transaction; a hook refuses by raising RuleBroken."""

from collections.abc import Callable

from remit.kernel.agreements.models import Agreement

# Before a paper is signed: whether the customer may owe so much.
before_signing: list[Callable[[Agreement], None]] = []
