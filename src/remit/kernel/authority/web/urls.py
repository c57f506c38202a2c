"""The addresses of the authority room, as an outline."""

from django.urls import include, path

from remit.kernel.authority.web import acts, approvals, asking, matrices, pickers, records, sheets

app_name = "authority"

one_request = [
    path("", approvals.request_page, name="request-detail"),
    path("amendment/", approvals.request_amendment, name="request-amend"),
    *[path(f"{deed}/", approvals.request_deed, {"deed": deed}, name=f"request-{deed}") for deed in approvals.DEEDS],
]

urlpatterns = [
    path("approvals/", approvals.request_list, name="request-list"),
    path("approvals/bulk/", approvals.request_bulk, name="request-bulk"),
    path("approvals/<int:pk>/", include(one_request)),
    path("act/", acts.action_list, name="action-list"),
    path("act/<str:name>/", acts.action_do, name="action-do"),
    path("act/<str:name>/hint/", acts.action_hint, name="action-hint"),
    path("act/<str:name>/sheet/", sheets.action_sheet, name="action-sheet"),
    path("act/<str:name>/sheet/template/", sheets.sheet_template, name="sheet-template"),
    path("act/<str:name>/sheet/<str:token>/", sheets.sheet_preview, name="sheet-preview"),
    path("act/<str:name>/sheet/<str:token>/result/", sheets.sheet_result, name="sheet-result"),
    path("act/<str:name>/sheet/<str:token>/refused/", sheets.sheet_refused, name="sheet-refused"),
    path("obligations/", records.obligation_list, name="obligation-list"),
    path("obligations/<int:pk>/", records.obligation_page, name="obligation-detail"),
    path("obligations/<int:pk>/fulfilment/", records.obligation_fulfilment, name="obligation-fulfil"),
    path("matters/", records.matter_list, name="matter-list"),
    path("matters/<int:pk>/", records.matter_page, name="matter-detail"),
    path("matrix/", matrices.matrix, name="matrix"),
    path("matrix/sheet/", matrices.matrix_xlsx, name="matrix-xlsx"),
    path("matrix/paper/", matrices.matrix_pdf, name="matrix-pdf"),
    path("why/", asking.why, name="why"),
    path("what-if/", asking.what_if_page, name="what-if"),
    path("separation/", asking.separation, name="separation"),
    path("people.json", pickers.people, name="people-json"),
    path("positions.json", pickers.positions, name="positions-json"),
    path("units.json", pickers.units, name="units-json"),
]
