"""What a short line is: the heading of a position, of a section, of something that is no charter; or none of these."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from remit.kernel.charters.importing.reading.lexicon import (
    BARE_RANK,
    DEPARTMENT_END,
    DUTY_START,
    GENERIC_PEOPLE,
    LABELS,
    QUALIFICATION_PARTS,
    SECTIONS,
    SPOKEN_SECTIONS,
    SURE_PARTS,
    TITLE_END,
    Label,
    Section,
    word_list,
)

HeadingKind = Literal["position", "department", "section", "other", "passage"]
MAX_HEADING = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """`name` is the title or department as the heading has it; `topic` what the heading says about it (岗位职责, 权限).

    `sure` is False for a bare title, which counts only where something stands under it.
    """

    kind: HeadingKind
    name: str = ""
    section: Section | None = None
    topic: str = ""
    sure: bool = True


_CORE = "职责|职能|权限|权力|权利|职权|说明书|说明|描述|概述|概要|综述|任务|内容|要求|目标|指标|范围|资格|条件|标准|要点|分工|目的|责任制|责任书|责任|规程|职位表|考核表|评分表|量化表|考核方案|人员配备|设置|编制|手册|作业指导"
_QUALIFIER = "各|主要|基本|具体|日常|相关|关键|岗位|职位|职务|工作|任职|绩效|业绩|考核|工作管理操作|管理操作|操作|授权|kpi|KPI|核心"
_TAIL = (
    r"(?:\s|模板|模版|范本|范文|样本|样板|示例|参考|资料|确认书|一览表?|汇总|大全|精选|集锦|集合|最新|通用|完整版|标准版|图|表|书|说明|汇编|细则|下载|word|文档|"
    r"\(.{1,14}\)|[(（].{0,8}$|共?[一二三四五六七八九十\d]{1,2}篇?|[-.]\d|合集.{0,4}|篇|\.?docx?|\.pdf|\.txt|\.xlsx?)*"
)
_NAMED = re.compile(
    rf"(?P<name>.{{0,36}}?)(?:的|之)?(?P<topic>(?:{_QUALIFIER}|各)*?(?:{_CORE})(?:(?:及其|以及|和|与|及|、|/|之|暨|或)?(?:{_QUALIFIER})*?(?:{_CORE}))*)(?P<tail>{_TAIL})"
)
# 管理人员的权限 may be a heading, 调配人员的权力 is a permission: a name that reads as a verb needs one of these.
_VOUCHES = re.compile("岗位|职责|职位|职务|说明书")
# Topics that are about a post whatever stands before them; the others need a title or a department.
_STRONG_TOPIC = re.compile("岗位|职责|职位|职务|说明书|职能|权限|权力|职权|任职")
# Papers that are no charter, up to the next position; and passages that are none, up to the next heading of any kind.
_OTHER = re.compile(
    "(?:办法|制度|规定|细则|编写说明|目录|介绍|格式|概况|架构|结构|背景|意义|通知|文化|前景|待遇|总结|结语|准备|常识|建设意见|意见|理解|目的|口号|标语|公约|守则|须知|规范|准则|流程图?|注意(?:事项)?)$"
)
_PASSAGE = re.compile("(?:技巧|用语|话术|礼仪|原则|宗旨|策略|方法|案例|方式|关系|理念|问答|概念|定义|语言|禁语|口诀)$")
_LATIN_GLOSS = re.compile(r"[-–—\s/|]*\(?[A-Za-z][A-Za-z\s.,&'/-]{2,80}(?:\([A-Za-z&\s.]{1,20}\))?\)?$")
_LATIN_LEAD = re.compile(r"^[A-Za-z][A-Za-z\s.,&'/()-]{2,80}[\s/|:()-]+(?=[\u4e00-\u9fff])")
_OUTER = ' :【】[]<>《》「」"“”*#_~=-—·•.。、'
_NOISE_LEAD = re.compile(
    r"^(?:[\[【(]?(?:招聘|诚聘|急聘|高薪诚聘|社招|校招|岗位|职位)[\]】):]\s?|\d{4}年?(?:度|版)?|\([^)]{1,20}\)|[^,。;]{2,20}?(?:有限公司|集团公司|股份公司|科技公司|有限责任公司)(?:公司)?|[^,。;()子分本]{2,12}公司(?=[^的])|[\u4e00-\u9fff]{2,8}(?:酒店|宾馆|饭店|医院|学校|中学|小学|大学|银行|超市|商场)(?=[\u4e00-\u9fff]{2,8}(?:部|科|处|室|中心))|最新|某某?|XX+|××|本公司|公司|附件?\d*[:.]?|关于|各类|我国)+"
)
# 康宁护理院 护理部: whose department it is stands before it, with a blank between.
_HOUSE_BEFORE = re.compile(
    r"[\u4e00-\u9fff()]{2,20}(?:公司|集团|医?院|学?校|车?站|厂|局|酒店|宾馆|乐?园|馆|银?行|超市|商场|物业)\s+(?=\S{2,}$)"
)
_TITLE = re.compile(
    rf"[\u4e00-\u9fffA-Za-z0-9&/·、()+-]{{0,24}}?{TITLE_END}(?:岗位?|\([^()]{{1,12}}\)|[0-9A-Z一二三四ⅠⅡⅢ]{{1,2}})?"
)
_DEPARTMENT = re.compile(rf"[\u4e00-\u9fffA-Za-z&/·、()-]{{1,16}}?{DEPARTMENT_END}(?:\([^()]{{1,10}}\))?")
_DEPARTMENT_SIGN = re.compile("事业部|办公室|部门|部|中心|科室|科|处|车间|厅|门店|分公司|组")
_LATIN_WORDS = re.compile("[A-Za-z]{3}")
_LATIN_GLOSS_WORD = re.compile("[A-Za-z]{4}")
_HAN_FIRST = re.compile(r"[\u4e00-\u9fff(]")
_BRACKETS_LAST = re.compile(r"\([^)]*\)$")
_EMPTY_BRACKETS = re.compile(r"\(\)?$")
_LETTER_SPACED = re.compile(r"[\u4e00-\u9fff](?: {1,3}[\u4e00-\u9fff]){2,15}")
# 岗位考核表——客服主管, 岗位说明书(客服主管): the topic first, and whose it is behind.
_TOPIC_FIRST = re.compile(r"(?P<topic>[^-—()]{4,24}?)(?:[-—]{1,3}|\((?=[^()]{2,16}\)$))(?P<name>[^-—()]{2,16})\)?")
_HEADCOUNT = re.compile(
    r"(?<=[\u4e00-\u9fff])\s?\((?:共|定员|编制|定编)?:?[\d一二三四五六七八九十两若干]{1,3}[-~]?\d{0,3}[人名位个]\)$"
)
_TWICE = re.compile(r"(.{4,40}?)[\s:,]*\1")
_JOINT = re.compile("(?:与|和|及|各|、)$")
_AS_FOLLOWS = re.compile("(?<=[责限权能件求格])(?:如[下左]|为|包括|是)$")
_PERSON = re.compile(r"\([\u4e00-\u9fff]{2,3}\)$")
_HAN_SPACE = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SENTENCE = re.compile(r"[。;!?,]")
_GENERIC_END = re.compile(
    "(?:全体|所有|相关|各级?|有关|本部门|下属|属下|上级|下级|其他|其它|专业|技术支持)(?:人员|员工|领导|主管)$"
)
_TOPIC_INSIDE = re.compile("职责|权限|说明书|要求|内容")
_ACTIVITIES = word_list("""
    测试 采购 接待 运营 护理 调度 翻译 编辑 督导 督察 监理 稽核 收银 法务 客服 传菜 委员 礼宾 文秘 内勤 外勤 迎宾 采购 代表 顾问 全体员工 员工 人员
