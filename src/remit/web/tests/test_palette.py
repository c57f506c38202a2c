"""Ctrl K: typed pinyin finds, what is not visible is not found, and what people are called stays text."""

from collections.abc import Iterable

import pytest
from django.test import Client
from django.utils import translation
from tests.cast import build_firm

from remit.kernel.organization.models import Person
from remit.web.search import HITS_A_KIND, Hit, actions, find
from remit.web.tests.logins import a_login


@pytest.fixture(autouse=True)
def in_chinese() -> None:
    translation.activate("zh-hans")


def titles(query: str) -> list[str]:
    return [hit.title for group in find(None, query) for hit in group.hits]


@pytest.mark.parametrize("query", ["设置", "shezhi", "sz", " SheZ "])
def test_a_page_is_found_by_name_pinyin_and_initials(query: str) -> None:
    assert "设置" in titles(query)


def test_nonsense_finds_nothing() -> None:
    assert titles("qqqq") == []


def test_nothing_typed_offers_the_menu() -> None:
    assert "设置" in titles("")


def test_what_a_person_may_do_is_found_and_what_he_may_not_is_not(db: None) -> None:
    firm = build_firm()
    adviser = list(actions(firm["陈立"], "zsz"))
    assert [(hit.title, hit.url) for hit in adviser] == [("赠送赠品", "/authority/act/remedy.gift/")]
    assert list(actions(None, "zs")) == list(actions(firm["陈立"], "")) == []
    assert list(actions(firm["何平"], "zsz")) == []


def many(_person: Person | None, query: str) -> Iterable[Hit]:
    return [Hit("客户", f"客户 {number} <b>{query}</b>", "", f"/{number}/", number) for number in range(30)]


def few(_person: Person | None, _query: str) -> Iterable[Hit]:
    return [Hit("人员", "林晓岚", "客服部经理", "/p/", 99)]


def test_each_kind_shows_its_best_and_the_best_kind_comes_first() -> None:
    groups = find(None, "x", [many, few])
    assert [group.kind for group in groups] == ["人员", "客户"]
    assert [len(group.hits) for group in groups] == [1, HITS_A_KIND]
    assert groups[1].hits[0].score == 29


def test_a_very_long_text_is_cut() -> None:
    seen: list[str] = []

    def remember(_person: Person | None, query: str) -> Iterable[Hit]:
        seen.append(query)
        return []

    find(None, "长" * 5000, [remember])
    assert len(seen[0]) == 80


@pytest.fixture
def reader(db: None) -> Client:
    client = Client()
    client.force_login(a_login())
    return client


def test_the_palette_gets_a_fragment_and_a_reader_without_script_a_page(reader: Client) -> None:
    fragment = reader.get("/find/", {"q": "sz"}, headers={"HX-Request": "true"}).content.decode()
    assert 'role="option"' in fragment
    assert "<html" not in fragment
    assert "<html" in reader.get("/find/", {"q": "sz"}).content.decode()


def test_what_was_typed_comes_back_as_text(reader: Client) -> None:
    page = reader.get("/find/", {"q": "<script>qq"}, headers={"HX-Request": "true"}).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_stranger_is_asked_to_log_in(db: None) -> None:
    assert Client().get("/find/", {"q": "a"}).status_code == 302
