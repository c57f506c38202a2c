"""What a file of customers may hold: the fields, what their columns are usually called, and how a cell is read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from remit.kernel.parties.fields import PREFIX, fields_in_use, read_value, said
from remit.kernel.parties.models import ContactKind, Grade, IdentifierKind, PartyKind, PartyStatus
from remit.kernel.parties.values import READERS, read_day, read_identifier, read_name
from remit.lib.identifiers import read_phone
from remit.lib.printable import made_one_line, printable
from remit.lib.text import fold

TEXT_LENGTH: Final = 4000
_SEPARATORS: Final = re.compile(r"[,，;；、/\n]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `read` gives the value of a cell that is not empty, or raises ValueError with a sentence."""

    key: str
    label: str | Promise
    names: tuple[str, ...]  # what its column is called in files, folded
    read: Callable[[str], Any]


def _choice(labels: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = labels.get(fold(text))
        if found is None:
            raise ValueError(f"“{text[:20]}”不在可选之列：{'、'.join(dict.fromkeys(labels))}。")
        return found

    return read


def _line(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        value = made_one_line(text, most + 1)
        if len(value) > most:
            raise ValueError(f"最多 {most} 个字。")
        return value

    return read


def _text(text: str) -> str:
    if len(text) > TEXT_LENGTH:
        raise ValueError(f"最多 {TEXT_LENGTH} 个字。")
    return printable(text)


def _phones(text: str) -> list[str]:
    """Several telephones in one cell, as people write them: 13800000000/0571-88123456."""
    return list(dict.fromkeys(read_phone(part.strip()) for part in _SEPARATORS.split(text) if part.strip()))


def _tags(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (made_one_line(part, 40) for part in _SEPARATORS.split(text)))))


KINDS: Final = {"个人": PartyKind.PERSON.value, "自然人": PartyKind.PERSON.value, "person": PartyKind.PERSON.value,
                "单位": PartyKind.ORGANIZATION.value, "企业": PartyKind.ORGANIZATION.value, "公司": PartyKind.ORGANIZATION.value,
                "organization": PartyKind.ORGANIZATION.value}  # fmt: skip
STATUSES: Final = {"潜在客户": PartyStatus.PROSPECT.value, "潜在": PartyStatus.PROSPECT.value, "prospect": PartyStatus.PROSPECT.value,
                   "客户": PartyStatus.ACTIVE.value, "正式客户": PartyStatus.ACTIVE.value, "active": PartyStatus.ACTIVE.value,
                   "已流失": PartyStatus.LOST.value, "流失": PartyStatus.LOST.value, "lost": PartyStatus.LOST.value}  # fmt: skip
GRADES: Final = {fold(f"{grade}{more}"): grade for grade in Grade.values for more in ("", "级", "类")}

FIELDS: Final[tuple[Field, ...]] = (
    Field("name", _("Name"), ("名称", "姓名", "客户名称", "客户姓名", "单位名称", "公司名称", "客户", "name"), read_name),
    Field("kind", _("Kind"), ("类别", "类型", "客户类型", "性质", "kind"), _choice(KINDS)),
    Field("number", _("Number"), ("编号", "客户编号", "number"), lambda text: made_one_line(text, 24).upper()),
    Field("phones", _("Telephone"), ("电话", "手机", "手机号", "联系电话", "电话号码", "phone", "mobile"), _phones),
    Field("email", _("E-mail"), ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail"), READERS[ContactKind.EMAIL]),
    Field("address", _("Address"), ("地址", "联系地址", "address"), READERS[ContactKind.ADDRESS]),
    Field("credit_code", _("Unified social credit code"), ("统一社会信用代码", "信用代码", "税号"),
          lambda text: read_identifier(IdentifierKind.CREDIT_CODE, text)[1]),
    Field("id_card", _("Identity card"), ("身份证", "身份证号", "身份证号码"),
          lambda text: read_identifier(IdentifierKind.ID_CARD, text)[1]),
    Field("grade", _("Grade"), ("等级", "级别", "客户等级", "分类", "grade"), _choice(GRADES)),
    Field("status", _("Status"), ("状态", "客户状态", "status"), _choice(STATUSES)),
    Field("industry", _("Industry"), ("行业", "所属行业", "industry"), _line(80)),
    Field("source", _("Source"), ("来源", "客户来源", "source"), _line(80)),
    Field("birthday", _("Birthday"), ("生日", "出生日期", "birthday"), read_day),
    Field("contract_ends_on", _("Contract ends on"), ("合同到期日", "合同到期", "合同截止日期", "合同终止日期", "到期日", "contract end"), read_day),
    Field("needs", _("Needs"), ("需求", "客户需求", "needs"), _text),
    Field("remark", _("Remark"), ("备注", "说明", "remark"), _text),
    Field("tags", _("Tags"), ("标签", "tags"), _tags),
    Field("owner", _("Owner"), ("负责人", "客户经理", "业务员", "工号", "owner"), _line(80)),
    Field("author", _("Opened by"), ("建档人", "录入人", "创建人"), _line(80)),
    Field("made_on", _("Opened on"), ("建档日期", "录入日期", "创建时间", "创建日期"), read_day),
)  # fmt: skip
COMMON: Final = {field.key: field for field in FIELDS}


def all_fields() -> dict[str, Field]:
    """By key: the fields that every customer has, and those that packs add. One query."""
    added = (
        Field(
            f"{PREFIX}{field.name}",
            said(field.labels),
            tuple(map(fold, field.labels.values())),
            partial(read_value, field),
        )
        for field in fields_in_use()
    )
    return {field.key: field for field in (*FIELDS, *added)}


def guess(headers: Iterable[str]) -> dict[str, str]:
    """Which column is which field, by its header; each field once. The common ones go before a pack's of the same name."""
    fields = reversed(all_fields().values())
    names = {name: field.key for field in fields for name in (*map(fold, field.names), fold(str(field.label)))}
    found: dict[str, str] = {}
    for header in headers:
        key = names.get(fold(header))
        if key and key not in found.values():
            found[header] = key
    return found
