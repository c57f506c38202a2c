"""What can go wrong, as one sentence for the person at the terminal."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be had; the text says why and what to do, and needs no traceback beside it."""
