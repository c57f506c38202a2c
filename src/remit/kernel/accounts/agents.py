"""A browser's User-Agent header as a person would say it."""

from typing import Final

# In this order: 企业微信 also calls itself 微信, both and Edge call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS: Final = (
    ("wxwork", "企业微信"),
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Lark", "飞书"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """`Chrome · Windows`; the header itself, cut short, where nothing in it is known."""
    parts = [_first(_BROWSERS, agent), _first(_SYSTEMS, agent)]
    return " · ".join(part for part in parts if part) or agent[:40]


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for sign, name in names if sign.lower() in agent.lower()), "")
