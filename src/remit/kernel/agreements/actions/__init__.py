"""The verbs of the room, all of them actions of the registry: loading this package declares them."""

from remit.kernel.agreements.actions import mandates

__all__ = ["mandates"]
