"""Read the YAML that people write (charters, packs): every scalar as text, every node with its place, every fault at once.

YAML's own types are not used: its usual loader turns 18:30 into 1110, NO into false, the key `on` into True, and lets a repeated
key win in silence. Here `load` gives text, lists and maps; `validate` lets a pydantic schema decide the types, and says of each
fault in which file, line and column it stands and what was probably meant.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

BYTES_MAX: Final = 1_000_000
DEPTH_MAX: Final = 50
# A file of nonsense has a fault in every line; who mends it reads the first page of them.
FAULTS_MAX: Final = 100

Path = tuple[str | int, ...]
Data: TypeAlias = "dict[str, Data] | list[Data] | str"
M = TypeVar("M", bound=BaseModel)
# libyaml is ten times faster and in every wheel; the Python parser takes over where PyYAML was built without it.
LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: where (1-based; line 0 where the file has no such place), in which key, and a way on."""

    file: str
    line: int
    column: int
    path: str
    message_zh: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return " ".join(
            part for part in (f"{place}:", self.path and f"{self.path}:", self.message_zh, self.hint) if part
        )


class BadYaml(ValueError):
    """The file can't be taken. `faults` holds every reason, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults)[:FAULTS_MAX])
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Document:
    """What was read. A key without a value is as good as absent: it has a place but stands in no map."""

    file: str
    data: Data
    places: Mapping[Path, tuple[int, int]] = field(repr=False)
    key_places: Mapping[Path, tuple[int, int]] = field(repr=False)

    def where(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Line and column of the value (or of its key) at `path`, or of the nearest thing around it. 1-based."""
        if key and path in self.key_places:
            return self.key_places[path]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def load(text: str | bytes, file: str) -> Document:
    """Read one YAML document.

    Raises BadYaml: broken syntax, not UTF-8, over 1 MB, nested deeper than 50, more than one document, repeated keys, and
    what no author of a charter needs and an attacker likes: anchors, aliases, tags, keys that aren't text.
    """
    return _Builder(file).build(_checked_text(text, file))


def located(message: str, *path: str | int) -> PydanticCustomError:
    """A validator's error about something below its own field: `raise located("…", 2, "id")`."""
    return PydanticCustomError("located", "{message}", {"message": message, "path": path})


def validate(model: type[M], document: Document) -> M:
    """The document as an instance of `model`. Raises BadYaml with every fault, unknown keys with the likely ones beside them."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        schema = model.model_json_schema()
        raise BadYaml([_fault(document, schema, details) for details in error.errors()]) from error


# --- reading ---------------------------------------------------------------------------------------------------------------


def _checked_text(text: str | bytes, file: str) -> str:
    try:
        raw = text.encode() if isinstance(text, str) else text
        text = raw.decode("utf-8-sig")
    except UnicodeError as error:
        raise BadYaml([Fault(file, 0, 0, "", "文件不是 UTF-8 编码。", "请另存为 UTF-8 后再试。")]) from error
    if len(raw) > BYTES_MAX:
        raise BadYaml([Fault(file, 0, 0, "", f"文件有 {len(raw):,} 字节，超过 1 MB。", "请拆成几个文件。")])
    return text


@dataclass(slots=True)
class _Open:
    """A map or list that is being read. `key` is the one that waits for its value; None while the next scalar is a key."""

    node: dict[str, Data] | list[Data]
    path: Path
    key: str | None = None
    seen: set[str] = field(default_factory=set)


class _Builder:
    """Builds the tree from the parser's events with a stack of its own, so that no depth of nesting exhausts Python's."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.places: dict[Path, tuple[int, int]] = {}
        self.key_places: dict[Path, tuple[int, int]] = {}
        self.stack: list[_Open] = []
        self.root: Data = ""
        self.documents = 0

    def build(self, text: str) -> Document:
        try:
            for event in yaml.parse(text, Loader=LOADER):
                self.take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            message, hint = _explain_syntax(error.problem or "")
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            self.faults.append(Fault(self.file, line, column, "", message, hint))
        except yaml.YAMLError as error:  # a character that YAML doesn't admit; it has an offset only
            line = text.count("\n", 0, getattr(error, "position", 0)) + 1
            self.faults.append(Fault(self.file, line, 1, "", "文件里有 YAML 不允许的控制字符。", "请删去它。"))
        if not self.faults and self.documents == 0:
            self.faults.append(Fault(self.file, 1, 1, "", "文件是空的。"))
        if self.faults:
            raise BadYaml(self.faults)
        return Document(self.file, self.root, self.places, self.key_places)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self.fault(event, "一个文件只能有一份内容。", "请去掉“---”之后的部分，另存一个文件。")
        elif isinstance(event, yaml.NodeEvent):
            if isinstance(event, yaml.AliasEvent) or event.anchor:
                self.fault(event, "不能使用锚点（& 与 *）。", "请把内容完整写出。")
            if getattr(event, "tag", None):
                self.fault(event, f"不能使用标签 {event.tag}。", "请删去标签，类型由格式本身决定。")  # type: ignore[attr-defined]  # getattr above
            self.take_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def take_node(self, event: yaml.NodeEvent) -> None:
        parent = self.stack[-1] if self.stack else None
        if parent is not None and isinstance(parent.node, dict) and parent.key is None:
            self.take_key(parent, event)
            return
        path = _next_path(parent)
        self.places[path] = _place(event)
        node = _node_of(event)
        # An empty value counts as not given, but a list keeps its length: the places below it count by index.
        if parent is None:
            self.root = node
        elif isinstance(parent.node, list):
            parent.node.append(node)
        else:
            key, parent.key = parent.key or "", None
            if not _is_absent(event) and key not in parent.node:
                parent.node[key] = node
        if isinstance(node, dict | list):
            self.open(event, node, path)

    def take_key(self, parent: _Open, event: yaml.NodeEvent) -> None:
        key = event.value if isinstance(event, yaml.ScalarEvent) else ""
        parent.key = key
        if not isinstance(event, yaml.ScalarEvent):
            self.fault(event, "键必须是文字。", "请检查这一行的括号与冒号。")
            if isinstance(event, yaml.CollectionStartEvent):  # read past it; the fault refuses the file anyway
                self.open(event, _node_of(event), (*parent.path, ""))
            return
        path = (*parent.path, key)
        if key in parent.seen:
            line, _column = self.key_places[path]
            self.fault(event, f"键“{key}”重复了：第 {line} 行已经有了。", "请只留一个。", path)
            return
        parent.seen.add(key)
        self.key_places[path] = _place(event)

    def open(self, event: yaml.NodeEvent, node: Data, path: Path) -> None:
        if len(self.stack) == DEPTH_MAX:
            message = f"嵌套超过 {DEPTH_MAX} 层。"
            raise BadYaml([*self.faults, Fault(self.file, *_place(event), "", message)])
        self.stack.append(_Open(node if isinstance(node, dict | list) else [], path))

    def fault(self, event: yaml.Event, message: str, hint: str = "", path: Path = ()) -> None:
        self.faults.append(Fault(self.file, *_place(event), _written(path), message, hint))


