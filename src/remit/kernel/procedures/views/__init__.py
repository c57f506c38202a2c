"""The case list as somebody wants it: filter, order, columns, under a name."""
