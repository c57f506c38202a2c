"""What the pack key-accounts has to compute: the book of customers' traffic, warnings where it falls, the drop-off rate (ADR 10)."""