""")


_BARE_TITLES = frozenset(("科员", "职员", "员工", "人员", "办事员", "干事"))  # say no more than a rank does
_NO_WORDS = re.compile(r"[\s\[\]【】<>《》*#_\"“”]")
_OF_THE_POST = re.compile("^(?:本|该|此)?(?:岗位|职位|职务|部门)?的?")
_LAST_BRACKET = re.compile(r"\(.{1,20}\)$")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")
_LATIN_WORD = re.compile("[a-z]{4}")
_LATIN_AND_HAN = re.compile(r"[a-z/()\s\u4e00-\u9fff]*")


def key_of(text: str) -> str:
    """A heading's words alone, for looking them up."""
    if text.isalnum():
        return text.lower()
    return _NO_WORDS.sub("", text).strip(_OUTER).lower()


@lru_cache(maxsize=4096)
def section_of(text: str) -> Section | None:
    """The section that the text is the name of (岗位职责, 该岗位的任职要求, 二、权限), or None."""
    key = key_of(text)
    if len(key) > 48:
        return None
    for word in (key, _OF_THE_POST.sub("", key), _LAST_BRACKET.sub("", key)):
        if word in SECTIONS:
            return SECTIONS[word]
    han = _NOT_HAN.sub("", key)
    if han != key and han in SECTIONS and _LATIN_WORD.search(key):  # bilingual: 岗位职责 Responsibilities
        return SECTIONS[han]
    if 2 <= len(key) <= 12:
        return next((section for section, words in SPOKEN_SECTIONS.items() if words.fullmatch(key)), None)
    return None


