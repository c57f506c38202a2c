"""What is done to other people's logins, as actions. accounts lies below authority and can't declare them itself.

A temporary password is made at the door and given as a secret fact: it is shown once to whoever acts, and no event keeps it.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.errors import AccountsError
from remit.kernel.accounts.models import User
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today

PERSON = Fact("person", "person", gettext_lazy("Person"), concerns=True)
PASSWORD = Fact("password", "text", gettext_lazy("Temporary password"), required=False, secret=True)


def _person(call: Call) -> Person:
    return Person.objects.select_related("user").get(pk=call.id_of("person"))


def _login(call: Call) -> tuple[Person, User]:
    person = _person(call)
    if person.user is None:
        raise RuleBroken(_("%(name)s has no login yet; create one first.") % {"name": person.name})
    return person, person.user


def _done(person: Person, **changes: object) -> Done:
    return Done(("person", person.pk, person.name), changes, person.company_id)


@action(
    "account.create_login",
    gettext_lazy("Create a login"),
    PERSON,
    Fact("username", "text", gettext_lazy("User name"), required=False, help=gettext_lazy("Else the employee number.")),
    PASSWORD,
)
def create_login(call: Call) -> Done:
    """A login for somebody who works here. Without a password it opens nothing until one is set."""
    person = _person(call)
    username = str(call.facts.get("username") or person.employee_no)
    password = call.facts.get("password")
    try:
        user = accounts.create_user(
            username=username,
            name=person.name,
            email=person.email,
            actor=call.actor,
            password=str(password) if password else None,
            leave_event=False,
        )
    except AccountsError as error:
        raise RuleBroken(str(error)) from error
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages)) from error
    organization.give_login(person, user.pk)
    return _done(person, username=user.username)


@action("account.reset_password", gettext_lazy("Give a temporary password"), PERSON, PASSWORD)
def reset_password(call: Call) -> Done:
    """Ends the person's sessions. The temporary password lets them in only to choose their own."""
    person, user = _login(call)
    given = call.facts.get("password")
    if not given:
        raise RuleBroken(_("Give the temporary password that the person is to be told."))
    try:
        accounts.set_password(user.pk, actor=call.actor, password=str(given), leave_event=False)
    except AccountsError as error:
        raise RuleBroken(str(error)) from error
    return _done(person, username=user.username)


@action("account.deactivate", gettext_lazy("Close a login"), PERSON)
def deactivate(call: Call) -> Done:
    """Ends the person's sessions and tokens. The login's name stays taken, because the logs speak of it."""
    person, user = _login(call)
    if not user.is_active:
        raise RuleBroken(_("This login is closed already."))
    accounts.deactivate_user(user.pk, actor=call.actor, leave_event=False)
    return _done(person, username=user.username)


@action("account.reactivate", gettext_lazy("Reopen a login"), PERSON)
def reactivate(call: Call) -> Done:
    person, user = _login(call)
    if user.is_active:
        raise RuleBroken(_("This login is open."))
    if person.has_left(today()):
        raise RuleBroken(_("%(name)s has left the company.") % {"name": person.name})
    accounts.reactivate_user(user.pk, actor=call.actor, leave_event=False)
    return _done(person, username=user.username)


@action("account.reset_factors", gettext_lazy("Take away the second step of a login"), PERSON)
def reset_factors(call: Call) -> Done:
    """For somebody who has lost the telephone or passkey: the password alone opens the login until a new step is set up."""
    person, user = _login(call)
    taken = accounts.reset_factors(user.pk, actor=call.actor, leave_event=False)
    if not taken:
        raise RuleBroken(_("%(name)s has set up no second step.") % {"name": person.name})
    return _done(person, username=user.username, taken=taken)
