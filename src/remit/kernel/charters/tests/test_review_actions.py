"""A reviewer goes through a draft, item by item; every change by the action, as from any door."""

import pytest

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.charters.models import DraftCharter, DraftItem, ImportedDocument
from remit.kernel.charters.reviewing import ChangedMeanwhile, spec_of, stamp_of
from remit.kernel.charters.tests.office import LINES, REWARD, Office, place, reading

pytestmark = pytest.mark.django_db


def test_an_import_keeps_text_spans_and_doubts(office: Office) -> None:
    assert [draft.title for draft in office.document.drafts.all()] == ["客户关系主管", "客户专员"]
    reward = office.item(LINES[4])
    assert office.document.text[slice(*reward.spans[0])] == LINES[4]
    assert (reward.part, reward.state, reward.data["grants"]) == ("authority", "proposed", [REWARD])
    assert office.item(LINES[5]).looks == ["先作为一般申请"]
    event = Event.objects.filter(kind="charter.import").get()
    assert event.changes["positions"] == 2
    assert "reading" not in event.facts


def test_who_may_not_import_reads_nothing_in(office: Office) -> None:
    with pytest.raises(NotAuthorised):
        office.do("charter.import", "陈立", name="x.txt", company=office.firm.health.pk, reading=reading())
    assert ImportedDocument.objects.count() == 1


def test_a_document_is_imported_for_a_company_only(office: Office) -> None:
    with pytest.raises(RuleBroken):
        office.do("charter.import", name="x.txt", company=office.firm.service.pk, reading=reading())


def test_another_rooms_file_can_not_be_taken_for_the_original(office: Office) -> None:
    from remit.kernel.documents.actions import store

    paper = store(b"salaries", "salaries.txt", "text/plain", actor=office.firm.actor("周岚"), room="elsewhere")
    with pytest.raises(RuleBroken):
        office.do("charter.import", name="x", company=office.firm.health.pk, reading=reading(), file=paper.pk)


def test_accepting_rejecting_and_reopening(office: Office) -> None:
    (accepted,) = office.review("accept", office.item(LINES[2]))
    (rejected,) = office.review("reject", office.item(LINES[3]))
    assert (accepted.state, rejected.state) == ("accepted", "rejected")
    assert accepted.reviewed_by == office.firm["周岚"]
    (again,) = office.review("reopen", rejected)
    assert again.state == "proposed"


def test_what_was_edited_stays_marked_when_it_is_accepted(office: Office) -> None:
    (edited,) = office.review("edit", office.item(LINES[2]), data={"text": "每周一汇总客户意见"})
    (accepted,) = office.review("accept", edited)
    assert (accepted.state, accepted.data["text"]) == ("edited", "每周一汇总客户意见")
    assert accepted.data["every"] == "week"


def test_an_edit_that_is_no_part_of_the_format_is_refused_and_changes_nothing(office: Office) -> None:
    duty = office.item(LINES[2])
    for data in ({"every": "now and then"}, {"text": ""}, {"unknown": "x"}, {"within": "soon"}):
        with pytest.raises(RuleBroken):
            office.review("edit", duty, data=data)
    duty.refresh_from_db()
    assert (duty.state, duty.data["text"]) == ("proposed", LINES[2])


def test_none_takes_a_field_away(office: Office) -> None:
    (edited,) = office.review("edit", office.item(LINES[2]), data={"every": None, "binding": None})
    assert edited.data == {"text": LINES[2]}


def test_two_reviewers_at_once_the_second_is_told(office: Office) -> None:
    duty = office.item(LINES[2])
    seen = {str(duty.pk): stamp_of(duty)}
    office.review("reject", duty, seen=seen)
    with pytest.raises(ChangedMeanwhile, match="周岚"):
        office.review("accept", duty, seen=seen)
    duty.refresh_from_db()
    assert duty.state == "rejected"
    office.review("accept", duty, seen={str(duty.pk): stamp_of(duty)})


def test_splitting_reads_each_part_anew_and_ties_it_to_its_own_words(office: Office) -> None:
    first, second = LINES[3].split("；")
    kept = office.review("split", office.item(LINES[3]), data={"texts": [first, second]})
    assert [one.data["text"] for one in kept] == [first, second]
    assert kept[0].data["within"] == "2 workdays"
    assert "within" not in kept[1].data
    assert [one.spans for one in kept] == [[place(first)], [place(second)]]
    assert [one.state for one in kept] == ["edited", "edited"]
    order = [one.data["text"] for one in office.supervisor.items.filter(part="duty")]
    assert order == [LINES[2], first, second]


def test_parts_of_a_clause_of_authority_wait_to_be_looked_at(office: Office) -> None:
    kept = office.review("split", office.item(LINES[4]), data={"texts": ["可奖励员工80元以内", "可申请调离员工"]})
    assert [one.state for one in kept] == ["proposed", "proposed"]
    assert kept[0].data["grants"][0]["limits"] == {"amount": "<= 80 CNY"}
    assert [grant["action"] for grant in kept[1].data["grants"]] == ["staff.transfer"]
    assert kept[1].data["grants"][0]["right"] == "propose"


def test_one_part_is_no_split(office: Office) -> None:
    with pytest.raises(RuleBroken):
        office.review("split", office.item(LINES[3]), data={"texts": ["一段", "  "]})


