"""One question about lxml's nodes that its type stubs leave no room for."""

from lxml import etree


def is_element(node: etree._Element) -> bool:
    """False for the nodes that have a function for a tag: comments, processing instructions, unexpanded entities."""
    return isinstance(node.tag, str)
