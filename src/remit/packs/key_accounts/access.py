"""Who sees the book: each the figures of the customers that he sees; whoever may take in sees that it is there."""

from django.db.models import QuerySet

from remit.kernel.authority.access import oversees
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import visible_parties
from remit.kernel.parties.models import Party


def measured_parties(person: Person) -> QuerySet[Party]:
    """The customers whose figures the person may read."""
    return visible_parties(person)


def takes_in(person: Person) -> bool:
    return oversees(person, "traffic.import")
