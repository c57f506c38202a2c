"""Chasing what is overdue: the ladder and its runs, holds and disputes, promises and instalments, the collector's results."""
