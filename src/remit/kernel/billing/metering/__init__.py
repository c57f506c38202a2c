"""Readings judged, worked out and written; estimates; the balance of main meters."""
