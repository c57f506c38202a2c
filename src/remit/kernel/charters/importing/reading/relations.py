"""Who stands over a position and under it, from labelled fields and from the words of its duties."""

import re
from collections.abc import Iterable
from functools import lru_cache

from remit.kernel.charters.importing.reading.headings import is_department, is_plain_title, tidy_name

_WHO = r"[\u4e00-\u9fffA-Za-z/()及和或、与]{2,24}?"
_UP = (
    re.compile(
        rf"^(?:\S{{0,8}}?[在于])?(?P<who>{_WHO})(?:的)?(?:直接|双重|统一|正确)?(?:领导|指导|带领|指挥|监督|指挥监督)(?:[和及、][\u4e00-\u9fff]{{2,14}})?下,?"
    ),
    re.compile(
        rf"(?:^|[,。;:])[\u4e00-\u9fff]{{0,8}}?[受由归](?P<who>{_WHO})(?:的)?(?:直接|统一|双重|垂直)?(?:领导|指挥|管辖)"
    ),
    re.compile(rf"(?:^|[,。;:])(?:[对向])(?P<who>{_WHO})(?:负责|汇报工作|述职)"),
    re.compile(rf"(?:直接)?[对向](?P<who>{_WHO})(?:负责|汇报|述职)(?:[,。;]|$|汇报|工作)"),
    re.compile(rf"(?:完成|其他|其它|高效完成)(?P<who>{_WHO})(?:交办|安排|交代|布置|交付|下达|临时交办)"),
    re.compile(
        rf"(?:^|,)(?:负责|积极|配合)?协助(?P<who>{_WHO})(?=(?:具体)?(?:做好|完成|开展|制定|处理|落实|建立|管理|开发|进行|对|具体|维护|办理|合理|调度|组织|编制|负责|实施|拟定|监督|协调))"
    ),
    re.compile(rf"(?:上报|汇报|报告|上报到|报)(?:给|到|至)(?P<who>{_WHO})(?:[,。;(]|审批|批准|注明|$)"),
)
# What a sentence must hold for one of the patterns, asked first: few do, and the patterns try every place.
_UP_HINT = re.compile("下|领导|指挥|管辖|负责|汇报|述职|交[办代付]|安排|布置|下达|协助|报[给到至]|报告")
_DOWN_HINT = re.compile("检查|指导|督导|监督|管理|带领|领导|考核|安排|负责")
_DOWN = (
    re.compile(
        rf"(?:检查|指导|督导|监督|管理|带领|领导|考核|安排|负责)(?:并帮助|和督促|和检查|和管理|和指导)?(?P<who>{_WHO})(?:的)?(?:的工作|工作|日常工作|业务|提高|做好|进行|完成|的日常|处理|开展|,|。|;|$)"
    ),
)
_SPLIT = re.compile(r"[、,;/\s及]+|(?<=[\u4e00-\u9fff])(?:和|与|或|以及|及)(?=[\u4e00-\u9fff])")
_GENERIC = re.compile(
    "^(?:(?:公司|本|各级?|上级|直接|直属|主管|部门|企业|集团|单位|其他?|有关|相关|所属|分管|上一级|业务|下级|本部门|高层|管理|其它|企业|总部|领导|中心|项目)*(?:领导|上级|上司|主管领导|部门|人员|员工|下属|公司|管理层|同事|班子))$"
)
_ACTIVITY_END = re.compile("(?:客服|接待|督导|采购|运营|调度|监理|稽核|护理|测试)$")
_LEAD = re.compile(
    "^(?:和|与|及|本部门?的?|部门的?|所属|其|各位?|下属|公司的?|直接|具体|负责|做好|积极|由|在|其所属|所有|相关|各)+"
)


@lru_cache(maxsize=4096)
def people(text: str) -> tuple[str, ...]:
    """The titles in a list like 总经理、副总经理或部主任; generic words (领导, 上级) name nobody."""
    found: list[str] = []
    for word in _SPLIT.split(text):
        name = _LEAD.sub("", tidy_name(word))
        if (
            2 <= len(name) <= 16
            and not _GENERIC.match(name)
            and is_plain_title(name)
            and not _ACTIVITY_END.search(name)
        ):
            found.append(name)
    return tuple(dict.fromkeys(found))


_NEXT_FIELD = re.compile(r"\s{2,}[^\s:]{2,8}:.*")


def labelled_people(text: str) -> tuple[str, ...]:
    """The value of 直接上级 or 直接下级: taken as it stands but for generic words and 无."""
    found: list[str] = []
    text = _NEXT_FIELD.sub("", text)  # 直接上级:经理    在岗人数:2人, where no list knows the second field
    if re.search("[\u4e00-\u9fff]", text):  # bilingual: the Chinese title says it
        text = re.sub(r"[A-Za-z][A-Za-z.&'-]*(?:\s+[A-Za-z.&'-]+)+", " ", text)
    for word in re.split(r"[、,;/\s]+", text):
        name = re.sub(r"^\d+[.、]|\(?\d+[人名]\)?$", "", tidy_name(word, field=True))
        if 2 <= len(name) <= 20 and name not in ("没有", "暂无") and not _GENERIC.match(name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def superiors(texts: Iterable[str], own: str) -> tuple[str, ...]:
    """Whom the holder of `own` reports to, by the words of the duties."""
    return _named(texts, own, _UP, _UP_HINT)


def subordinates(texts: Iterable[str], own: str) -> tuple[str, ...]:
    return _named(texts, own, _DOWN, _DOWN_HINT)


def _named(
    texts: Iterable[str], own: str, patterns: Iterable[re.Pattern[str]], hint: re.Pattern[str]
) -> tuple[str, ...]:
    found: list[str] = []
    for text in texts:
        head = text[:200].removeprefix(own)
        if not hint.search(head):
            continue
        for pattern in patterns:
            for match in pattern.finditer(head):
                found += [name for name in people(match["who"]) if name != own and not is_department(name)]
    return tuple(dict.fromkeys(found))
