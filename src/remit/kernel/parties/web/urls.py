"""The addresses of the customers, as an outline."""

from django.urls import include, path

from remit.kernel.parties.web import views
from remit.kernel.parties.web import views_deeds as deeds

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
    path("merge/", deeds.merge, name="merge"),
    path("merges/<int:merge_pk>/parting/", deeds.part, name="part"),
]

urlpatterns = [
    path("", views.party_list, name="list"),
    path("new/", views.party_new, name="new"),
    path("alike/", views.alike, name="alike"),
    path("find.json", views.picker, name="picker"),
    path("bulk/", deeds.bulk, name="bulk"),
    path("handover/", deeds.handover, name="handover"),
    path("handover/<int:pk>/return/", deeds.hand_back, name="hand-back"),
    path("<int:pk>/", include(one_party)),
]
