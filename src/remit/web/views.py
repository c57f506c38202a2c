"""Pages of the shell itself: Ctrl K, the menu of a phone, settings, theme, the installed app's manifest."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from remit.web.context import THEME_COOKIE, THEMES
from remit.web.http import Request
from remit.web.navigation import SETTINGS
from remit.web.search import find

YEAR_SECONDS = 365 * 24 * 60 * 60


@require_GET
@vary_on_headers("HX-Request")
def find_anything(request: Request) -> HttpResponse:
    """The results of Ctrl K; a page of its own without JavaScript."""
    query = request.GET.get("q", "")
    template = "web/_hits.html" if request.headers.get("HX-Request") == "true" else "web/find.html"
    return render(request, template, {"groups": find(request.person, query), "query": query})


@require_GET
def menu(request: Request) -> HttpResponse:
    """Everything that the sidebar has, for a phone, with language, theme and sign-out."""
    return render(request, "web/menu.html")


@require_GET
def settings_index(request: Request) -> HttpResponse:
    sections = [section for section in SETTINGS if section.visible(request.person)]
    return render(request, "web/settings.html", {"sections": sections})


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Kept in a cookie, so that the server draws the page in the right colours from the first byte."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest(_("There is no such theme."))
    following = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure())
    response = redirect(following if is_ours else "/")
    response.status_code = HTTPStatus.SEE_OTHER
    response.set_cookie(THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True)
    return response


@login_not_required
@require_GET
@cache_control(max_age=86_400, public=True)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look when a page (a PDF, an answer of the API) names no icon."""
    return redirect(static("img/seal.svg"))


@login_not_required
@require_GET
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """Makes the product installable on a phone."""
    return JsonResponse(
        {
            "name": _("Remit"),
            "short_name": _("Remit"),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f3f5f7",
            "theme_color": "#18202b",
            "shortcuts": [{"name": _("My day out"), "url": reverse("procedures:day")}],
            "icons": [
                {"src": static("img/seal.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                {
                    "src": static("img/seal-maskable.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "maskable",
                },
            ],
        },
        content_type="application/manifest+json",
    )
