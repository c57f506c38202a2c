"""The request as views see it once the middleware has run."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.models import User
from remit.kernel.organization.models import Person


class Request(HttpRequest):
    """A request of somebody who is logged in. `person` is None for a login that belongs to nobody in the organization."""

    user: User
    htmx: HtmxDetails
    person: Person | None
    actor: Actor
