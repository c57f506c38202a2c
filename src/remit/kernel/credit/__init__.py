"""What customers owe on trust: statements that they confirm, limits, and goods that leave before the money came."""
