"""Second factors, and passwords of mailboxes, at rest: encrypted with keys derived from REMIT_SECRET_KEY, so that a stolen dump opens
no account."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from remit.kernel.accounts.errors import SealedWithAnotherKey

# Names the use of the key: another purpose derives another key from the same secret.
_PURPOSE = b"remit accounts second factor 1"


MAILBOX = b"remit mailbox password 1"


@lru_cache(maxsize=8)
def _cipher(secrets: tuple[str, ...], purpose: bytes) -> MultiFernet:
    keys = [HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode()) for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _current_cipher(purpose: bytes) -> MultiFernet:
    """Encrypts with the key of today; opens with the former ones too, while they are being replaced."""
    return _cipher((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


def seal(text: str, purpose: bytes = _PURPOSE) -> str:
    return _current_cipher(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, purpose: bytes = _PURPOSE) -> str:
    """Raises SealedWithAnotherKey, also for a text that was never sealed."""
    try:
        return _current_cipher(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealedWithAnotherKey from error
