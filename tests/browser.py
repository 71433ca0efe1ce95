"""The chat page in a headless Chromium: how it is started, tapped and read."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error, Page, ViewportSize, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


PHONE: ViewportSize = {"width": 390, "height": 844}


@asynccontextmanager
async def opened(tab: Page, address: str) -> AsyncIterator[None]:
    """While the page at an address is open, as whoever was never there sees it; no fault of its script is let pass."""
    wrong: list[str] = []

    def failed(failure: Error) -> None:
        wrong.append(str(failure))

    tab.on("pageerror", failed)
    await tab.goto(address)
    try:
        yield
    finally:
        tab.remove_listener("pageerror", failed)
        await tab.evaluate("localStorage.clear()")
        await tab.goto("about:blank")
    assert not wrong


async def tap(page: Page, label: str) -> None:
    await page.locator(".inline button", has_text=label).last.click()


async def write(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.click("#send")


async def see(page: Page, text: str) -> None:
    await expect(page.locator("#messages")).to_contain_text(text, timeout=20_000)
