"""The fee run: what everybody owes for a period, worked out in sets, never twice, explained line by line (S-088)."""
