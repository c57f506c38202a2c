"""The addresses of the work room, as an outline; Today is the start page."""

from django.urls import include, path

from remit.kernel.work.web import calendar, items, results, views

app_name = "work"

one_item = [
    path("", items.item_page, name="item"),
    path("files/<int:file>/", items.evidence_file, name="item-file"),
    *[path(f"{deed}/", items.item_deed, {"deed": deed}, name=f"item-{deed}") for deed in items.DEEDS],
]

urlpatterns = [
    path("", views.today, name="today"),
    path("work/", items.history_page, name="history"),
    path("work/routines/", items.routine_page, name="routines"),
    path("work/results/", results.results_page, name="results"),
    path("work/results/items/", results.results_items, name="results-items"),
    path("work/results/sheet/", results.results_xlsx, name="results-xlsx"),
    path("work/calendar/", calendar.calendar_page, name="calendar"),
    *[
        path(f"work/calendar/{deed}/", calendar.calendar_deed, {"deed": deed}, name=f"calendar-{deed}")
        for deed in calendar.DEEDS
    ],
    path("work/<int:pk>/", include(one_item)),
]
