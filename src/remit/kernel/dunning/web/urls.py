"""The addresses of dunning: arrears, runs, one customer's history, the ladder, results and bad debts."""

from django.urls import path

from remit.kernel.dunning.web import views_arrears as arrears
from remit.kernel.dunning.web import views_customer as customer
from remit.kernel.dunning.web import views_runs as runs

app_name = "dunning"

urlpatterns = [
    path("", arrears.arrears, name="arrears"),
    path("results/", arrears.results, name="results"),
    path("bad-debts/", arrears.bad_debts, name="bad-debts"),
    path("ladder/", arrears.ladder, name="ladder"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/make/", runs.make, name="make"),
    path("runs/<int:pk>/", runs.run_page, name="run"),
    path("runs/<int:pk>/texts.xlsx", runs.texts, name="texts"),
    path("runs/<int:pk>/letters.pdf", runs.letters, name="letters"),
    path("runs/<int:pk>/visits.pdf", runs.visits, name="visits"),
    path("reminders/<int:pk>/", runs.answer_reminder, name="answer"),
    path("customers/<int:pk>/", customer.history, name="customer"),
    path("customers/<int:pk>/hold/", customer.hold, name="hold"),
    path("customers/<int:pk>/promise/", customer.promise, name="promise"),
    path("customers/<int:pk>/instalments/", customer.agree, name="agree"),
    path("bills/<int:pk>/dispute/", customer.dispute, name="dispute"),
    path("holds/<int:pk>/", customer.release, name="release"),
]
