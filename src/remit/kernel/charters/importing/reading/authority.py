"""What a holder may decide: is it a permission at all, deciding or proposing, over whom, under which conditions."""

import re
from typing import Literal

from remit.kernel.charters.importing.draft import Right, Within
from remit.kernel.charters.importing.reading.deadline import find_within
from remit.kernel.charters.importing.reading.numerals import NUMBER
from remit.kernel.charters.importing.reading.relations import people

Scope = Literal["own_group", "own_department", "own_customers", "anywhere"]

# 本人无权决定, 超出权限的…报告: what the holder may not do is no permission.
_DENIES = re.compile(
    "(?:无权|没有[^,。;]{0,6}权限?|不得自行|不得擅自)[^,。;]{0,10}$|(?:超出|超过|超越|不在|不属于|逾)[^,。;]{0,10}(?:权限|授权|职权|额度|限额|范围|标准)(?:者|的)?[^。;]{0,24}(?:报告|上报|报请|请示|汇报|审批|批准|转交|移交|报|签请|核定|呈)"
    "|^(?:超出|超过|逾越?)(?:的|者|部分|此限)?,?(?:须|应|要|一律)?(?:请示|报请|报|呈)[^。;]{2,16}$"
    "|(?:的|者|时),(?:应当?|须|需|必须)?上?报[^,。;]{2,14}(?:批准|审批|核准|决定|同意)$"
)
_PERMITS = re.compile(
    "有权|可以?(?=[^靠能信])|^得|权$|权[,。;(]|权[利力限]|审批|批准|审核|评审|核准|签批|签认|决定权|自主|授权|建议|申请|自行"
)
_OBLIGES = re.compile(
    "^(?:负责|协助|受理|处理|接待|办理|录入|登记|整理|收集|完成|如遇|遇到|确保|遵守|服从|按时|严格|做好|保证|及时|认真|配合|每[天日周月季年])|(?:汇报|报告|请示)$|(?:立即|马上|及时|须|应|必须)[^,。;]{0,6}(?:上报|汇报|报告|请示)[^,。;]{0,12}$"
)
_CONFERS = re.compile(
    r"有权|^(?:审批|批准|签批|核准)[^,。;\d一二三四五六七八九十]{0,12}[\d,.一二三四五六七八九十百千万]+元(?:以[下内]|之内)"
    rf"|(?:^|[,、;])(?:可以?(?:当场|直接|自行|酌情|先行)?)?(?:审批|批准|签批|核准|核定|减免|免收|免除|赔付|补偿|赠送)[^,。;]{{0,16}}?{NUMBER}(?:元|块|天|日|%)(?:以[下内]|之内)"
    "|(?:^|[,;])可以(?:对[^,。;]{2,20}?)?(?:批准|审批|决定|处罚|奖励|奖罚|扣罚|扣分|调整|给予|一次扣)"
    "|行使[^,。;]{0,12}(?:权力|权利|职权|权限)|可以?(?:自行|直接)(?:签认|决定|处理|审批|安排|批准)|享有[^,。;]{0,12}权|(?<!没)有[^,。;权]{1,12}权(?=$|[,。;和与及、])"
)
_PROPOSES = re.compile(
    "建议权|提议|提名权?|申请权|有权(?:提出)?(?:建议|申请|提名)|^建议|建议(?:权|$)|申请(?!人|审批|的(?:审批|批准))|推荐权|提出[^,。;]{0,10}(?:建议|意见)(?:的?权)?$|代理权?建议|有权[^,。;]{0,20}申请"
)
_CONDITION = re.compile(
    r"(?:在|如果?|若|当|除)(?P<words>[^,。;()]{2,30}?)(?:的?情况下|的?前提下|的?范围内|时|的话|外|后)(?=[,，可有,需]|$)|(?P<necessary>必要时)|(?:在)?(?:明确)?(?P<quality>[^,。;]{0,8}确有?[^,。;]{2,12}?问题)"
)
_REPORT = re.compile(
    r"(?:上报|汇报|报告|报备|报|备案)(?:到|给|至|于)?(?P<who>[\u4e00-\u9fff]{2,14}?)(?=注明|审批|批准|备案|签字|[,。;()]|$)"
)
_TO_REPORT = re.compile(r"向(?P<who>[\u4e00-\u9fff]{2,14}?)(?:汇报|报告|请示|备案)")
_SIGN = re.compile(
    r"(?P<who>[\u4e00-\u9fff、和与及]{2,30}?)(?:[一二两三四]方)?(?:共同|联合)?(?:签字|会签|签名|联签|签署确认)"
)
_SIGN_LEAD = re.compile("^(?:[^、]*(?:[日天时周月]内|由)|事后|并|须|需|应|要|经|必须|再|最后|报)+")
_FOLLOWS = re.compile(r"[^,。;]{2,14}内(?=[^,。;]{0,24}?(?:签|报告|汇报|上报|报备|备案|鉴定|认定|判定|查明))")
_FINDING = re.compile("(?:鉴定|认定|确定|核定|判定|查明|追究)(?:直接)?(?:的)?责任(?:人|方|归属)?|责任不清")


