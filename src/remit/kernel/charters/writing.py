"""Write plain data as YAML that people like to read: maps of things one key a line, small maps and lists in one line.

Texts that YAML's own rules would read as something else (NO, 18:30, 010) are quoted, so that an editor or another program
reads the file as we do.
"""

from typing import Any, Final

import yaml

LINE_MAX: Final = 72


def write_yaml(data: Any) -> str:
    """`data` of dicts, lists, text and bools as YAML, in the order given."""
    return yaml.dump(data, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=float("inf"))


class _Writer(yaml.SafeDumper):
    """Lists are indented below their key, and no text is folded: one clause, one line in a comparison of two files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)

    def represent_dict(self, data: Any) -> yaml.MappingNode:
        node = super().represent_dict(data)
        # A thing with an id is an entry of its own; the rest of small maps are values.
        node.flow_style = "id" not in data and _fits_a_line(node)
        return node

    def represent_list(self, data: Any) -> yaml.SequenceNode:
        node = super().represent_list(data)
        # Several things stand one below the other, however small they are.
        node.flow_style = _fits_a_line(node) and (len(data) == 1 or not any(isinstance(one, dict) for one in data))
        return node


_Writer.add_representer(str, _Writer.represent_str)
_Writer.add_representer(dict, _Writer.represent_dict)
_Writer.add_representer(list, _Writer.represent_list)


def _fits_a_line(node: yaml.CollectionNode) -> bool:
    widths = [_width(part) for child in node.value for part in (child if isinstance(child, tuple) else (child,))]
    return None not in widths and sum(width + 2 for width in widths if width is not None) <= LINE_MAX


def _width(node: yaml.Node) -> int | None:
    """Columns that a node takes in one line, a Chinese character counting two; None where it can't stand in one."""
    if isinstance(node, yaml.ScalarNode):
        return None if "\n" in node.value else sum(2 if ord(char) > 0x2E7F else 1 for char in node.value)
    if isinstance(node, yaml.CollectionNode) and node.flow_style:
        return sum(
            (_width(part) or 0) + 2
            for child in node.value
            for part in (child if isinstance(child, tuple) else (child,))
        )
    return None
