"""Decisions per second, with clauses, on one thread: beside a bare dictionary look-up, django-rules, Casbin and Cedar.

200 positions in a chain of five levels, 12 grants each, 100,000 requests about 24 actions with bounds on amount, percent and days,
conditions and scope. The floor is a dictionary written by hand for this very case: it gives the same outcome and approver for every
request (checked), without clauses. Every system gets the same requests in the same run; the plain reference evaluator decides
all of them, and the rulebook must agree with it on every one.

    remit bench authority [--json] [--scale 1.0]
"""

import argparse
import datetime as dt
import json
import logging
import random
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import django

from remit.kernel.authority.rulebook import ActionShape, GrantRule, Rulebook
from remit.kernel.organization.structure import PositionOn, Structure, UnitOn
from remit.lib.limits import Bound, Op, Unit

DAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
ACTIONS = [
    f"{family}.{verb}" for family in ("remedy", "staff", "price", "credit") for verb in ("a", "b", "c", "d", "e", "f")
]
FIGURES = {"amount": Unit.AMOUNT, "percent": Unit.PERCENT, "days": Unit.DAYS}
FIGURE_OF = {action: tuple(FIGURES)[n % 3] for n, action in enumerate(ACTIONS)}
SHAPES = {action: ActionShape("staff") for action in ACTIONS if action.startswith("staff.")}
Request = tuple[int, str, dict[str, Any]]


def build(seed: int = 1) -> tuple[Structure, list[GrantRule]]:
    """200 positions on five levels, one holder each, in ten departments; the higher, the wider the grants."""
    rng = random.Random(seed)
    units = {1: UnitOn(1, "公司", "company", None, 1)}
    units |= {n: UnitOn(n, f"部门{n}", "department", 1, 1) for n in range(2, 12)}
    levels = [[1], list(range(2, 8)), list(range(8, 32)), list(range(32, 92)), list(range(92, 201))]
    positions: dict[int, PositionOn] = {}
    for depth, level in enumerate(levels):
        for number in level:
            above = rng.choice(levels[depth - 1]) if depth else None
            unit = positions[above].unit_id if above and depth > 1 else rng.choice(range(2, 12))
            positions[number] = PositionOn(number, f"岗位{number}", unit, 1, False, 1, above, None, (number,))
    grants: list[GrantRule] = []
    for depth, level in enumerate(levels):
        for number in level:
            for action in rng.sample(ACTIONS, 12):
                figure = FIGURE_OF[action]
                top = Decimal(rng.choice([100, 200, 500]) * 4 ** (4 - depth))
                bound = Bound(
                    top, FIGURES[figure], rng.choice([Op.LESS, Op.AT_MOST]), "CNY" if figure == "amount" else ""
                )
                conditions = (("proven", frozenset([True])),) if rng.random() < 0.25 else ()
                scope = "own_department" if action in SHAPES and rng.random() < 0.5 else "anywhere"
                grants.append(
                    GrantRule(
                        len(grants) + 1, number, action, limits=((figure, bound),), conditions=conditions, scope=scope
                    )
                )
    return Structure(DAY, units, positions, {n: f"人{n}" for n in positions}), grants


def make_requests(count: int, seed: int = 2) -> list[Request]:
    rng = random.Random(seed)
    requests = []
    for _number in range(count):
        action = rng.choice(ACTIONS)
        figure = Decimal(rng.choice([20, 100, 150, 500, 501, 1999, 7000, 25000, 99000]))
        facts: dict[str, Any] = {FIGURE_OF[action]: figure, "proven": rng.random() < 0.7}
        if action in SHAPES:
            facts["staff"] = rng.randint(1, 200)
        requests.append((rng.randint(32, 200), action, facts))
    return requests


def rate(decide: Callable[[int, str, dict[str, Any]], Any], requests: Sequence[Request], runs: int = 5) -> float:
    """Decisions per second: the best of several runs over all requests (other work on the machine only ever slows)."""
    best = 0.0
    for _run in range(runs):
        start = time.perf_counter()
        for person, action, facts in requests:
            decide(person, action, facts)
        best = max(best, len(requests) / (time.perf_counter() - start))
    return best


Answer = tuple[str, int | None]


def look_up(book: Rulebook, requests: Sequence[Request]) -> Callable[[int, str, dict[str, Any]], Answer]:
    """The floor: a dictionary written by hand for these very requests, that gives the whole answer and no more.

    For each person and action a tuple of tests with their answer ("granted", "approval by 17", "refused"), worked out beforehand
    and tried in order. It has no clause, no deputy, no explanation, and knows only the shape of this bench's grants.
    """
    table: dict[
        tuple[int, str], tuple[tuple[Decimal, bool, bool, frozenset[int] | None, frozenset[int], Answer], ...]
    ] = {}
    for person, action in {(person, action) for person, action, _facts in requests}:
        rows = []
        for rung in book.ladder(person, action):
            answer = (rung.verdict.outcome, rung.verdict.approver_position_id)
            bound = rung.limits[0][1] if rung.limits else Bound(Decimal(10**12), Unit.COUNT, Op.AT_MOST)
            members = rung.members[0][1] if rung.members else None
            nobody = rung.not_one_of[0][1] if rung.not_one_of else frozenset()
            rows.append((bound.max, bound.op == "<", bool(rung.conditions), members, nobody, answer))
        table[person, action] = tuple(rows)

    def decide(person: int, action: str, facts: dict[str, Any]) -> Answer:
        value, proven, staff = facts[FIGURE_OF[action]], facts["proven"], facts.get("staff")
        for top, strictly, needs_proof, members, nobody, answer in table[person, action]:
            if (
                (value < top if strictly else value <= top)
                and (proven or not needs_proof)
                and (members is None or staff in members)
                and staff not in nobody
            ):
                return answer
        raise AssertionError("the last row refuses")

    return decide


