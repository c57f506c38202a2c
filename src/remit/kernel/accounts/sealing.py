"""Second factors at rest: encrypted with a key derived from REMIT_SECRET_KEY, so that a stolen dump opens no account."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from remit.kernel.accounts.errors import SealedWithAnotherKey

# Names the use of the key: another purpose derives another key from the same secret.
_PURPOSE = b"remit accounts second factor 1"


@lru_cache(maxsize=4)
def _cipher(secrets: tuple[str, ...]) -> MultiFernet:
    keys = [HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode()) for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _current_cipher() -> MultiFernet:
    """Encrypts with the key of today; opens with the former ones too, while they are being replaced."""
    return _cipher((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(text: str) -> str:
    return _current_cipher().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Raises SealedWithAnotherKey, also for a text that was never sealed."""
    try:
        return _current_cipher().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealedWithAnotherKey from error
