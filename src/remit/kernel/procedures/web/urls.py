"""The addresses of procedures and cases, as an outline."""

from django.urls import include, path

from remit.kernel.procedures.web import (
    views,
    views_day,
    views_deeds,
    views_intake,
    views_mailboxes,
    views_many,
    views_plans,
    views_procedures,
    views_reports,
    views_saved,
)

app_name = "procedures"

one_case = [
    path("", views.case_page, name="case-detail"),
    path("steps/<int:run>/", views_deeds.step_submit, name="step-submit"),
    path("steps/<int:run>/limit/", views_deeds.step_hint, name="step-hint"),
    path("record/", views_deeds.case_record, name="case-record"),
    path("files/<int:file>/", views_deeds.case_file, name="case-file"),
    path("files/<int:file>/thumbnail/", views_deeds.case_thumbnail, name="case-thumbnail"),
    *[path(f"{deed}/", views_deeds.case_deed, {"deed": deed}, name=f"case-{deed}") for deed in views_deeds.DEEDS],
]

one_plan = [
    path("", views_plans.plan_page, name="plan-detail"),
    *[path(f"{deed}/", views_plans.plan_deed, {"deed": deed}, name=f"plan-{deed}") for deed in views_plans.DEEDS],
]

urlpatterns = [
    path("", views_procedures.procedure_list, name="list"),
    path("cases/plans/", views_plans.plan_list, name="plan-list"),
    path("cases/plans/<slug:key>/<int:company>/", include(one_plan)),
    path("cases/", views.case_list, name="case-list"),
    path("cases/board/", views_many.case_board, name="case-board"),
    path("cases/views/", views_saved.keep, name="view-keep"),
    path("cases/views/<int:pk>/sharing/", views_saved.share, name="view-share"),
    path("cases/views/<int:pk>/default/", views_saved.default, name="view-default"),
    path("cases/views/<int:pk>/removal/", views_saved.remove, name="view-remove"),
    path("cases/calls/", views_day.calls, name="calls"),
    path("cases/bulk/", views_many.case_bulk, name="case-bulk"),
    path("cases/statistics/", views_reports.case_statistics, name="case-statistics"),
    path("cases/report/", views_reports.case_report, name="case-report"),
    path("cases/report/xlsx/", views_reports.case_report_xlsx, name="case-report-xlsx"),
    path("cases/report/pdf/", views_reports.case_report_pdf, name="case-report-pdf"),
    path("cases/new/<slug:key>/", views.case_new, name="case-new"),
    path("cases/<int:pk>/", include(one_case)),
    path("mailboxes/", views_mailboxes.mailbox_list, name="mailboxes"),
    path("mailboxes/mails/", views_mailboxes.mail_list, name="mails"),
    path("mailboxes/mails/<int:pk>/file/", views_mailboxes.mail_file, name="mail-file"),
    path("intake-page/", views_intake.intake_page, name="intake-page"),
    path("day/", views_day.day_page, name="day"),
    path("day/worker.js", views_day.day_worker, name="day-worker"),
    path("day/steps/<int:run>/", views_day.day_submit, name="day-submit"),
    path("<slug:key>/", views_procedures.procedure_page, name="detail"),
    path("<slug:key>/move/", views_many.procedure_move, name="move"),
    path("<slug:key>/bpmn/", views_procedures.procedure_bpmn, name="bpmn"),
]
