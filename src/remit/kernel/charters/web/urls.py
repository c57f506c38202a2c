"""Addresses of the charters room, as an outline."""

from django.urls import URLPattern, URLResolver, include, path

from remit.kernel.charters.web import activation, charters, imports, papers, review, signing

app_name = "charters"
Patterns = list[URLPattern | URLResolver]

one_item: Patterns = [
    path("", review.item_edit, name="item-edit"),
    path("parts/", review.item_split, name="item-split"),
]

one_draft: Patterns = [
    path("", review.review_page, name="review"),
    path("deeds/", review.review_deed, name="review-deed"),
    path("head/", review.head_edit, name="head-edit"),
    path("items/<int:item>/", include(one_item)),
    path("activation/", activation.activate, name="activate"),
]

one_import: Patterns = [
    path("", imports.import_page, name="import-detail"),
    path("original/", imports.original_file, name="import-original"),
    path("encoding/", imports.read_again, name="import-encoding"),
    path("undoing/", imports.undo, name="import-undo"),
    path("activation/", activation.activate_all, name="activate-all"),
    path("<int:draft>/", include(one_draft)),
]

one_version: Patterns = [
    path("", charters.version_page, name="version"),
    path("paper.pdf", papers.version_pdf, name="version-pdf"),
    path("paper.docx", papers.version_docx, name="version-docx"),
    path("charter.yaml", papers.version_yaml, name="version-yaml"),
]

one_charter: Patterns = [
    path("", charters.charter_page, name="detail"),
    path("comparison/", charters.compare_page, name="compare"),
    path("revision/", charters.revise, name="revise"),
    path("places/", charters.add_place, name="add-place"),
    path("retirement/", charters.retire, name="retire"),
    path("versions/<int:number>/", include(one_version)),
]

one_signature: Patterns = [
    path("", signing.sign_page, name="sign"),
    path("confirmation.pdf", papers.confirmation, name="confirmation-pdf"),
]

urlpatterns: Patterns = [
    path("", charters.charter_list, name="list"),
    path("import/", imports.import_list, name="import-list"),
    path("import/pasted/", imports.paste, name="import-paste"),
    path("import/<int:document>/", include(one_import)),
    path("sign/", signing.sign_list, name="sign-list"),
    path("sign/<int:version>/<int:position>/<int:holder>/", include(one_signature)),
    path("<int:charter>/", include(one_charter)),
]