@lru_cache(maxsize=4096)
def label_of(text: str) -> Label | None:
    """The field of a form that the text is the name of (直接上级, 所属部门), or None."""
    key = key_of(text)
    if key in LABELS:
        return LABELS[key]
    if len(key) <= 14 and key.endswith(("签字", "签名", "签章", "盖章", "本人确认", "员工确认", "签收")):
        return "skip"
    han = _NOT_HAN.sub("", key)
    return LABELS.get(han) if han != key and len(key) < 40 and _LATIN_AND_HAN.fullmatch(key) else None


def is_part_label(text: str) -> bool:
    """Whether the text names a part of the requirements (学历, 工作经验)."""
    return key_of(text) in QUALIFICATION_PARTS


def _ranked(text: str) -> bool:
    """A department and a bare rank, whatever the department's name begins with (管理处主任)."""
    signs = list(_DEPARTMENT_SIGN.finditer(text))
    return (
        bool(signs)
        and BARE_RANK.fullmatch(text, signs[-1].end()) is not None
        and is_department(text[: signs[-1].end()])
    )


def is_sure_part(text: str) -> bool:
    return key_of(text) in SURE_PARTS


@lru_cache(maxsize=4096)
def is_title(text: str) -> bool:
    """Whether the whole text can be the title of a post: short, a noun, with the ending of one."""
    if (
        not 2 <= len(text) <= 26
        or not _TITLE.fullmatch(text)
        or _GENERIC_END.search(text)
        or _TOPIC_INSIDE.search(text)
    ):
        return False
    return BARE_RANK.fullmatch(text) is not None or GENERIC_PEOPLE.fullmatch(text) is None


@lru_cache(maxsize=4096)
def is_plain_title(text: str) -> bool:
    """A title that nothing around it vouches for: it must not read as a duty or as a bare activity."""
    if not is_title(text) or text in _ACTIVITIES:
        return False
    verb = DUTY_START.match(text)
    if verb is None or BARE_RANK.fullmatch(text) or _ranked(text):
        return True
    rest = text[verb.end() :]
    # 管理员 and 代表 are titles, 管理财务人员 is a duty.
    return (
        (len(rest) <= 2 and (rest not in _ACTIVITIES or rest in ("代表", "顾问")))
        or len(verb[0]) == 1
        or (len(verb[0]) == 2 and len(rest) <= 4 and not is_title(rest))
    )


@lru_cache(maxsize=4096)
def is_department(text: str) -> bool:
    return (
        2 <= len(text) <= 18
        and not text.startswith(("各", "有关", "相关", "其他", "其它", "本"))
        and _DEPARTMENT.fullmatch(text) is not None
        and (len(text) <= 4 or not DUTY_START.match(text))
    )


def is_generic_group(text: str) -> bool:
    """全体员工, 各级人员: people, but no post."""
    return GENERIC_PEOPLE.fullmatch(text) is not None or _GENERIC_END.search(text) is not None


def tidy_name(text: str, *, field: bool = False) -> str:
    """A title or department without years, firms, glosses, the holder's name and brackets around it.

    `field`: it is the value of a form's field, where 公司业务部 is a name and not the firm's 业务部.
    """
    name = _HAN_SPACE.sub("", _HOUSE_BEFORE.sub("", text.strip(_OUTER))).strip(_OUTER)
    if _LATIN_WORDS.search(name):
        if not _HAN_FIRST.match(name):
            name = _LATIN_LEAD.sub("", name)
        elif _LATIN_GLOSS_WORD.search(name):
            name = _LATIN_GLOSS.sub("", name)
    if name.endswith(")"):
        name = _HEADCOUNT.sub("", name)
    lead = _NOISE_LEAD.match(name)
    if lead and len(name) - lead.end() >= 2 and not (field and lead[0] == "公司"):
        name = name[lead.end() :]
    if "(" in name:
        if is_title(_BRACKETS_LAST.sub("", name)):
            name = _PERSON.sub("", name)
        name = _EMPTY_BRACKETS.sub("", name)
    return name.strip(_OUTER)


# 投诉处理专员 is no 理专员 of the 投诉处.
_WHOLE_WORDS = frozenset({"处理", "处置", "部署", "科技", "科学", "科研", "组织"})


