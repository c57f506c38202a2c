"""From a read `Source` to draft charters: rules only, no network, no model."""

from remit.kernel.charters.importing.reading.charters import read_charters

__all__ = ["read_charters"]
