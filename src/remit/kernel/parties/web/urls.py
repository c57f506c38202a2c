"""The addresses of the customers, as an outline."""

from django.urls import include, path

from remit.kernel.parties.web import views
from remit.kernel.parties.web import views_allocation as allocating
from remit.kernel.parties.web import views_deeds as deeds
from remit.kernel.parties.web import views_exchange as exchange
from remit.kernel.parties.web import views_files as files
from remit.kernel.parties.web import views_imports as imports
from remit.kernel.parties.web import views_privacy as privacy
from remit.kernel.parties.web import views_segments as segments

app_name = "parties"

one_party = [
    path("", views.party_page, name="detail"),
    path("change/", views.party_change, name="change"),
    path("notes/", deeds.note, name="note"),
    path("grade/", deeds.grade, name="grade"),
    path("tags/", deeds.tag, name="tag"),
    path("relations/", deeds.relate, name="relate"),
    path("collaborators/", deeds.collaborate, name="collaborate"),
    path("unmasking/", deeds.unmask, name="unmask"),
    path("files/", files.add, name="file-add"),
    path("files/<int:file>/", files.read, name="file"),
    path("files/<int:file>/removal/", files.remove, name="file-remove"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/hours/", privacy.hours, name="privacy-hours"),
    path("privacy/file/", privacy.disclose, name="privacy-file"),
    path("privacy/erasure/", privacy.erase, name="privacy-erasure"),
    path("merge/", deeds.merge, name="merge"),
    path("merges/<int:merge_pk>/parting/", deeds.part, name="part"),
]

one_allocation = [
    path("", allocating.proposal, name="allocation-detail"),
    path("rows/", allocating.adjust, name="allocation-adjust"),
    path("confirming/", allocating.confirm, name="allocation-confirm"),
    path("dropping/", allocating.drop, name="allocation-drop"),
]

one_import = [
    path("", imports.preview, name="import-preview"),
    path("progress/", imports.progress, name="import-progress"),
    path("taking-in/", imports.take_in, name="import-take-in"),
    path("stopping/", imports.stop, name="import-stop"),
    path("mending/", imports.error_file, name="import-error-file"),
]

urlpatterns = [
    path("", views.party_list, name="list"),
    path("new/", views.party_new, name="new"),
    path("alike/", views.alike, name="alike"),
    path("find.json", views.picker, name="picker"),
    path("bulk/", deeds.bulk, name="bulk"),
    path("segments/", segments.keep, name="segment-keep"),
    path("segments/<int:pk>/sharing/", segments.share, name="segment-share"),
    path("segments/<int:pk>/removal/", segments.remove, name="segment-remove"),
    path("allocation/", allocating.allocation, name="allocation"),
    path("allocation/<int:pk>/", include(one_allocation)),
    path("capacities/<int:pk>/", allocating.capacity, name="capacity"),
    path("handover/", deeds.handover, name="handover"),
    path("handover/<int:pk>/return/", deeds.hand_back, name="hand-back"),
    path("import/", imports.exchange, name="exchange"),
    path("import/template.xlsx", exchange.template, name="import-template"),
    path("import/<int:pk>/undoing/", imports.undo, name="import-undo"),
    path("import/<str:token>/", include(one_import)),
    path("export.xlsx", exchange.export, {"kind": "xlsx"}, name="export-xlsx"),
    path("export.csv", exchange.export, {"kind": "csv"}, name="export-csv"),
    path("<int:pk>/", include(one_party)),
]