def test_merging_keeps_all_grants_and_the_words_of_both(office: Office) -> None:
    one, two = office.item(LINES[4]), office.item(LINES[5])
    (merged,) = office.review("merge", one, two)
    assert merged.pk == one.pk
    assert merged.data["text"] == f"{LINES[4]}；{LINES[5]}" or merged.data["text"] == LINES[4] + LINES[5]
    assert [grant["action"] for grant in merged.data["grants"]] == ["staff.reward", "general.ztbz"]
    assert merged.spans == [place(LINES[4]), place(LINES[5])]
    assert merged.looks == ["先作为一般申请"]
    assert not DraftItem.objects.filter(pk=two.pk).exists()


def test_only_items_of_one_kind_merge(office: Office) -> None:
    with pytest.raises(RuleBroken):
        office.review("merge", office.item(LINES[2]), office.item(LINES[4]))
    with pytest.raises(RuleBroken):
        office.review("merge", office.item(LINES[2]))


def test_a_duty_that_is_really_an_authority_is_read_as_one(office: Office) -> None:
    (added,) = office.review("add", data={"part": "duty", "data": {"text": "有权给予员工50元以内的奖励"}})
    (clause,) = office.review("retype", added, data={"part": "authority"})
    assert (clause.part, clause.state) == ("authority", "proposed")
    assert clause.data["grants"][0]["limits"] == {"amount": "<= 50 CNY"}
    (back,) = office.review("retype", clause, data={"part": "duty"})
    assert (back.part, back.state) == ("duty", "edited")


def test_a_long_duty_becomes_a_kpi_with_its_words_as_definition(office: Office) -> None:
    text = "客户满意的程度" * 30
    (added,) = office.review("add", data={"part": "duty", "data": {"text": text}})
    (kpi,) = office.review("retype", added, data={"part": "kpi"})
    assert (len(kpi.data["name"]), kpi.data["definition"]) == (120, text)


def test_moving_to_another_position_of_the_document(office: Office) -> None:
    duty = office.item(LINES[3])
    (moved,) = office.review("move", duty, data={"draft": office.clerk.pk})
    assert moved.draft == office.clerk
    assert [one.data["text"] for one in office.clerk.items.all()] == [LINES[10], LINES[3]]


def test_nothing_moves_into_another_document(office: Office) -> None:
    other = office.do("charter.import", name="2.txt", company=office.firm.health.pk, reading=reading())
    stranger = ImportedDocument.objects.get(pk=other.subject[1]).drafts.all()[0]
    for target in (stranger.pk, 0, "x"):
        with pytest.raises(RuleBroken):
            office.review("move", office.item(LINES[3]), data={"draft": target})


def test_selected_words_become_an_item_where_they_stand(office: Office) -> None:
    a, b = place("保管客户档案")
    (added,) = office.review("add", data={"part": "duty", "spans": [[a, b]]})
    assert (added.data["text"], added.original, added.state) == ("保管客户档案", "保管客户档案", "edited")
    order = [one.pk for one in office.supervisor.items.filter(part="duty")]
    assert order[-1] == added.pk
    (early,) = office.review("add", data={"part": "duty", "spans": [place("汇总客户意见")]})
    assert [one.pk for one in office.supervisor.items.filter(part="duty")].index(early.pk) == 1


def test_spans_outside_the_text_are_no_spans(office: Office) -> None:
    for spans in ([[0, 10**6]], [[5, 5]], [["a", "b"]], [[1, 2, 3]], "all", None):
        with pytest.raises(RuleBroken):
            office.review("add", data={"part": "duty", "spans": spans})


def test_items_of_another_draft_are_not_reached_through_this_one(office: Office) -> None:
    with pytest.raises(RuleBroken):
        office.review("accept", office.item(LINES[10]))
    for ids in (["1"], [10**30], [-1], [True], "all", {"a": 1}):
        with pytest.raises((RuleBroken, BadFacts)):
            office.do("charter.review", draft=office.supervisor.pk, items=ids, change="accept")


def test_strangers_are_told_that_there_is_no_such_document(office: Office) -> None:
    from tests.cast import give

    give(office.firm, "物业经理", "第1条", {"action": "charter.review"})
    from remit.kernel.authority.loading import authority_changed

    authority_changed()
    with pytest.raises(NotYours):
        office.review("accept", office.item(LINES[2]), who="何平")


def test_the_head_is_corrected(office: Office) -> None:
    pk = office.supervisor.pk
    head = {"title": "客户关系经理", "reports_to": ["总经理"], "purpose": None}
    office.do("charter.review_header", draft=pk, data=head)
    corrected = DraftCharter.objects.get(pk=pk)
    assert (corrected.title, spec_of(corrected).reports_to) == ("客户关系经理", ("总经理",))
    wrong: list[dict[str, object]] = [{"title": ""}, {"duties": []}]
    for data in wrong:
        with pytest.raises(RuleBroken):
            office.do("charter.review_header", draft=pk, data=data)


def test_what_is_no_position_is_put_aside_and_taken_up_again(office: Office) -> None:
    pk = office.supervisor.pk
    for is_dropped in (True, False):
        office.do("charter.review_header", draft=pk, data={"dropped": is_dropped})
        assert (DraftCharter.objects.get(pk=pk).dropped_at is not None) is is_dropped


@pytest.mark.parametrize("made_up", [{}, {"drafts": []}, {"drafts": [{"title": "经理"}]}, {"drafts": "x", "text": 3}])
def test_a_reading_of_somebody_elses_making_is_refused_in_a_sentence(
    office: Office, made_up: dict[str, object]
) -> None:
    with pytest.raises(RuleBroken):
        office.do("charter.import", name="手工.json", company=office.firm.health.pk, reading=made_up)
