"""The verbs of the room, all of them actions of the registry: loading this package declares them."""

from remit.kernel.agreements.actions import drafting, following, mandates, papers, seals, standing

__all__ = ["drafting", "following", "mandates", "papers", "seals", "standing"]
