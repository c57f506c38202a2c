"""The verbs of the room, all of them actions of the registry: loading this package declares them."""

from remit.kernel.parties.actions import (
    allocation,
    belonging,
    dealings,
    files,
    handing_over,
    intake,
    merging,
    pool,
    segments,
)

__all__ = ["allocation", "belonging", "dealings", "files", "handing_over", "intake", "merging", "pool", "segments"]