def is_permission(text: str) -> bool:
    """Whether an item under 权限 permits something; one that only obliges is a duty that stands in the wrong place."""
    if _DENIES.search(text) and not re.search("(?<!没)有权(?!限)", text):
        return False
    if _OBLIGES.search(text) and not re.search("有权|权$|可(?![靠能信疑])|得(?:自行|径行)|自行|审批|批准", text):
        return False
    if _PERMITS.search(text):
        return not re.match("如遇|遇到?本?权限", text)
    # What is neither is taken as the form puts it: 休假安排 under 权限 is a permission.
    return True


def confers(text: str) -> bool:
    """Whether a duty's own words give a power (有权…, 行使…权力)."""
    return _CONFERS.search(text) is not None


def right_of(text: str) -> Right:
    return "propose" if _PROPOSES.search(text) and not re.search("审批权|决定权|批准", text) else "decide"


def scope_of(text: str) -> Scope | None:
    if re.search("本组|组内|本班组?|本小组", text):
        return "own_group"
    if re.search("本部门?|部门(?:内|员工|人员|内部|费用)|直接下属|下属员工|内部员工|本中心|本科室?", text):
        return "own_department"
    if re.search("(?:本人|自己|名下|所负责|负责的|所属)(?:的)?(?:大)?客户|本人客户|分管客户", text):
        return "own_customers"
    if re.search("各部门|全公司|公司(?:内|各|所有|范围)|各组|各岗位|全体", text):
        return "anywhere"
    return None


def conditions_of(text: str) -> tuple[str, ...]:
    """The words under which the permission holds (确有质量问题, 在必要时)."""
    found: list[str] = []
    for match in _CONDITION.finditer(text[:400]):
        words = next((part for part in (match["words"], match["necessary"], match["quality"]) if part), "")
        words = re.sub("^(?:明确|如果|在)", "", words).strip()
        if 2 <= len(words) <= 30:
            found.append(words)
    return tuple(dict.fromkeys(found))


def reported_to(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for pattern in (_REPORT, _TO_REPORT):
        for match in pattern.finditer(text[:600]):
            found += people(match["who"])
    return tuple(dict.fromkeys(found))


def countersigned_by(text: str) -> tuple[str, ...]:
    """Who signs too: 事后总经理、销售人、当事人三方签字 names three."""
    found: list[str] = []
    for match in _SIGN.finditer(text[:600]):
        for word in re.split("[、和与及]", _SIGN_LEAD.sub("", match["who"])):
            name = _SIGN_LEAD.sub("", word)
            if 2 <= len(name) <= 8:
                found.append(name)
    return tuple(dict.fromkeys(found))


def time_to_follow(text: str) -> Within | None:
    """The time for telling, signing or finding afterwards: 事后三个工作日内由经理签字."""
    match = _FOLLOWS.search(text)
    return find_within(match[0]) if match else None


def needs_finding(text: str) -> bool:
    return _FINDING.search(text) is not None