def _node_of(event: yaml.NodeEvent) -> Data:
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    return str(event.value) if isinstance(event, yaml.ScalarEvent) else ""


def _next_path(parent: _Open | None) -> Path:
    if parent is None:
        return ()
    return (*parent.path, len(parent.node) if isinstance(parent.node, list) else parent.key or "")


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _is_absent(event: yaml.NodeEvent) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == "" and not event.style


# What the parser says, and what it usually means in a file that a person wrote.
_SYNTAX: Final = (
    ("mapping values are not allowed", "这里不该有冒号。", "含“: ”的文字请加引号，或检查上一行的缩进。"),
    ("could not find expected ':'", "键的后面缺少冒号。", "写成“键: 值”，冒号后要有空格。"),
    ("cannot start any token", "这个字符不能用在开头。", "缩进请用空格而不是制表符；以 %、@、` 开头的文字请加引号。"),
    ("did not find expected '-'", "列表项应以“- ”开头。", "请检查缩进。"),
    ("tab character", "用制表符缩进了。", "缩进请用空格，不用制表符。"),
    ("did not find expected key", "缩进与上文对不上。", "同一层的键要对齐，引号要成对。"),
    ("expected <block end>", "缩进与上文对不上。", "同一层的键要对齐，引号要成对。"),
    ("end of stream", "引号或括号没有结束。", "请补上结束的引号或括号。"),
    ("block sequence entries are not allowed", "列表不能写在这里。", "请另起一行，并缩进。"),
    ("escape", "双引号里的反斜杠写法不对。", "请改用单引号。"),
    ("',' or", "括号里缺少逗号或右括号。", "请检查这一行的括号与逗号。"),
)


def _explain_syntax(problem: str) -> tuple[str, str]:
    for fragment, message, hint in _SYNTAX:
        if fragment in problem:
            return message, hint
    return f"YAML 写法不对（{problem}）。", "请检查这一行的缩进、引号与冒号。"


# --- judging ---------------------------------------------------------------------------------------------------------------


def _fault(document: Document, schema: dict[str, Any], details: ErrorDetails) -> Fault:
    """One error of pydantic with its place, in Chinese."""
    kind, context = details["type"], details.get("ctx", {})
    location = (*details["loc"], *context.get("path", ()))
    path = _path_in(document.data, location)
    message, hint = _explain(kind, details, context, location, path, schema)
    about_key = kind == "extra_forbidden" or location[-1:] == ("[key]",)
    if kind == "missing":
        path = (*path, location[-1])
    return Fault(document.file, *document.where(path, key=about_key), _written(path), message, hint)


