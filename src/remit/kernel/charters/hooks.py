"""What happens elsewhere around charters; see authority/hooks.py for the manner, docs/hooks.md for the list."""

from collections.abc import Callable
from typing import TypeAlias

# A signature is wanted or no longer wanted: (version id, position id, holder id, role).
SignatureHook: TypeAlias = Callable[[int, int, int, str], None]
signature_wanted: list[SignatureHook] = []
signature_settled: list[SignatureHook] = []


def run(hooks: list[SignatureHook], version_id: int, position_id: int, holder_id: int, role: str) -> None:
    for hook in hooks:
        hook(version_id, position_id, holder_id, role)