def yes_or_no(grants: list[GrantRule]) -> Callable[[int, str, dict[str, Any]], bool]:
    """The least of all: is the figure within this position's own bound. It gives no approver and is wrong about the rest."""
    table = {(grant.position_id, grant.action): (grant.limits[0][0], grant.limits[0][1].max) for grant in grants}

    def decide(person: int, action: str, facts: dict[str, Any]) -> bool:
        found = table.get((person, action))
        return found is not None and facts[found[0]] <= found[1]

    return decide


# --- peers: each answers "within the own grant, and if not, who first", as its users would write it --------------------------------


def line_of(structure: Structure) -> dict[int, list[int]]:
    return {number: [number, *(above.id for above in structure.superiors(number))] for number in structure.positions}


def in_scope(grant: GrantRule, facts: dict[str, Any], members: dict[int, frozenset[int]]) -> bool:
    return grant.scope == "anywhere" or facts.get("staff") in members[grant.position_id]


def climb(
    structure: Structure, may: Callable[[int, str, dict[str, Any]], bool]
) -> Callable[[int, str, dict[str, Any]], Any]:
    """For engines that answer yes or no: ask for the position itself, then for each superior, as a caller has to."""
    lines = line_of(structure)

    def decide(person: int, action: str, facts: dict[str, Any]) -> int | None:
        for position in lines[person]:
            if (
                not (position == person == facts.get("staff"))
                and facts.get("staff") != position
                and may(position, action, facts)
            ):
                return position
        return None

    return decide


def with_rules(
    structure: Structure, grants: list[GrantRule], book: Rulebook
) -> Callable[[int, str, dict[str, Any]], Any]:
    import rules

    members = {g.position_id: book.scope_members(g.position_id, "own_department", "person") for g in grants}
    table = {(g.position_id, g.action): g for g in grants}

    @rules.predicate
    def within(position: int, question: tuple[str, dict[str, Any]]) -> bool:
        grant = table.get((position, question[0]))
        if grant is None:
            return False
        (name, bound), facts = grant.limits[0], question[1]
        return (
            bound.covers(facts[name])
            and all(facts.get(key) in values for key, values in grant.conditions)
            and in_scope(grant, facts, members)
        )

    ruleset = rules.RuleSet()
    for action in ACTIONS:
        ruleset.add_rule(action, within)
    return climb(structure, lambda position, action, facts: ruleset.test_rule(action, position, (action, facts)))


def with_casbin(
    structure: Structure, grants: list[GrantRule], book: Rulebook
) -> Callable[[int, str, dict[str, Any]], Any]:
    import casbin
    from casbin.model import FastModel

    logging.getLogger("casbin").setLevel(logging.WARNING)
    model = FastModel([0, 1])
    model.load_model_from_text(
        "[request_definition]\nr = sub, act, value, proven, staff\n[policy_definition]\np = sub, act, op, max, proven, scope\n"
        "[policy_effect]\ne = some(where (p.eft == allow))\n"
        '[matchers]\nm = r.sub == p.sub && r.act == p.act && within(r.value, p.op, p.max) && (p.proven == "any" || r.proven) '
        '&& (p.scope == "anywhere" || inside(r.staff, p.sub))\n'
    )
    enforcer = casbin.FastEnforcer(model, cache_key_order=[0, 1])
    members = {str(g.position_id): book.scope_members(g.position_id, "own_department", "person") for g in grants}
    enforcer.add_function(
        "within", lambda value, op, top: value < Decimal(top) or (op == "<=" and value == Decimal(top))
    )
    enforcer.add_function("inside", lambda staff, position: staff in members[position])
    for g in grants:
        bound = g.limits[0][1]
        enforcer.add_policy(
            str(g.position_id), g.action, str(bound.op), str(bound.max), "yes" if g.conditions else "any", g.scope
        )

    def may(position: int, action: str, facts: dict[str, Any]) -> bool:
        value = facts[FIGURE_OF[action]]
        return bool(enforcer.enforce(str(position), action, value, facts["proven"], facts.get("staff", 0)))

    return climb(structure, may)


