"""The addresses of the organization room, as an outline."""

from django.urls import include, path

from remit.kernel.organization.web import views_acting as acting
from remit.kernel.organization.web import views_exchange as exchange
from remit.kernel.organization.web import views_people as people
from remit.kernel.organization.web import views_positions as positions
from remit.kernel.organization.web import views_units as units

app_name = "organization"

one_unit = [
    path("", units.unit_page, name="unit-detail"),
    path("change/", units.unit_change, name="unit-change"),
    path("closure/", units.unit_close, name="unit-close"),
    path("units/new/", units.unit_new, name="unit-new"),
    path("positions/new/", units.position_new, name="position-new"),
]
one_position = [
    path("", positions.position_page, name="position-detail"),
    path("change/", positions.position_change, name="position-change"),
    path("closure/", positions.position_close, name="position-close"),
    path("appointments/", positions.appointment_new, name="appointment-new"),
    path("appointments/check/", positions.appointment_check, name="appointment-check"),
    path("appointments/end/", positions.appointment_end, name="appointment-end"),
]
one_person = [
    path("", people.person_page, name="person-detail"),
    path("change/", people.person_change, name="person-change"),
    path("leaving/", people.person_leave, name="person-leave"),
]
one_import = [
    path("", exchange.preview, name="import-preview"),
    path("taking-in/", exchange.take_in, name="import-take-in"),
    path("mending/", exchange.error_file, name="import-error-file"),
]

urlpatterns = [
    path("", units.chart, name="chart"),
    path("units/<int:pk>/", include(one_unit)),
    path("positions/", positions.position_list, name="position-list"),
    path("positions/<int:pk>/", include(one_position)),
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/export.xlsx", people.person_export, {"kind": "xlsx"}, name="person-export-xlsx"),
    path("people/export.csv", people.person_export, {"kind": "csv"}, name="person-export-csv"),
    path("people/<int:pk>/", include(one_person)),
    path("acting/", acting.acting_list, name="acting-list"),
    path("acting/new/", acting.acting_new, name="acting-new"),
    path("acting/<int:pk>/end/", acting.acting_end, name="acting-end"),
    path("exchange/", exchange.exchange, name="exchange"),
    path("exchange/template.xlsx", exchange.template, name="import-template"),
    path("exchange/export/<slug:kind>/", exchange.export, name="export"),
    path("exchange/imports/<str:token>/", include(one_import)),
]
