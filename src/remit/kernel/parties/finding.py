"""What a customer is found by: tokens for the index, and what was typed as a question to it.

Beside the tokens of the name (lib.search) a customer has `r` and the figures of each telephone number and of its own number from
the last to the first, so that a tail is a beginning; `k` and its number; `c` and its credit code.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import BooleanField, F, Func, Value

from remit.lib.search import query_tokens, search_tokens

TAIL_LENGTH_MIN: Final = 4
_EXTENSION: Final = re.compile(r"-\d{1,6}$")
_GROUPING: Final = re.compile(r"[\s\-–—]+")
_NUMBER: Final = re.compile(r"kh-[\d-]*", re.ASCII)
_CREDIT_CODE: Final = re.compile(r"[0-9a-z]{18}", re.ASCII)
_ID_CARD: Final = re.compile(r"\d{17}[\dxX]", re.ASCII)


def tokens_of(
    name: str, *, is_person: bool, number: str, phones: Iterable[str] = (), credit_codes: Iterable[str] = ()
) -> list[str]:
    """Everything that a customer is found by, for its `search` column."""
    tokens = search_tokens(name, person=is_person)
    tokens += [f"k{number.lower()}", f"r{_figures(number)[::-1]}"]
    tokens += [f"r{_figures(_without_extension(phone))[::-1]}" for phone in phones]
    tokens += [f"c{code.lower()}" for code in credit_codes]
    return tokens


def _figures(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")


def _without_extension(phone: str) -> str:
    """0755-26543210-801 is found by 3210: people quote the number, not the extension."""
    return _EXTENSION.sub("", phone) if phone.count("-") > 1 else phone


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed. `tsquery` "" where nothing searchable was; the folded name must hold each of `literals`."""

    tsquery: str
    literals: tuple[str, ...] = ()
    id_card: str = ""


def question(typed: str) -> Question:
    """A number or its tail, a credit code, an identity card, else a name by characters, pinyin or initials."""
    bare = _GROUPING.sub("", unicodedata.normalize("NFKC", typed)).lower()
    if _ID_CARD.fullmatch(bare):
        return Question("", id_card=bare.upper())
    if bare.isascii() and bare.isdigit() and len(bare) >= TAIL_LENGTH_MIN:
        return Question(f"'r{bare[::-1]}':*")
    whole = unicodedata.normalize("NFKC", typed).strip().lower()
    if _NUMBER.fullmatch(whole):
        return Question(f"'k{whole}':*")
    if _CREDIT_CODE.fullmatch(bare) and any(char.isdigit() for char in bare):
        return Question(f"'c{bare}'")
    asked = query_tokens(typed)
    return Question(asked.tsquery(), asked.literals)


class AsVector(Func):
    """The tokens as a tsvector. An array, so that nothing in a token needs quoting."""

    function = "array_to_tsvector"
    template = "%(function)s(%(expressions)s::text[])"

    def __init__(self, tokens: Iterable[str]) -> None:
        super().__init__(Value(sorted(set(tokens))))


class AnyOf(Func):
    """`column = ANY(array)`: one parameter for any number of ids, where IN would have one each and another plan each time."""

    output_field = BooleanField()
    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("

    def __init__(self, column: str, ids: Iterable[int] | str) -> None:
        """`ids`, or an array that was written out before (`as_array`): five thousand numbers take a while to write."""
        super().__init__(F(column), Value(ids if isinstance(ids, str) else as_array(ids)))


def as_array(ids: Iterable[int]) -> str:
    """Numbers as an array is written: {1,2,3}."""
    return "{" + ",".join(map(str, map(int, ids))) + "}"


class AnyTextOf(Func):
    """As `AnyOf`, for texts: a hundred thousand telephones as one parameter."""

    output_field = BooleanField()
    template = "%(expressions)s::text[])"
    arg_joiner = " = ANY("

    def __init__(self, column: str, texts: Iterable[str]) -> None:
        super().__init__(F(column), Value(list(texts)))


class Answers(Func):
    """`column @@ question`: what a GIN index answers."""

    output_field = BooleanField()
    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "

    def __init__(self, column: str, tsquery: str) -> None:
        super().__init__(F(column), Value(tsquery))
