"""The addresses of claims."""

from django.urls import path

from remit.kernel.spending.web import views_claims as claims
from remit.kernel.spending.web import views_deeds as deeds
from remit.kernel.spending.web import views_form as form

app_name = "spending"

urlpatterns = [
    path("", claims.mine, name="mine"),
    path("claims/", claims.listed, name="claims"),
    path("claims/new/", form.new, name="new"),
    path("claims/lines/", form.lines, name="lines"),
    path("claims/<int:pk>/", claims.one, name="claim"),
    path("claims/<int:pk>/paper/", claims.paper, name="paper"),
    path("claims/<int:pk>/originals/<int:file>/", claims.original, name="original"),
    path("claims/<int:pk>/review/", deeds.review, name="review"),
    path("claims/<int:pk>/return/", deeds.give_back, name="return"),
    path("claims/<int:pk>/reject/", deeds.reject, name="reject"),
    path("claims/<int:pk>/withdraw/", deeds.withdraw, name="withdraw"),
    path("claims/<int:pk>/pay/", deeds.pay, name="pay"),
]
