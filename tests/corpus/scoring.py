"""How well a reading of a document agrees with what a careful reader found in it (the `*.gold.json` beside each document).

Items are paired one to one, the most alike first, from a likeness of 0.85 on; likeness is rapidfuzz's ratio over the
letters and digits of both texts (NFKC, simplified, lower case). The score of a document is the mean of the measures in
`SCORED` for which its gold has something; over several documents the counts are added up first.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from typing import Any

import opencc
from rapidfuzz import fuzz

ALIKE = 0.85
SCORED = ("position", "duty_doc", "duty_pos", "every", "within", "authority", "limit", "kpi")
SHARES = ("kpi_weight", "kpi_target")  # of the matched KPIs whose gold states one, the share that is right
MEASURES = (*SCORED, *SHARES, "qualification", "reports_to")

Item = dict[str, Any]
Pair = tuple[int, int]
_simplify = opencc.OpenCC("t2s").convert


class Tallies(Counter[tuple[str, str]]):
    """How many are right, in the gold, found, and expected (in the gold at all: does the measure apply?), by measure."""

    def count(self, measure: str, right: int = 0, gold: int = 0, found: int = 0, expected: int = 0) -> None:
        self.update(
            {
                (measure, "right"): right,
                (measure, "gold"): gold,
                (measure, "found"): found,
                (measure, "expected"): expected,
            }
        )

    def value(self, measure: str) -> float | None:
        """F1, or the share that is right; None where the gold has nothing of the kind."""
        right, gold, found = self[measure, "right"], self[measure, "gold"], self[measure, "found"]
        if not self[measure, "expected"]:
            return None
        if measure in SHARES:
            return right / gold if gold else 0.0
        return 2 * right / (gold + found) if gold + found else 0.0

    def score(self) -> float:
        values = [value for measure in SCORED if (value := self.value(measure)) is not None]
        return sum(values) / len(values) if values else 1.0


@cache
def bare(text: str) -> str:
    """Only what is said: letters, digits and characters, simplified, narrow, lower case."""
    return "".join(char for char in _simplify(unicodedata.normalize("NFKC", text)).lower() if char.isalnum())


@cache
def likeness(one: str, other: str) -> float:
    """0 to 1. A text that is mostly Latin beside some Chinese is compared by its Chinese alone too."""
    pairs = [(bare(one), bare(other))]
    han = _chinese_of(one), _chinese_of(other)
    if any(han):
        pairs.append((han[0] or bare(one), han[1] or bare(other)))
    return max(fuzz.ratio(a, b) / 100 if a and b else 0.0 for a, b in pairs)


def _chinese_of(text: str) -> str:
    chinese = re.sub(r"[^\u3400-\u9fff]", "", bare(text))
    latin = len(re.findall(r"[a-z]", bare(text)))
    return chinese if len(chinese) >= 2 and latin > len(chinese) else ""


def _name_likeness(one: str, other: str) -> float:
    """KPI names count as alike too where the part before a colon is."""
    heads = [(name, re.split("[:：]", name, maxsplit=1)[0]) for name in (one, other)]
    return max(likeness(a, b) for a in heads[0] for b in heads[1])


def pair(
    gold: Sequence[str],
    found: Sequence[str],
    alike: Callable[[str, str], float] = likeness,
    shared: Callable[[int, int], int] = lambda i, j: 0,
) -> list[Pair]:
    """The pairs (index in gold, index in found); ties go to those that share more, then to the nearest in order."""
    candidates = [
        (-value, -shared(i, j), abs(i - j), i, j)
        for i, one in enumerate(gold)
        for j, other in enumerate(found)
        if (value := alike(one, other)) >= ALIKE
    ]
    pairs: list[Pair] = []
    for *_, i, j in sorted(candidates):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def compare(gold: Item, found: Item) -> Tallies:
    """Both in the format of the gold files."""
    tallies = Tallies()
    wanted, given = gold["positions"], found["positions"]
    duties = [Counter(bare(duty["text"]) for duty in position["duties"]) for position in wanted]
    others = [Counter(bare(duty["text"]) for duty in position["duties"]) for position in given]
    positions = pair(
        [position["title"] for position in wanted],
        [position["title"] for position in given],
        shared=lambda i, j: (duties[i] & others[j]).total(),
    )
    tallies.count("position", len(positions), len(wanted), len(given), len(wanted))
    _compare_duties(tallies, wanted, given, positions)
    _compare_authority(tallies, wanted, given, positions)
    _compare_kpis(tallies, wanted, given, positions)
    for measure, key in (("qualification", "qualifications"), ("reports_to", "reports_to")):
        right = sum(len(pair(wanted[i][key], given[j][key])) for i, j in positions)
        _count_inside(tallies, measure, key, wanted, given, right)
    return tallies


def _count_inside(tallies: Tallies, measure: str, key: str, wanted: list[Item], given: list[Item], right: int) -> None:
    total = sum(len(position[key]) for position in wanted)
    tallies.count(measure, right, total, sum(len(position[key]) for position in given), total)


def _compare_duties(tallies: Tallies, wanted: list[Item], given: list[Item], positions: list[Pair]) -> None:
    all_wanted = [duty for position in wanted for duty in position["duties"]]
    all_given = [duty for position in given for duty in position["duties"]]
    pairs = pair(_texts(all_wanted), _texts(all_given))
    _count_inside(tallies, "duty_doc", "duties", wanted, given, len(pairs))
    right = sum(len(pair(_texts(wanted[i]["duties"]), _texts(given[j]["duties"]))) for i, j in positions)
    _count_inside(tallies, "duty_pos", "duties", wanted, given, right)
    for measure, key in (("every", lambda duty: duty["every"]), ("within", _within)):
        tallies.count(measure, expected=sum(key(duty) is not None for duty in all_wanted))
        for i, j in pairs:
            one, other = key(all_wanted[i]), key(all_given[j])
            tallies.count(measure, int(one is not None and one == other), int(one is not None), int(other is not None))


def _compare_authority(tallies: Tallies, wanted: list[Item], given: list[Item], positions: list[Pair]) -> None:
    tallies.count("limit", expected=sum(len(entry["limits"]) for position in wanted for entry in position["authority"]))
    right = 0
    for i, j in positions:
        ours, theirs = wanted[i]["authority"], given[j]["authority"]
        pairs = pair(_texts(ours), _texts(theirs))
        right += len(pairs)
        for a, b in pairs:
            one, other = _limits(ours[a]), _limits(theirs[b])
            tallies.count("limit", (one & other).total(), one.total(), other.total())
    _count_inside(tallies, "authority", "authority", wanted, given, right)


def _compare_kpis(tallies: Tallies, wanted: list[Item], given: list[Item], positions: list[Pair]) -> None:
    for kpi in (kpi for position in wanted for kpi in position["kpis"]):
        tallies.count("kpi_weight", expected=int(kpi["weight"] is not None))
        tallies.count("kpi_target", expected=int(kpi["target"] is not None))
    right = 0
    for i, j in positions:
        ours, theirs = wanted[i]["kpis"], given[j]["kpis"]
        pairs = pair([kpi["name"] for kpi in ours], [kpi["name"] for kpi in theirs], _name_likeness)
        right += len(pairs)
        for a, b in pairs:
            one, other = ours[a], theirs[b]
            if one["weight"] is not None:
                tallies.count("kpi_weight", int(_same(one["weight"], other["weight"])), 1)
            if one["target"] is not None:
                target = other["target"] or {"op": None, "value": None}
                same = one["target"]["op"] == target["op"] and _same(one["target"]["value"], target["value"])
                tallies.count("kpi_target", int(same), 1)
    _count_inside(tallies, "kpi", "kpis", wanted, given, right)


def _texts(items: list[Item]) -> list[str]:
    return [item["text"] for item in items]


def _within(duty: Item) -> Hashable:
    return (float(duty["within"]["n"]), duty["within"]["unit"]) if duty["within"] else None


def _limits(entry: Item) -> Counter[tuple[float, str]]:
    return Counter((round(float(limit["max"]), 6), limit["unit"]) for limit in entry["limits"])


def _same(one: float, other: float | None) -> bool:
    return other is not None and abs(one - other) <= 1e-6 + 1e-4 * abs(one)
