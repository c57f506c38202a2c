"""What every page of the shell needs: menu, person, language, theme. Asked for lazily, so that a fragment costs nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from remit.kernel.accounts.models import User
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import main_title
from remit.kernel.work.notices.queries import unread_count
from remit.web.navigation import BANNERS, GROUP_LABELS, NAVIGATION, Badge, Banner, NavItem, type_of_text

THEME_COOKIE: Final = "remit_theme"
THEMES: Final = ("auto", "light", "dark")
# How languages call themselves; never translated, so that somebody who is lost finds his own.
LANGUAGE_NAMES: Final = {"zh-hans": "简体", "zh-hant": "繁體", "en": "English"}
# BCP 47, for the browser: it chooses glyphs and line breaking by it.
LANGUAGE_TAGS: Final = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
# Small modules without imports of each other, so that hashed file names need no rewriting inside them.
SCRIPTS: Final = tuple(
    f"js/{name}.js"
    for name in ("htmx", "toast", "dialog", "menu", "palette", "table", "picker", "dirty", "files", "theme", "bell")
)


@cache
def address_of(url_name: str) -> str:
    """Of an entry of the menu: some forty are asked for on every page, and none changes while the program runs."""
    return reverse(url_name)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    key: str
    label: type_of_text
    label_short: type_of_text
    url: str
    icon: str
    badge: Badge | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class MenuGroup:
    label: type_of_text
    entries: tuple[MenuEntry, ...]


class Shell:
    """The frame around a page. Every property is computed once, on first use."""

    def __init__(self, request: HttpRequest, navigation: Sequence[NavItem] | None = None) -> None:
        self._request = request
        self._navigation = NAVIGATION if navigation is None else navigation

    @cached_property
    def person(self) -> Person | None:
        return getattr(self._request, "person", None)

    @cached_property
    def name(self) -> str:
        """How the top bar calls who is here; empty for a stranger."""
        if self.person is not None:
            return self.person.name
        return str(self._user) if self._user is not None else ""

    @cached_property
    def position(self) -> str:
        """The title of the main position, or nothing."""
        return "" if self.person is None else main_title(self.person)

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def language_tag(self) -> str:
        return LANGUAGE_TAGS.get(self.language, self.language)

    @property
    def languages(self) -> Mapping[str, str]:
        return LANGUAGE_NAMES

    @property
    def scripts(self) -> tuple[str, ...]:
        return SCRIPTS

    @cached_property
    def theme(self) -> str:
        """The login's own choice; before the login, what this browser chose."""
        chosen = self._user.theme if self._user is not None else self._request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def theme_url(self) -> str:
        """Where the switch of the theme is sent; the one of the language likewise."""
        return reverse("accounts:preferences" if self._user is not None else "web:theme")

    @cached_property
    def language_url(self) -> str:
        return reverse("accounts:preferences" if self._user is not None else "set_language")

    @cached_property
    def here(self) -> str:
        """This page, to come back to after a switch of language or theme."""
        return self._request.get_full_path()

    @cached_property
    def groups(self) -> list[MenuGroup]:
        """The sidebar, in the order of the groups; a group without an entry is left out."""
        entries = [(item, self._entry(item)) for item in self._visible if item.group != "top"]
        groups = [
            MenuGroup(label, tuple(entry for item, entry in entries if item.group == group))
            for group, label in GROUP_LABELS.items()
        ]
        return [group for group in groups if group.entries]

    @cached_property
    def top(self) -> list[MenuEntry]:
        return [self._entry(item) for item in self._visible if item.group == "top"]

    @cached_property
    def bottom(self) -> list[MenuEntry]:
        """The bar of a phone. Needs no `visible` entry of the sidebar: "Mine" stands only here."""
        items = [item for item in self._navigation if item.phone and (item in self._visible or item.key == "me")]
        return [self._entry(item) for item in sorted(items, key=lambda item: item.phone or 0)]

    @cached_property
    def banners(self) -> list[Banner]:
        if self.person is None:
            return []
        return [banner for ask in BANNERS for banner in ask(self.person)]

    @cached_property
    def unread(self) -> int:
        """Notices that the person has not read, for the bell."""
        return unread_count(self.person) if self.person is not None else 0

    @cached_property
    def _user(self) -> User | None:
        user = getattr(self._request, "user", None)  # an error page may come before the middleware that sets it
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def _visible(self) -> list[NavItem]:
        return [item for item in self._navigation if item.visible(self.person)]

    @cached_property
    def _current_key(self) -> str:
        """The entry whose address is the longest beginning of this page's path."""
        path = self._request.path
        urls = {item.key: address_of(item.url_name) for item in self._navigation}
        fitting = {key: url for key, url in urls.items() if path == url or (url != "/" and path.startswith(url))}
        return max(fitting, key=lambda key: len(fitting[key]), default="")

    @cached_property
    def _badges(self) -> dict[str, Badge]:
        """Counts by key; one item may stand in the sidebar and in the bar of a phone, and is asked once."""
        if self.person is None:
            return {}
        found = {item.key: item.badge(self.person) for item in self._visible if item.badge is not None}
        return {key: badge for key, badge in found.items() if badge is not None and badge.count > 0}

    def _entry(self, item: NavItem) -> MenuEntry:
        return MenuEntry(
            key=item.key,
            label=item.label,
            label_short=item.label_short or item.label,
            url=address_of(item.url_name),
            icon=item.icon,
            badge=self._badges.get(item.key),
            is_current=item.key == self._current_key,
        )


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": Shell(request)}