def with_cedar(
    structure: Structure, grants: list[GrantRule], book: Rulebook
) -> Callable[[int, str, dict[str, Any]], Any]:
    """One policy set for each position, which is how Cedar is fastest here; scope is handed in as a fact."""
    import cedarpy

    members = {g.position_id: book.scope_members(g.position_id, "own_department", "person") for g in grants}
    policies: dict[int, str] = {}
    for g in grants:
        name, bound = g.limits[0]
        tests = [f"context.{name} {bound.op} {int(bound.max)}"]
        tests += ["context.proven"] if g.conditions else []
        tests += ["context.inside"] if g.scope != "anywhere" else []
        policy = f'permit(principal, action == Action::"{g.action}", resource) when {{ {" && ".join(tests)} }};\n'
        policies[g.position_id] = policies.get(g.position_id, "") + policy

    def may(position: int, action: str, facts: dict[str, Any]) -> bool:
        context = {
            FIGURE_OF[action]: int(facts[FIGURE_OF[action]]),
            "proven": facts["proven"],
            "inside": facts.get("staff") in members[position],
        }
        request = {
            "principal": f'Position::"{position}"',
            "action": f'Action::"{action}"',
            "resource": 'Company::"1"',
            "context": context,
        }
        return bool(cedarpy.is_authorized(request, policies[position], []).allowed)

    return climb(structure, may)


def agreement(book: Rulebook, structure: Structure, grants: list[GrantRule], requests: Sequence[Request]) -> float:
    from remit.kernel.authority.reference import Reference

    plain = Reference(structure, grants, [], SHAPES, NOW)
    plain.scope = _cached_scope(plain)  # type: ignore[method-assign]  # the reference recomputes a scope for every question
    plain.speaking_of = _cached_speaking(plain)  # type: ignore[method-assign]
    same = 0
    for person, action, facts in requests:
        verdict = book.decide(person, action, facts)
        answer = (verdict.outcome, verdict.grant.id if verdict.grant else None, verdict.approver_position_id)
        same += answer == plain.decide(person, action, facts)
    return same / len(requests)


def _cached_scope(plain: Any) -> Callable[[GrantRule, str], set[int]]:
    scope, seen = plain.scope, {}

    def cached(grant: GrantRule, kind: str) -> set[int]:
        key = (grant.position_id, grant.scope, kind)
        if key not in seen:
            seen[key] = scope(grant, kind)
        return seen[key]  # type: ignore[no-any-return]

    return cached


def _cached_speaking(plain: Any) -> Callable[[int, str], list[GrantRule]]:
    speaking, seen = plain.speaking_of, {}

    def cached(position: int, action: str) -> list[GrantRule]:
        if (position, action) not in seen:
            seen[position, action] = list(speaking(position, action))
        return seen[position, action]  # type: ignore[no-any-return]

    return cached


FLOOR = "dictionary by hand (floor)"
PEERS = {"django-rules": with_rules, "casbin": with_casbin, "cedarpy": with_cedar}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the 100,000 requests")
    options = parser.parse_args(argv)
    structure, grants = build()
    requests = make_requests(max(1000, int(100_000 * options.scale)))
    book = Rulebook(structure, grants, (), SHAPES, NOW, NOW + dt.timedelta(days=1))
    # Compiled on first use, once for each change of authority. Every verdict carries the grant with its clause.
    verdicts = [book.decide(*request) for request in requests]
    outcomes = [verdict.outcome for verdict in verdicts]
    by_hand = look_up(book, requests)
    if any(
        by_hand(*request) != (v.outcome, v.approver_position_id) for request, v in zip(requests, verdicts, strict=True)
    ):
        raise AssertionError("the floor must give the same answers")
    # In turn, several times: other work on the machine then slows both alike.
    floors, ours = [], []
    for _turn in range(5):
        floors.append(rate(by_hand, requests, runs=1))
        ours.append(rate(book.decide, requests, runs=1))
    rates = {FLOOR: max(floors), "remit": max(ours), "own bound, yes or no": rate(yes_or_no(grants), requests, runs=3)}
    for name, make in PEERS.items():
        try:
            rates[name] = rate(
                make(structure, grants, book), requests[: 20_000 if name == "django-rules" else 3_000], runs=2
            )
        except ImportError:
            print(f"{name}: not installed (make bench installs it)", file=sys.stderr)
    agreed = agreement(book, structure, grants, requests)
    lookup = rates[FLOOR]
    for name, per_second in sorted(rates.items(), key=lambda item: -item[1]):
        print(f"{name:<28} {per_second:>12,.0f} /s   {per_second / lookup:6.4f} of the look-up")
    shares = ", ".join(
        f"{kind} {outcomes.count(kind) / len(outcomes):.0%}" for kind in ("granted", "approval", "refused")
    )
    print(f"{len(requests):,} requests: {shares}; agreement with the reference evaluator {agreed:.2%}")
    if options.json:
        result = {"bench": "authority", "value": round(rates["remit"]), "floor": round(lookup), "unit": "decisions/s"}
        peers = {name: round(value) for name, value in rates.items() if name in PEERS}
        beside = {"agreement": agreed, "own_bound_yes_or_no": round(rates["own bound, yes or no"]), "peers": peers}
        print(json.dumps({**result, "ratio": round(rates["remit"] / lookup, 3), **beside}))
    return 0 if agreed == 1 else 1


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.settings")
    os.environ.setdefault("REMIT_ENV", "development")
    django.setup()
    sys.exit(main())
