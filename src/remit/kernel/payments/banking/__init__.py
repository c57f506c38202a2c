"""Accounts at banks: their statements, what of them stands in the books, and direct debit."""
