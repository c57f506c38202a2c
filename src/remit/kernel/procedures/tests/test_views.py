"""Views of the case list: kept under a name, opened by themselves, shared, and never more than the reader may see."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.browsing import browser_of

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.procedures.models import Case, SavedView
from remit.kernel.procedures.tests.department import MORNING, Department
from remit.kernel.procedures.views.viewing import as_data, view_from, visible_views
from remit.lib import clock

pytestmark = pytest.mark.django_db
LIST = "procedures:case-list"


def shown(client: Client, address: str) -> Any:
    return client.get(address, follow=True).context


def test_a_manager_keeps_her_view_opens_with_it_and_shares_it_with_her_department(department: Department) -> None:
    firm, mine = department.firm, browser_of(department.firm, "林晓岚")
    with clock.set_to(MORNING):
        judging, investigated = department.open(), department.open("赵敏之")
        department.judged(investigated, "赵敏之")
        form = {
            "name": "待判断的投诉", "filter": "procedure=complaint&step=judge&whose=people", "sort": "newest",
            "column1": "due", "column2": "handler", "column3": "grade",
        }  # fmt: skip
        there = mine.post(reverse("procedures:view-keep"), form).headers["Location"]
        page = shown(mine, there)
        assert [row.pk for row in page["rows"]] == [judging.pk]
        assert [key for key, _label in page["columns"]] == ["due", "handler", "grade"], "in this order"
        view = SavedView.objects.get()
        mine.post(reverse("procedures:view-default", args=[view.pk]))
        assert shown(mine, reverse(LIST))["shown"] == view, "the list opens with it"
        assert len(shown(mine, reverse(LIST) + "?state=open")["rows"]) == 2, "a tab leads out of it"

        assert not visible_views(firm["陈立"]).exists()
        mine.post(reverse("procedures:view-share", args=[view.pk]))
        assert visible_views(firm["陈立"]).get() == view
        assert not visible_views(firm["吴越"]).exists(), "another department"
        theirs = shown(browser_of(firm, "陈立"), there)
        assert theirs["rows"] == [] and not theirs["shown_is_own"], "a view shows nobody what he may not see"
        assert "shown" in theirs and theirs["shown"] == view

    with pytest.raises(NotYours):
        firm.do("陈立", "case.remove_view", view=view.pk)
    firm.do("林晓岚", "case.share_view", view=view.pk, end=True)
    assert not visible_views(firm["陈立"]).exists()
    firm.do("林晓岚", "case.remove_view", view=view.pk)
    assert shown(mine, reverse(LIST))["shown"] is None and Case.objects.count() == 2


def test_one_view_of_a_name_one_that_opens_and_sharing_by_who_leads_or_is_granted(department: Department) -> None:
    firm = department.firm
    first, second = (
        SavedView.objects.get(pk=firm.do("陈立", "case.keep_view", name=name, filter={"state": state}).subject[1])
        for name, state in (("逾期", "late"), ("全部", "all"))
    )
    with pytest.raises(RuleBroken, match="逾期"):
        firm.do("陈立", "case.keep_view", name="逾期")
    for view in (first, second):
        firm.do("陈立", "case.default_view", view=view.pk)
    assert [view.name for view in SavedView.objects.filter(is_default=True)] == ["全部"]
    firm.do("陈立", "case.keep_view", name="我的逾期", filter={"state": "late", "columns": "due"}, view=first.pk)
    assert SavedView.objects.get(pk=first.pk).wanted == {"state": "late", "columns": "due"}
    with pytest.raises(NotAuthorised):
        firm.do("陈立", "case.share_view", view=first.pk)  # he leads nobody, and no clause grants it


@pytest.mark.parametrize(
    "data",
    [{}, {"state": "late", "q": "按摩椅", "sort": "oldest"}, {"whose": "people", "grade": "A", "columns": "grade,due"},
     {"procedure": "complaint", "step": "judge", "answer": "category:product", "since": "2026-11-01"}],
    ids=["usual", "late", "team", "figure"],
)  # fmt: skip
def test_what_is_kept_is_what_the_address_says_and_nonsense_is_left_out(data: dict[str, str]) -> None:
    nonsense = {"sort": "by colour", "columns": "colour"} if not data else {}
    assert as_data(view_from({**data, **nonsense, "page": "7"})) == data
