"""The addresses of the work room, as an outline; Today is the start page."""

from django.urls import include, path

from remit.kernel.work.web import calendar, items, notices, results, summaries, tasks, views

app_name = "work"

one_item = [
    path("", items.item_page, name="item"),
    path("files/<int:file>/", items.evidence_file, name="item-file"),
    *[path(f"{deed}/", items.item_deed, {"deed": deed}, name=f"item-{deed}") for deed in items.DEEDS],
]

one_task = [
    path("", tasks.task_page, name="task"),
    *[path(f"{deed}/", tasks.task_deed, {"deed": deed}, name=f"task-{deed}") for deed in tasks.DEEDS],
]

urlpatterns = [
    path("", views.today, name="today"),
    path("work/", items.history_page, name="history"),
    path("work/routines/", items.routine_page, name="routines"),
    path("work/tasks/", tasks.task_list, name="tasks"),
    path("work/tasks/new/", tasks.task_give, name="task-give"),
    path("work/tasks/<int:pk>/", include(one_task)),
    path("work/summaries/", summaries.own_summary, name="summary-own"),
    path("work/summaries/team/", summaries.team_summaries, name="summary-team"),
    path("work/summaries/chase/", summaries.chase_summaries, name="summary-chase"),
    path("work/summaries/rules/", summaries.summary_rules, name="summary-rules"),
    path("work/summaries/<int:pk>/", summaries.summary_page, name="summary"),
    path("work/results/", results.results_page, name="results"),
    path("work/results/items/", results.results_items, name="results-items"),
    path("work/results/sheet/", results.results_xlsx, name="results-xlsx"),
    path("work/calendar/", calendar.calendar_page, name="calendar"),
    *[
        path(f"work/calendar/{deed}/", calendar.calendar_deed, {"deed": deed}, name=f"calendar-{deed}")
        for deed in calendar.DEEDS
    ],
    path("work/notices/", notices.notice_list, name="notices"),
    path("work/notices/bell/", notices.bell, name="bell"),
    path("work/notices/reading/", notices.notices_reading, name="notices-reading"),
    path("work/notices/ways/", notices.notice_ways, name="notice-ways"),
    path("work/notices/<int:pk>/", notices.notice_opening, name="notice-opening"),
    path("work/<int:pk>/", include(one_item)),
]
