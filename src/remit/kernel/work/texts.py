"""Texts of items, in every language of the product: who will read an item is not who opened it."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.translation import get_language, override


def in_every_language(make: Callable[[], str]) -> dict[str, str]:
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = make()
    return texts


def in_language(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, else in simplified Chinese."""
    return texts.get(get_language() or "zh-hans") or texts.get("zh-hans", "")
