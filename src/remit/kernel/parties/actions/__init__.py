"""The verbs of the room, all of them actions of the registry: loading this package declares them."""

from remit.kernel.parties.actions import (
    allocation,
    belonging,
    dealings,
    erasing,
    files,
    filing,
    handing_over,
    intake,
    merging,
    pool,
    privacy,
    segments,
)

__all__ = [
    "allocation",
    "belonging",
    "dealings",
    "erasing",
    "files",
    "filing",
    "handing_over",
    "intake",
    "merging",
    "pool",
    "privacy",
    "segments",
]
