"""The operations, by what they are about. Each is three lines: who calls, one query or verb, the shape."""
