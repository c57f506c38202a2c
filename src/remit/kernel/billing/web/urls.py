"""Pages of fees: /billing/…"""

from typing import Final

from django.urls import path

from remit.kernel.billing.web import views_meters, views_objects, views_readings, views_runs, views_tariffs

app_name = "billing"

METERS: Final = [
    path("meters/", views_meters.meter_list, name="meters"),
    path("meters/new/", views_meters.new, name="meter-new"),
    path("meters/balance/", views_meters.balance, name="balance"),
    path("meters/<int:pk>/", views_meters.meter_page, name="meter"),
    path("meters/<int:pk>/replace/", views_meters.replace, name="meter-replace"),
    path("readings/", views_readings.round_list, name="rounds"),
    path("readings/round/", views_readings.round_page, name="round"),
    path("readings/enter/<int:pk>/", views_readings.enter, name="reading-enter"),
    path("readings/held/", views_readings.held_list, name="held"),
    path("readings/<int:pk>/release/", views_readings.release, name="reading-release"),
    path("readings/<int:pk>/correct/", views_readings.correct, name="reading-correct"),
    path("readings/<int:pk>/photo/", views_readings.photo, name="reading-photo"),
    path("readings/estimate/", views_readings.estimate, name="estimate"),
    path("readings/import/", views_readings.take_in, name="readings-import"),
    path("readings/template.xlsx", views_readings.template, name="readings-template"),
]
RUNS: Final = [
    path("runs/", views_runs.run_list, name="runs"),
    path("runs/preview/", views_runs.preview, name="run-preview"),
    path("runs/make/", views_runs.make, name="run-make"),
    path("runs/cost/", views_runs.share_cost, name="share-cost"),
    path("runs/<int:pk>/", views_runs.run_page, name="run"),
    path("runs/<int:pk>/send/", views_runs.send, name="run-send"),
    path("runs/<int:pk>/reverse/", views_runs.take_back, name="run-reverse"),
    path("runs/<int:pk>/notices.pdf", views_runs.notices, name="run-notices"),
    path("bills/<int:pk>/", views_runs.bill_page, name="bill"),
    path("bills/<int:pk>/notice.pdf", views_runs.notice, name="bill-notice"),
]
OBJECTS = [
    path("objects/", views_objects.object_list, name="objects"),
    path("objects/new/", views_objects.object_form, name="object-new"),
    path("objects/<int:pk>/", views_objects.object_page, name="object"),
    path("objects/<int:pk>/change/", views_objects.object_form, name="object-change"),
    path("objects/<int:pk>/payer/", views_objects.occupy, name="occupy"),
    path("objects/<int:pk>/vacating/", views_objects.vacate, name="vacate"),
    path("objects/<int:pk>/closing/", views_objects.close, name="object-close"),
    path("objects/<int:pk>/tariff/", views_objects.assign, name="assign"),
    path("objects/<int:pk>/tariff/end/", views_objects.unassign, name="unassign"),
]
TARIFFS = [
    path("tariffs/", views_tariffs.tariff_list, name="tariffs"),
    path("tariffs/new/", views_tariffs.tariff_new, name="tariff-new"),
    path("tariffs/late-fee/", views_tariffs.late_fee, name="late-fee"),
    path("tariffs/clearing/", views_tariffs.clearing, name="clearing"),
    path("tariffs/<int:pk>/", views_tariffs.tariff_page, name="tariff"),
    path("tariffs/<int:pk>/price/", views_tariffs.tariff_new, name="tariff-price"),
]
urlpatterns = [*METERS, *RUNS, *OBJECTS, *TARIFFS]
