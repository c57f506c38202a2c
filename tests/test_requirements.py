"""Every requirement that a test quotes is explained in docs/requirements.md; docs/coverage.md says which tests stand for which."""

from tools import coverage

ROOT = coverage.ROOT


def test_an_id_is_found_in_a_mark_with_the_test_that_bears_it() -> None:
    source = '@pytest.mark.ledger("R-001")\n@pytest.mark.ledger("S-002", "S-003")\ndef test(): ...\npytestmark = pytest.mark.ledger("T-004")'
    assert sorted(coverage.marks_of(source)) == [("R-001", "test"), ("S-002", "test"), ("S-003", "test"), ("T-004", "")]


def test_quoted_and_explained_are_the_same() -> None:
    quoted, explained = coverage.tests_by_id().keys(), coverage.explained().keys()
    assert sorted(quoted - explained) == [], "write a line for these into docs/requirements.md"
    assert sorted(explained - quoted) == [], "no test stands for these any more"


def test_every_line_says_something_and_stands_once_in_order() -> None:
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    ids = [line["id"] for line in coverage.LINE.finditer(text)]
    assert len(ids) == len(set(ids)) == text.count("\n| ") - 2, "a line of the table that is not read as one"
    assert ids == sorted(ids)
    assert all(len(line) > 20 for line in coverage.explained().values())


def test_what_has_no_test_has_a_reason_and_what_has_one_needs_none() -> None:
    sections, without = coverage.uncovered()
    tested = coverage.tests_by_id().keys()
    excused = [id_ for one in without for id_ in one.ids]
    assert sorted(set(excused) & tested) == [], "these have tests now: take them out of docs/uncovered.yaml"
    assert len(excused) == len(set(excused))
    missing = {id_ for section in sections for id_ in section.ids} - tested - set(excused)
    assert sorted(missing) == [], "a test, or a reason in docs/uncovered.yaml"


def test_the_page_is_up_to_date() -> None:
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(), "run tools/coverage.py"
