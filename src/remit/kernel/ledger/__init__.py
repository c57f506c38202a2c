"""The books: accounts, periods, entries. Double entry, append-only, balanced by the database. Knows no customers' charges."""
