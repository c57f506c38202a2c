"""Charters of every shape, for the properties that must hold of all of them."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from remit.kernel.authority.spec import GrantSpec, ObligationSpec, WindowSpec
from remit.kernel.charters.format import (
    AuthoritySpec,
    BindingSpec,
    CharterSpec,
    DutySpec,
    EvidenceSpec,
    GuidanceSpec,
    KpiSpec,
    QualificationSpec,
    SkillSpec,
    WorkConditionsSpec,
)

# What trips YAML up beside what people write: words that look like other types, colons, dashes, quotes, empty-looking lines.
TRICKY = st.sampled_from(
    [
        "NO",
        "on",
        "18:30",
        "010",
        "~",
        "null",
        "true",
        "1e3",
        "- 一",
        "a: b",
        "#注",
        "'",
        '"',
        "{a}",
        "[",
        "<=",
        "|",
        "第一行\n\n  第二行",
    ]
)
PRINTABLE = st.characters(exclude_categories=("Cc", "Cs", "Cn"), include_characters="\n\t")
texts = (TRICKY | st.text(PRINTABLE, min_size=1, max_size=40)).filter(lambda text: text.strip() != "")
lines = (TRICKY | st.text(PRINTABLE, min_size=1, max_size=20)).filter(
    lambda text: text.strip() and len(text.strip().splitlines()) == 1
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


bounds = st.sampled_from(["<= 100 CNY", "< 500 CNY", "<= 10 %", "<= 3 day", "<= 2 count"])
durations = st.sampled_from(["3 workdays", "1 day", "30 minutes"])
obligations = st.one_of(
    st.builds(lambda who, within: ObligationSpec(report_to=who, within=within), lines, durations),
    st.builds(lambda who: ObligationSpec(countersigned_by=tuple(who)), st.lists(lines, min_size=1, max_size=3)),
    st.builds(lambda who: ObligationSpec(finding_by=who), lines),
)
grants = st.builds(
    GrantSpec,
    action=st.sampled_from(["staff.reward", "staff.*", "complaint.compensate"]),
    right=st.sampled_from(["decide", "propose"]),
    limits=st.dictionaries(st.sampled_from(["amount", "share"]), bounds, max_size=2),
    conditions=st.dictionaries(
        st.just("proven"),
        st.lists(st.booleans() | lines.filter(lambda text: text not in {"true", "false"}), max_size=2),
    ),
    scope=st.sampled_from(["anywhere", "own_group"]),
    windows=st.lists(st.builds(WindowSpec, period=st.just("month"), max=bounds), max_size=1).map(tuple),
    then=st.lists(obligations, max_size=2).map(tuple),
    start=maybe(st.dates()),
    end=st.none(),
)
EVERY = ("day", "workday", "week", "half-month", "month", "quarter", "half-year", "year")
KINDS = ("routine", "procedure", "record", "control", "metric", "norm")


def numbered(letter: str, strategy: st.SearchStrategy[Any], most: int = 4) -> st.SearchStrategy[Any]:
    """Up to `most` items with ids d1, d2, …"""
    return st.lists(strategy, max_size=most).map(
        lambda made: tuple(item.model_copy(update={"id": f"{letter}{n}"}) for n, item in enumerate(made, 1))
    )


duties = numbered(
    "d",
    st.builds(
        DutySpec,
        id=st.just("d0"),
        text=texts,
        group=maybe(st.sampled_from(["finance", "customer"])),
        every=maybe(st.sampled_from(EVERY)),
        when=maybe(st.sampled_from(["每两周的周一 18:00", "每月第3个工作日", "春节、中秋前3个工作日"])),
        within=maybe(durations),
        evidence=st.lists(
            st.builds(
                EvidenceSpec,
                kind=st.sampled_from(["text", "photo", "number"]),
                label=st.sampled_from(["现场照片", "通数"]),
            ),
            max_size=2,
        ).map(tuple),
        binding=maybe(st.builds(BindingSpec, kind=st.sampled_from(KINDS), name=maybe(lines), reason=maybe(texts))),
    ),
)
authority = numbered(
    "a", st.builds(AuthoritySpec, id=st.just("a0"), text=texts, grants=st.lists(grants, max_size=2).map(tuple)), most=3
)
kpis = numbered(
    "k",
    st.builds(
        KpiSpec,
        id=st.just("k0"),
        name=lines,
        definition=maybe(texts),
        weight=maybe(st.integers(1, 10_000).map(lambda n: Decimal(n) / 10_000)),
        target=maybe(st.sampled_from(["< 0.5 %", ">= 90 %", "= 0 次"])),
        direction=maybe(st.sampled_from(["higher", "lower"])),
        source=maybe(lines),
    ),
    most=3,
)
charters = st.builds(
    CharterSpec,
    format=st.just("charter/1"),
    title=lines,
    code=maybe(lines),
    company=maybe(lines),
    department=maybe(lines),
    level=maybe(lines),
    series=maybe(lines),
    tier=maybe(lines),
    reports_to=st.lists(lines, max_size=2).map(tuple),
    second_leader=maybe(lines),
    supervises=st.lists(lines, max_size=3).map(tuple),
    peers=st.lists(texts, max_size=1).map(tuple),
    guidance=st.builds(GuidanceSpec, received=maybe(texts), given=maybe(texts)),
    purpose=maybe(texts),
    duties=duties,
    authority=authority,
    kpis=kpis,
    weights_note=texts,
    qualifications=st.lists(
        st.builds(QualificationSpec, kind=st.sampled_from(["education", "other"]), text=texts), max_size=2
    ).map(tuple),
    skills=st.lists(st.builds(SkillSpec, kind=st.sampled_from(["knowledge", "ability"]), text=texts), max_size=2).map(
        tuple
    ),
    standards=st.lists(texts, max_size=1).map(tuple),
    difficulties=st.lists(texts, max_size=1).map(tuple),
    taboos=st.lists(texts, max_size=1).map(tuple),
    career=maybe(texts),
    conditions=st.builds(
        WorkConditionsSpec, general=maybe(texts), place=maybe(texts), environment=maybe(texts), hazards=maybe(texts)
    ),
)
