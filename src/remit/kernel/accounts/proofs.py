"""A fresh proof of identity: a signature given a moment ago to somebody who entered his password again."""

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing

from remit.kernel.accounts.actor import Actor

SALT: Final = "remit.accounts.proof"
VALID_SECONDS: Final = 300


def prove(user: AbstractBaseUser, password: str) -> str | None:
    """A proof for the next five minutes, or None where the password is not the user's."""
    return signing.dumps(user.pk, salt=SALT) if user.check_password(password) else None


def check_proof(proof: str, actor: Actor) -> bool:
    """Whether the proof is fresh and the actor's own. The system itself has none to give."""
    try:
        proved: object = signing.loads(proof, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return False
    return actor.user_id is not None and proved == actor.user_id
