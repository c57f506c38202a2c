"""Invoices by their code and number, as people type them."""

import re
import unicodedata
from typing import Final

_BLANKS: Final = re.compile(r"[\s\-_.·:：#/]+")
_PREFIX: Final = re.compile(r"^(?:NO|№|号码|发票号码|代码|发票代码)+")
FULLY_ELECTRONIC: Final = 20  # figures of the number of 数电发票, which has no code
PAPER: Final = 8  # figures of the number of every other invoice of the tax office
CODES: Final = (10, 12)
LONGEST: Final = 30


def invoice_parts(code: str, number: str) -> tuple[str, str]:
    """Code and number in the one form by which they are compared; ("", "") for no invoice.

    ("3300 2041-30", "No. 4758321") is ("3300204130", "04758321"). Raises ValueError with a sentence: a code without a number, figures
    that are too many, an eight-figure number without its code of 10 or 12.
    """
    code, number = _bare(code), _bare(number)
    if not number:
        if code:
            raise ValueError("只有发票代码，还要填写发票号码。")
        return "", ""
    if not re.fullmatch(r"[0-9A-Z]{1,30}", number) or not re.fullmatch(r"[0-9A-Z]{0,20}", code):
        raise ValueError("发票代码和号码只由数字和字母组成，最多 30 位。")
    if number.isdigit() and len(number) == FULLY_ELECTRONIC:
        return "", number
    if number.isdigit() and len(number) <= PAPER:
        if not code.isdigit() or len(code) not in CODES:
            raise ValueError("8 位号码的发票还要填写 10 位或 12 位的发票代码。")
        return code, number.zfill(PAPER)
    return code, number


def invoice_key(code: str, number: str) -> str:
    """What an invoice is known by, the same however it was typed; "" for none. Raises ValueError as `invoice_parts`."""
    code, number = invoice_parts(code, number)
    return f"{code}-{number}" if number else ""


def _bare(text: str) -> str:
    return _PREFIX.sub("", _BLANKS.sub("", unicodedata.normalize("NFKC", text).upper()))
