"""Who acts in a request, and what of this room somebody may reach: their own things. Strangers get a 404, so that ids can't
be probed. What somebody may do with other people's logins is decided above, by authority."""

from allauth.usersessions.models import UserSession
from django.http import Http404, HttpRequest

from remit.kernel.accounts.actor import Actor, Door
from remit.kernel.accounts.models import ApiToken, User


def user_of(request: HttpRequest) -> User:
    """The logged-in user. Raises Http404 where nobody is; pages that need a login never get that far."""
    if not request.user.is_authenticated:
        raise Http404
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """The actor the shell found for this request (with their person); else the bare login, as during the login itself."""
    actor = getattr(request, "actor", None)
    return actor if isinstance(actor, Actor) else actor_for(user_of(request), door="web")


def actor_for(user: User, *, door: Door) -> Actor:
    """A login acting for itself, before anybody looked up which person it belongs to."""
    return Actor(kind="person", name=str(user), door=door, user_id=user.pk)


def own_token(user: User, token_id: int) -> ApiToken:
    try:
        return ApiToken.objects.get(pk=token_id, user=user)
    except ApiToken.DoesNotExist as error:
        raise Http404 from error


def own_session(user: User, session_id: int) -> UserSession:
    try:
        return UserSession.objects.get(pk=session_id, user=user)
    except UserSession.DoesNotExist as error:
        raise Http404 from error