def split_title(name: str, context: str | None) -> tuple[str, str | None]:
    """(title, department): a department before a full title goes; before a bare rank it stays in the title too."""
    position = 0
    candidates: list[tuple[str, str]] = []
    while True:
        found = _DEPARTMENT_SIGN.search(name, position)
        if not found or found.end() >= len(name):
            break
        prefix, rest = name[: found.end()], name[found.end() :]
        if (
            is_title(rest)
            and is_department(prefix)
            and prefix[-1] + rest[0] not in _WHOLE_WORDS
            and (BARE_RANK.fullmatch(rest) or not _DEPARTMENT_SIGN.match(rest))  # 前厅部人员 are no 部人员 of the 前厅
        ):
            candidates.append((prefix, rest))
        position = found.end()
    if not candidates:
        return name, context
    full = [pair for pair in candidates if not BARE_RANK.fullmatch(pair[1]) and pair[1] not in _BARE_TITLES]
    department, title = full[-1] if full else (candidates[-1][0], name)
    if context and context.endswith(department):
        department = context
    return title, department


def classify(text: str) -> Heading | None:
    """What kind of heading the line (folded, without its number) is, or None where it is a sentence or an item."""
    if len(text) > MAX_HEADING:
        return None
    text = text.strip()
    section = section_of(text)
    if section:
        named = _topic_first(text.strip(_OUTER)) if text.endswith(")") else None
        return named or Heading("section", section=section, topic=key_of(text))
    # No heading ends like a sentence.
    return None if text.endswith(("。", ";", "!", "?", ",")) else _classify(text)


@lru_cache(maxsize=8192)
def _classify(text: str) -> Heading | None:
    bare = _AS_FOLLOWS.sub("", text.strip(_OUTER))
    halves = (
        _TWICE.fullmatch(bare) if len(bare) > 7 and bare[:4] in bare[4:] else None
    )  # a portal prints the heading twice
    if halves:
        bare = halves[1]
    if " " in bare and _LETTER_SPACED.fullmatch(bare):
        bare = bare.replace(" ", "")
    if _SENTENCE.search(bare):
        return None
    named = _named(bare)
    if named is None or not named.name:
        named = _topic_first(bare) or named
    if named:
        return named
    name = tidy_name(bare)
    if is_plain_title(name) and len(name) <= 20:
        return Heading("position", name=name, topic="", section="duties", sure=False)
    if is_department(name) and len(name) <= 12:
        return Heading("department", name=name, topic="", section="duties", sure=False)
    if len(bare) <= 8 or (len(bare) <= 24 and not _starts_as_duty(bare)):
        if _OTHER.search(bare):
            return Heading("other", topic=bare)
        if _PASSAGE.search(bare):
            return Heading("passage", topic=bare)
    return None


def _starts_as_duty(text: str) -> bool:
    verb = DUTY_START.match(text)
    return verb is not None and len(verb[0]) > 1


def _named(bare: str) -> Heading | None:
    match = _NAMED.fullmatch(bare)
    if not match:
        return None
    if " " in match["name"] and len(match["name"]) > 4:
        # Two headings on one line: the later one counts.
        later = bare.rsplit(" ", 1)[-1]
        again = _NAMED.fullmatch(later)
        if again and again["name"]:
            match = again
    name, topic = tidy_name(match["name"]), match["topic"]
    name = _JOINT.sub("", name)
    name = name[:-2] if name.endswith("部部门") else name
    section = _topic_section(topic)
    if not name and len(topic) >= 4:
        return Heading("section", section=section, topic=topic)  # 岗位职责与工作标准: made of topics alone
    if len(name) < 2:
        return None
    if is_title(name) and (is_plain_title(name) or _VOUCHES.search(topic)):
        return Heading("position", name=name, section=section, topic=topic)
    if is_department(name):
        return Heading("department", name=name, section=section, topic=topic)
    if (
        _STRONG_TOPIC.search(topic)
        and len(name) <= 16
        and not re.search("[、*:。]|岗位|职责", name)
        and not DUTY_START.match(name)
        and not _OTHER.search(name)
        and not is_generic_group(name)
    ):
        return Heading("position", name=name, section=section, topic=topic)
    return None


def _topic_first(bare: str) -> Heading | None:
    match = _TOPIC_FIRST.fullmatch(bare)
    if not match or not is_plain_title(tidy_name(match["name"])):
        return None
    topic = _named(match["topic"])
    return replace(topic, kind="position", name=tidy_name(match["name"])) if topic and not topic.name else None


def _topic_section(topic: str) -> Section:
    if topic in SECTIONS:
        return SECTIONS[topic]
    if re.search("权限|权力|权利|职权", topic) and "职责" not in topic:
        return "authority"
    if re.search("任职|资格|要求$|条件", topic) and "职责" not in topic:
        return "qualification"
    if re.search("考核|绩效|业绩|指标|评分|量化", topic) and not re.search("职责|说明书|目标", topic):
        return "kpi"
    return "duties"
