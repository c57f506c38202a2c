"""WCAG 2.2 AA, computed from the tokens: text 4.5 to 1, what must be seen to be used 3 to 1, by day and by night."""

import re

import pytest

from remit.web.tests.stylesheets import CSS, text_of, without_comments

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3", "link") for ground in ("card", "card-2", "paper", "hover")],
    *[("seal-ink", ground) for ground in ("card", "card-2", "paper", "seal-wash")],
    *[
        (ink, ground)
        for ink, wash in (("ok", "ok-wash"), ("warn", "warn-wash"), ("link", "brand-wash"))
        for ground in (wash, "card")
    ],
    *[("ink", wash) for wash in ("seal-wash", "ok-wash", "warn-wash", "brand-wash", "neutral-wash")],
    *[("ink-2", "neutral-wash"), ("ink-2", "brand-wash"), ("ink-3", "field"), ("ink-3", "brand-wash")],
    *[
        ("on-brand", "brand"),
        ("on-brand", "brand-strong"),
        ("on-brand", "agent"),
        ("on-seal", "seal-fill-strong"),
        ("sheet-ink", "sheet"),
        ("on-seal", "seal-fill"),
    ],
    *[
        ("side-ink", "side"),
        ("side-ink-2", "side"),
        ("side-ink-on", "side-on"),
        ("side-ink-on", "side-hover"),
        ("side-ink", "side-count"),
    ],
]
SHAPES = [
    *[("line-field", "card"), ("line-field", "field"), ("focus", "card"), ("focus", "paper"), ("seal", "card")],
    *[("ok-fill", "card"), ("warn-fill", "card"), ("brand-mark", "card"), ("brand-mark", "neutral-wash")],
]


def _tokens() -> dict[str, str]:
    css = without_comments(text_of(CSS / "tokens.css"))
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))


def _colour(name: str, night: bool, tokens: dict[str, str]) -> str:
    value = tokens[name].strip()
    if value.startswith("light-dark("):
        value = value.removeprefix("light-dark(").removesuffix(")").split(",")[1 if night else 0].strip()
    inner = re.fullmatch(r"var\(--([\w-]+)\)", value)
    return _colour(inner[1], night, tokens) if inner else value


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_text_can_be_read(night: bool) -> None:
    assert _below(4.5, TEXT, night) == []


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_fields_and_marks_can_be_seen(night: bool) -> None:
    assert _below(3, SHAPES, night) == []


def _below(least: float, pairs: list[tuple[str, str]], night: bool) -> list[str]:
    tokens = _tokens()
    measured = [
        (ink, ground, _contrast(_colour(ink, night, tokens), _colour(ground, night, tokens))) for ink, ground in pairs
    ]
    return [f"{ink} on {ground}: {ratio:.2f}" for ink, ground, ratio in measured if ratio < least]
