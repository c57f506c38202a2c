"""Which of the system's actions a sentence of a charter speaks of, by the words that the actions declare.

Pure matching of declared words: no model, no Django. What fits nothing gets an empty list, and its caller makes it a general
request.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from remit.kernel.charters.importing.reading.script import fold, simplify

# One short word alone is a hint; a long phrase, several words or a pair that has to meet make a finding.
_SINGLE, _PER_SIGN, _PER_WORD, _PAIR, _MOST = 0.45, 0.06, 0.12, 0.12, 0.95
_NEGATIONS = ("无权", "不得", "严禁", "禁止", "不能", "不可", "无须", "不含")
_CLAUSE_ENDS = ",;。:!?、"


@dataclass(frozen=True, slots=True)
class ActionWords:
    """`words` are phrases in simplified Chinese; in "A+B" both have to appear, in any order."""

    name: str
    label: str
    words: tuple[str, ...]


def match_actions(text: str, vocabulary: Sequence[ActionWords]) -> list[tuple[str, float, str]]:
    """The actions that `text` speaks of: (name, confidence in 0..1, one Chinese sentence why), best first.

    Traditional signs and full-width letters are read as their simplified and narrow twins. A phrase that the clause denies
    (不得赠送) does not count. Actions of equal confidence stay in the vocabulary's order.
    """
    plain = fold(simplify(text)[0]).lower()
    found: list[tuple[str, float, str]] = []
    for action in vocabulary:
        hits = [phrase for phrase in action.words if phrase.strip("+ ") and _appears(phrase, plain)]
        if hits:
            found.append((action.name, _confidence(hits), _reason(action.label, hits)))
    return sorted(found, key=lambda match: -match[1])


def _appears(phrase: str, plain: str) -> bool:
    parts = [fold(part).lower().strip() for part in phrase.split("+")]
    return all(_affirmed(part, plain) for part in parts if part)


def _affirmed(word: str, plain: str) -> bool:
    position = plain.find(word)
    while position >= 0:
        begin = max(plain.rfind(sign, 0, position) for sign in _CLAUSE_ENDS) + 1
        before = plain[max(begin, position - 12) : position]
        if not any(negation in before for negation in _NEGATIONS):
            return True
        position = plain.find(word, position + len(word))
    return False


def _confidence(hits: Sequence[str]) -> float:
    best = max(
        _SINGLE + _PER_SIGN * min(len(hit.replace("+", "")) - 1, 5) + (_PAIR if "+" in hit.strip("+") else 0.0)
        for hit in hits
    )
    return round(min(best + _PER_WORD * (len(hits) - 1), _MOST), 2)


def _reason(label: str, hits: Sequence[str]) -> str:
    quoted = "、".join("“" + hit.replace("+", "”与“") + "”" for hit in hits[:3])
    return f"条文提到{quoted}，对应“{label}”。"
