"""A version in the classic form (岗位说明书) for a page: the words of the papers, with tags for what runs and what is granted."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from remit.kernel.charters.format import Coverage, coverage, missing_parts
from remit.kernel.charters.models import CharterVersion
from remit.kernel.charters.paper_data import PaperMeta, charter_data
from remit.kernel.charters.paper_data import Signature as PaperSignature
from remit.kernel.charters.queries import SignatureRow
from remit.kernel.charters.review_queries import GrantWords, grant_words_of, labels_now
from remit.kernel.charters.wording import BINDINGS, DUTY_GROUPS, rhythm_words
from remit.kernel.documents.queries import content_of


@dataclass(frozen=True, slots=True)
class DutyLine:
    number: int
    text: str
    rhythm: str
    binding: str
    binding_word: str
    binding_note: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    number: int
    text: str
    grants: tuple[GrantWords, ...]


@dataclass(frozen=True, slots=True)
class CharterView:
    """`paper` is the data of the printed form: header, KPIs, requirements and the other parts come from it."""

    version: CharterVersion
    paper: dict[str, Any]
    duties: tuple[tuple[str, tuple[DutyLine, ...]], ...]
    authority: tuple[ClauseLine, ...]
    coverage: Coverage
    missing: tuple[str, ...]

    @property
    def bound_percent(self) -> int:
        return round(100 * self.coverage.bound / self.coverage.total) if self.coverage.total else 0

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        """(kind, its word, how many duties) of the bindings, in the order of the format."""
        return [(kind, word, n) for kind, word in BINDINGS.items() if (n := self.coverage.by_kind.get(kind, 0))]  # type: ignore[call-overload]  # the keys are the kinds


def meta_of(version: CharterVersion, language: str = "zh-hans") -> PaperMeta:
    """What a paper says beside the charter's text. By the reference it is found again, and the digest's first signs prove it."""
    day = version.effective_on
    return PaperMeta(
        company=version.charter.company.name if version.charter.company else "",
        version=f"第 {version.number} 版",
        effective=f"{day.year}年{day.month}月{day.day}日",
        reference=f"C{version.charter_id}-V{version.number} · {version.digest[:12]}",
        language=language,
        labels=labels_now(),
    )


def charter_view(version: CharterVersion) -> CharterView:
    spec, meta = version.spec, meta_of(version)
    groups: dict[str, list[DutyLine]] = {}
    for number, duty in enumerate(spec.duties, 1):
        binding = duty.binding
        line = DutyLine(
            number,
            duty.text,
            " · ".join(rhythm_words(duty.every, duty.when, duty.within)),
            binding.kind if binding else "",
            BINDINGS[binding.kind] if binding else "",
            (binding.name or binding.reason or "") if binding else "",
        )
        groups.setdefault(DUTY_GROUPS.get(duty.group or "", ""), []).append(line)
    return CharterView(
        version=version,
        paper=charter_data(spec, meta),
        duties=tuple((label, tuple(lines)) for label, lines in groups.items()),
        authority=tuple(
            ClauseLine(n, clause.text, tuple(grant_words_of(grant, meta.labels) for grant in clause.grants))
            for n, clause in enumerate(spec.authority, 1)
        ),
        coverage=coverage(spec),
        missing=missing_parts(spec),
    )


METHODS = {"password": "登录密码确认", "drawn": "手写签名"}


def paper_signatures(row: SignatureRow | None) -> list[PaperSignature]:
    """The signatures of one holder's 岗位职责确认书, with the drawn ones as pictures. Reads their files."""
    found = []
    for role, word, signature in (
        ("任职人签字", "已确认", row.signed if row else None),
        ("审核人", "已审核", row.reviewed if row else None),
    ):
        if signature is None:
            continue
        at = timezone.localtime(signature.signed_at)
        found.append(
            PaperSignature(
                role=role,
                name=signature.signed_by.name,
                position=signature.position.title if role == "任职人签字" else "",
                date=f"{at:%Y.%m.%d}",
                day=f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
                method=METHODS[signature.method],
                word=word,
                png=content_of(signature.drawing) if signature.drawing else None,
            )
        )
    return found
