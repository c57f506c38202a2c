"""Numbers that identify a person, a firm or an account in China: check, bring into one form, and mask.

Each `read_…` function takes what was typed and returns the one form that is stored, or raises ValueError with a Chinese
sentence that says what is wrong. Each `mask_…` function takes a stored value and never raises: what it doesn't recognise is
hidden as a whole, so that a mask can't leak.

The check digits come from python-stdnum. Its format rules don't: it refuses credit codes that begin with a letter (N and Y
are rural collectives and others) and identity cards from districts younger than its table.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from stdnum import luhn
from stdnum.cn import ric, uscc

_TYPED_LENGTH_MAX: Final = 320
_MASK: Final = "*"


def _bare(text: str, separators: str = r"[\s\-–—]") -> str:
    """Half-width, without the blanks and dashes that people group figures with."""
    if len(text) > _TYPED_LENGTH_MAX:
        raise ValueError(f"内容太长：最多 {_TYPED_LENGTH_MAX} 个字符。")
    return re.sub(separators, "", unicodedata.normalize("NFKC", text))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


# --- telephone -----------------------------------------------------------------------------------------------------------

_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
# Area codes: 010, 02x with eight figures, 03xx-09xx with seven or eight; extension after a dash, or as 转.
_LANDLINE: Final = re.compile(r"(010|02\d|0[3-9]\d\d)(\d{7,8})(?:-(\d{1,6}))?", re.ASCII)
_SERVICE: Final = re.compile(r"([48]00)(\d{7})", re.ASCII)


def read_mobile(text: str) -> str:
    """手机号: eleven figures, without +86 and separators. Raises ValueError."""
    bare = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", _bare(text))
    if not _is_digits(bare) or len(bare) != 11:
        raise ValueError(f"手机号“{text}”应为 11 位数字。")
    if not _MOBILE.fullmatch(bare):
        raise ValueError(f"手机号“{text}”的号段不存在：应以 13 至 19 开头。")
    return bare


def read_landline(text: str) -> str:
    """固定电话 with its area code: "010-62345678", "0755-2345678-801"; 400 and 800 numbers "400-8001234". Raises ValueError."""
    folded = re.sub(r"(?:转|分机|ext\.?|x|#)", "-", _bare(text, r"[\s()]").lower().replace("–", "-").replace("—", "-"))
    folded = re.sub(r"^(?:\+|00)86-?0?(?=[1-9])", "0", folded)
    head, dash, extension = folded.rpartition("-")
    # The last dash parts an extension only where a whole number stands before it.
    if dash and len(head.replace("-", "")) >= 10:
        match = _LANDLINE.fullmatch(f"{head.replace('-', '')}-{extension}")
    else:
        match = _LANDLINE.fullmatch(folded.replace("-", ""))
    service = _SERVICE.fullmatch(folded.replace("-", ""))
    if service:
        return "-".join(service.groups())
    if match is None or (len(match[1]) == 3 and len(match[2]) != 8):
        raise ValueError(f"固定电话“{text}”写法不对，请带区号，如 010-62345678 或 0755-26543210-801。")
    return "-".join(part for part in match.groups() if part)


def read_phone(text: str) -> str:
    """A mobile or a landline number, in the form of its own reader. Raises ValueError."""
    try:
        return read_mobile(text)
    except ValueError:
        try:
            return read_landline(text)
        except ValueError as error:
            raise ValueError(f"电话“{text}”既不是 11 位手机号，也不是带区号的固定电话。") from error


# --- persons and firms ---------------------------------------------------------------------------------------------------

# First two figures: provinces by region, 71 81 82 Taiwan, Hong Kong and Macao, 83 the residence permit of Taiwanese.
_PROVINCES: Final = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)))
) | {"71", "81", "82", "83"}
# The permanent residence card of foreigners (2023) begins with 9 and is built alike otherwise.
_FOREIGNER: Final = "9"


def read_id_card(text: str) -> str:
    """身份证号: 18 characters with a real birth date and check digit (GB 11643), X upper case. Raises ValueError."""
    bare = _bare(text).upper()
    if len(bare) == 15 and _is_digits(bare):
        raise ValueError("15 位身份证号已停用，请填 18 位的号码。")
    if len(bare) != 18 or not _is_digits(bare[:17]) or bare[17] not in "0123456789X":
        raise ValueError("身份证号应为 18 位：前 17 位是数字，最后一位是数字或 X。")
    if bare[:2] not in _PROVINCES and bare[0] != _FOREIGNER:
        raise ValueError(f"身份证号开头的地区码“{bare[:2]}”不存在。")
    birthday_of(bare)
    if ric.calc_check_digit(bare) != bare[17]:
        raise ValueError("身份证号的校验位不符，请核对是否抄错。")
    return bare


def birthday_of(id_card: str) -> date:
    """Birth date within an 18-character 身份证号. Raises ValueError when it isn't a day from 1900 on."""
    try:
        birthday = date(int(id_card[6:10]), int(id_card[10:12]), int(id_card[12:14]))
    except ValueError as error:
        raise ValueError(f"身份证号中的出生日期“{id_card[6:14]}”不存在。") from error
    if birthday.year < 1900:
        raise ValueError(f"身份证号中的出生日期“{id_card[6:14]}”太早。")
    return birthday


