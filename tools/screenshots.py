#!/usr/bin/env python3
"""Photograph pages in a real browser: wide and as a phone, by day and by night. Fails on what a reader would not forgive.

    tools/screenshots.py http://127.0.0.1:8000/gallery/ --out screenshots

A console error (which a broken content policy or a missing file is, too) or a page that scrolls sideways ends with code 1.
"""

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Elements that stick out of the page, other than what scrolls within its own box.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (node) => node && node !== document.body && (["auto", "scroll", "hidden"].includes(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  return document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node.parentElement))
    .map((node) => `${node.tagName.toLowerCase()}.${node.className}`).slice(0, 5);
}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--browser", default="/usr/bin/chromium", help="the browser's program")
    parser.add_argument("--cookie", action="append", default=[], metavar="NAME=VALUE", help="sent along, as a session")
    parser.add_argument("--size", choices=SIZES, action="append", help="only this size")
    parser.add_argument("--theme", choices=THEMES, action="append", help="only this theme")
    parser.add_argument("--screen", action="store_true", help="one screenful, not the whole page")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=wanted.browser, args=list(BROWSER_ARGUMENTS))
        for url in wanted.urls:
            for size in wanted.size or SIZES:
                for theme in wanted.theme or THEMES:
                    faults += photograph(browser, url, size, theme, wanted)
        browser.close()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def photograph(browser: Browser, url: str, size: str, theme: str, wanted: argparse.Namespace) -> list[str]:
    """Writes one picture; returns what is wrong with the page, one line each."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=1,
        has_touch=size == "phone",
        is_mobile=size == "phone",
        locale="zh-CN",
        reduced_motion="reduce",
        color_scheme="dark" if theme == "dark" else "light",
    )
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    cookies = [pair.partition("=") for pair in [*wanted.cookie, f"remit_theme={theme}"]]
    context.add_cookies([{"name": name, "value": value, "url": origin} for name, _equals, value in cookies])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    answer = page.goto(url, wait_until="networkidle")
    if answer is None or not answer.ok:
        faults.append(f"answered {answer.status if answer else 'nothing'}")
    faults += [f"sticks out: {node}" for node in _sticks_out(page)]
    name = re.sub(r"\W+", "-", urlsplit(url).path.strip("/")) or "start"
    page.screenshot(path=wanted.out / f"{name}-{size}-{theme}.png", full_page=not wanted.screen)
    context.close()
    return [f"{url} ({size}, {theme}): {fault}" for fault in faults]


def _sticks_out(page: Page) -> list[str]:
    return list(page.evaluate(STICKS_OUT))


if __name__ == "__main__":
    sys.exit(main())
