from django.conf import settings
from django.urls import path

from remit.web import administration, gallery, views

app_name = "web"

urlpatterns = [
    path("find/", views.find_anything, name="find"),
    path("menu/", views.menu, name="menu"),
    path("settings/", views.settings_index, name="settings"),
    path("settings/theme/", views.choose_theme, name="theme"),
    path("settings/logins/", administration.logins, name="logins"),
    *[
        path(f"settings/logins/<int:pk>/{deed}/", administration.login_deed, {"deed": deed}, name=f"login-{deed}")
        for deed in administration.DEEDS
    ],
    path("settings/passwords/", administration.policy, name="policy"),
    path("settings/answers/", administration.answer_time, name="answer-time"),
    path("settings/packs/", administration.packs, name="packs"),
    path("settings/packs/<slug:name>/", administration.pack_load, name="pack-load"),
    path("settings/about/", administration.about, name="about"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
if not settings.IS_PRODUCTION:
    urlpatterns += [
        path("gallery/", gallery.components, name="gallery"),
        path("gallery/day/", gallery.day, name="gallery-day"),
        path("gallery/record/", gallery.record, name="gallery-record"),
        path("gallery/bare/", gallery.bare, name="gallery-bare"),
        path("gallery/print/", gallery.paper, name="gallery-print"),
        path("gallery/people.json", gallery.people, name="gallery-people"),
        path("gallery/limit/", gallery.limit, name="gallery-limit"),
        path("gallery/look/", gallery.look, name="gallery-look"),
    ]