_USCC_ALPHABET: Final = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")


def read_credit_code(text: str) -> str:
    """统一社会信用代码: 18 figures and capital letters with their check digit (GB 32100). Raises ValueError."""
    bare = _bare(text).upper()
    if len(bare) != 18:
        raise ValueError(f"统一社会信用代码应为 18 位，现在是 {len(bare)} 位。")
    strange = sorted(set(bare) - _USCC_ALPHABET)
    if strange:
        raise ValueError(f"统一社会信用代码不会有“{''.join(strange)}”：只用数字和 I、O、S、V、Z 以外的大写字母。")
    if not _is_digits(bare[2:8]):
        raise ValueError(f"统一社会信用代码第 3 至 8 位是登记地的区划码，应为数字，现在是“{bare[2:8]}”。")
    if uscc.calc_check_digit(bare) != bare[17]:
        raise ValueError("统一社会信用代码的校验位不符，请核对是否抄错。")
    return bare


# --- money and mail ------------------------------------------------------------------------------------------------------


def read_bank_card(text: str) -> str:
    """银行卡号: 13 to 19 figures that satisfy Luhn. Not for firms' accounts, which have no check digit. Raises ValueError."""
    bare = _bare(text)
    if not _is_digits(bare) or not 13 <= len(bare) <= 19:
        raise ValueError("银行卡号应为 13 至 19 位数字。")
    if not luhn.is_valid(bare) or not bare.strip("0"):
        raise ValueError("银行卡号的校验位不符，请核对是否抄错。")
    return bare


_EMAIL: Final = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)


def read_email(text: str) -> str:
    """An e-mail address with its domain in lower case (the part before @ may tell cases apart). Raises ValueError."""
    bare = _bare(text, r"^\s+|\s+$")
    match = _EMAIL.fullmatch(bare)
    if match is None or len(bare) > 254 or len(match["local"]) > 64:
        raise ValueError(f"电子邮箱“{text}”写法不对，应如 name@example.com。")
    return f"{match['local']}@{match['domain'].lower()}"


# --- masks ---------------------------------------------------------------------------------------------------------------


def _mask(text: str, head: int, tail: int) -> str:
    """Keep so many characters at both ends; everything is hidden where fewer than four would be."""
    hidden = len(text) - head - tail
    if hidden < 4:
        return _MASK * len(text)
    return text[:head] + _MASK * hidden + text[len(text) - tail :]


def mask_phone(number: str) -> str:
    """138****5678; of a landline the area code and the last two figures: 010-******78."""
    if _MOBILE.fullmatch(number):
        return _mask(number, 3, 4)
    area, dash, rest = number.partition("-")
    if not dash or not _is_digits(area):
        return _MASK * len(number)
    main, dash, extension = rest.partition("-")
    return f"{area}-{_mask(main, 0, 2)}{dash}{_MASK * len(extension)}"


def mask_id_card(number: str) -> str:
    """1101**********002X: neither birth date nor district."""
    return _mask(number, 4, 4)


def mask_bank_card(number: str) -> str:
    """6222***********0123: the issuing bank and the last four figures, as receipts print them."""
    return _mask(number, 4, 4)


def mask_email(address: str) -> str:
    """z***@example.com: always three stars, so that the length isn't told."""
    local, at, domain = address.rpartition("@")
    return f"{local[0]}***@{domain}" if at and local else _MASK * len(address)


def mask_name(name: str) -> str:
    """曾*明, 王*: the first character, and the last of three or more."""
    return name[:1] + _MASK * (len(name) - 1) if len(name) < 3 else name[0] + _MASK * (len(name) - 2) + name[-1]