def _path_in(data: Data, location: tuple[str | int, ...]) -> Path:
    """The error's path without the steps that pydantic adds for unions and keys: those that lead nowhere in the data."""
    path: Path = ()
    for step in location:
        below = data.get(str(step)) if isinstance(data, dict) else None
        if isinstance(data, list) and isinstance(step, int) and step < len(data):
            below = data[step]
        if below is not None:
            data, path = below, (*path, step)
    return path


_EXPECTED: Final = {
    "string_type": "这里要写文字。",
    "list_type": "这里要写列表，每项以“- ”开头。",
    "tuple_type": "这里要写列表，每项以“- ”开头。",
    "dict_type": "这里要写一组“键: 值”。",
    "model_type": "这里要写一组“键: 值”。",
    "model_attributes_type": "这里要写一组“键: 值”。",
    "int_parsing": "这里要写整数。",
    "int_type": "这里要写整数。",
    "int_from_float": "这里要写整数。",
    "decimal_parsing": "这里要写数字。",
    "decimal_type": "这里要写数字。",
    "bool_parsing": "这里要写 true 或 false。",
    "bool_type": "这里要写 true 或 false。",
    "date_parsing": "这里要写日期，如 2026-11-23。",
    "date_from_datetime_parsing": "这里要写日期，如 2026-11-23。",
    "date_from_datetime_inexact": "这里要写日期，如 2026-11-23，不带时刻。",
    "date_type": "这里要写日期，如 2026-11-23。",
    "finite_number": "这里要写一个确定的数字。",
}


def _explain(
    kind: str,
    details: ErrorDetails,
    context: Mapping[str, Any],
    location: tuple[str | int, ...],
    path: Path,
    schema: dict[str, Any],
) -> tuple[str, str]:
    value = details["input"]
    if kind == "missing":
        return f"缺少“{location[-1]}”。", ""
    if kind == "extra_forbidden":
        return f"不认识的键“{location[-1]}”。", _suggest(str(location[-1]), _keys_at(schema, path[:-1]))
    if kind in {"literal_error", "enum"}:
        choices = [choice.strip(" '") for choice in str(context["expected"]).replace(" or ", ", ").split(",")]
        return f"“{value}”不是可用的值。", _suggest(str(value), choices)
    if kind == "string_too_short" or (kind == "too_short" and not value):
        return "不能为空。", ""
    if kind in {"string_too_long", "too_long"}:
        return f"太长：最多 {context['max_length']}{' 个字' if kind == 'string_too_long' else ' 项'}。", ""
    if kind == "string_pattern_mismatch":
        return f"“{value}”的写法不对。", f"须符合 {context['pattern']}"
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        sign = {
            "greater_than": "大于",
            "greater_than_equal": "不小于",
            "less_than": "小于",
            "less_than_equal": "不大于",
        }[kind]
        return f"“{value}”超出范围：须{sign} {next(iter(context.values()))}。", ""
    if kind == "value_error":
        return str(context["error"]), ""
    if kind == "located":
        return str(context["message"]), ""
    return _EXPECTED.get(kind, str(details["msg"])), ""


def _suggest(word: str, known: Sequence[str]) -> str:
    """ "Did you mean …?", or what there is to choose from."""
    near = difflib.get_close_matches(word.lower(), known, n=2, cutoff=0.6)
    if near:
        return f"是不是“{'”或“'.join(near)}”？"
    return f"可用：{'、'.join(known)}。" if known else ""


def _keys_at(schema: dict[str, Any], path: Path) -> list[str]:
    """The keys that the schema knows at a place; of all alternatives where it has several."""
    found = [schema]
    for step in path:
        found = [below for alternative in found for below in _step(schema, alternative, step)]
    keys = [
        key for alternative in found for plain in _plain(schema, alternative) for key in plain.get("properties", {})
    ]
    return list(dict.fromkeys(keys))


def _plain(root: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema with its reference followed and its alternatives side by side."""
    if "$ref" in schema:
        return _plain(root, root["$defs"][schema["$ref"].rpartition("/")[2]])
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    return [plain for one in alternatives for plain in _plain(root, one)] if alternatives else [schema]


def _step(root: dict[str, Any], schema: dict[str, Any], step: str | int) -> list[dict[str, Any]]:
    below: list[dict[str, Any]] = []
    for plain in _plain(root, schema):
        if isinstance(step, int):
            child = plain.get("items")
        else:
            child = plain.get("properties", {}).get(step, plain.get("additionalProperties"))
        if isinstance(child, dict):
            below.append(child)
    return below


def _written(path: Path) -> str:
    """As a person points at it: duties[2].binding.kind."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")
