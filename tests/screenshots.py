"""Takes the gallery in docs/: the main conversations on the chat page at 390 pixels in three languages, and its index.

Also the film at the top of the README: a name is registered, the moderator activates it, and the bot tells.

Run with `make screenshots`; needs Chromium, and a font with emoji (Debian: fonts-noto-color-emoji).
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, FilePayload, Page, async_playwright

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.images import heic, scan
from tests.papers import pdf
from tests.running import ROOT, InProcess, environment

GALLERY = ROOT / "docs" / "gallery"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

SHOTS = (("ru", "light"), ("kk", "light"), ("en", "dark"))
PDF = pdf(1_400_000)
FRAME_MS = 900
GROUP = 4  # the entry of the attach sheet that leads into a group


async def take(browser: Browser, telegram: TelegramSandbox, language: str, theme: str, number: int) -> None:
    """One person's walk, a picture of each screen worth seeing."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=1)
    page = await context.new_page()
    shots = 0

    async def shot(name: str) -> None:
        nonlocal shots
        shots += 1
        await page.wait_for_timeout(350)
        picture = Image.open(io.BytesIO(await page.screenshot()))
        picture.save(GALLERY / f"{language}-{shots:02}-{name}.webp", quality=80, method=6)

    await page.goto(f"{telegram.url}/?lang={language}&theme={theme}&user={5000 + number}")
    await page.click("#start")
    await settled(page)
    await shot("welcome")
    await press(page, "connect")
    await shot("key")
    await say(page, DEMO.apikey)
    await shot("connected")
    await say(page, "/bar")
    await shot("bar-hidden")
    await press(page, "add")
    await say(page, "РАRUS")
    await shot("look-alike")
    await press(page, "f:keep")
    await say(page, {"ru": "Магазин цветов", "kk": "Гүл дүкені", "en": "Flower shop"}[language])
    await press(page, "f:choose", 0)
    await press(page, "f:done")
    await press(page, "f:choose", 0)
    await press(page, "f:choose", 2)
    await shot("operators")
    await press(page, "f:done")
    while "f:skip" not in await page.evaluate(DATA):
        await press(page, "f:choose", -1)
    await page.set_input_files("#file", file("certificate.pdf", PDF))
    await settled(page)
    await shot("document")
    await press(page, "f:done")
    await shot("summary")
    await say(page, "/senders")
    await shot("set-aside")
    await press(page, "f:resume")
    await press(page, "f:cancel")
    await page.set_input_files("#file", file("IMG_0001.HEIC", heic()))
    await settled(page)
    await shot("photo")
    await page.set_input_files("#file", file("scan.pdf", scan(6)))
    await page.locator(".message:not(.mine):last-child:not(:has(.inline))", has_text="⏳").wait_for()
    await shot("progress")
    await page.locator(".message.wide", has_text="scan.pdf").wait_for()
    await settled(page)
    await shot("scan")
    await press(page, "f:cancel")
    await page.click("#attach")
    await page.locator("#sheet button").last.click()
    await settled(page)
    await shot("cannot-use")
    await say(page, "+7 701 555 00 11")
    await shot("number")
    await say(page, "LILY2026")
    await shot("new-word")
    await page.click("#attach")
    await page.locator("#sheet button").nth(GROUP).click()
    await say(page, "/senders")
    await shot("group")
    await page.fill("#text", f"@{telegram.world.username} aru")
    await page.locator("#sheet button", has_text="AruanaMed").wait_for()
    await shot("inline")
    await page.locator("#sheet button", has_text="AruanaMed").click()
    await page.locator(".message.mine", has_text="AruanaMed").wait_for()
    await shot("inline-card")
    await page.locator(".inline a").click()
    await settled(page)
    await shot("names")
    await press(page, "card", 0)
    await shot("card")
    await press(page, "delete")
    await shot("delete")
    await say(page, "/account")
    await shot("account")
    await say(page, "/help")
    await shot("help")
    await page.click("#tab-sms")
    await shot("sms")
    await page.click("#tab-desk")
    await shot("desk")
    await context.close()


async def film(browser: Browser, town: Town) -> None:
    """Ten seconds of a conversation, as one picture that moves."""
    smsc, telegram, clock = town.smsc, town.telegram, town.clock
    context = await browser.new_context(viewport={"width": 390, "height": 700}, device_scale_factor=1)
    page = await context.new_page()
    frames: list[Image.Image] = []

    async def frame() -> None:
        await page.wait_for_timeout(350)
        frames.append(Image.open(io.BytesIO(await page.screenshot())).convert("RGB"))

    await page.goto(f"{telegram.url}/?lang=en&theme=light&user=5100")
    await page.click("#start")
    await settled(page)
    await frame()
    await press(page, "connect")
    await frame()
    await say(page, DEMO.apikey)
    await frame()
    await say(page, "/add")
    await frame()
    await say(page, "LilyShop")
    await frame()
    await say(page, "Flowers for offices")
    await frame()
    await press(page, "f:skip")
    await frame()
    await press(page, "f:skip")
    await frame()
    await press(page, "f:send")
    await page.locator(".message", has_text="SMSC took it").wait_for()
    await settled(page)
    await frame()
    smsc.world.decide(max(smsc.world.accounts[DEMO.login].names), "activate", clock.now())
    told = page.locator(".message:last-child", has_text="Active now")
    while not await told.count():
        clock.advance(60)
        await page.wait_for_timeout(250)
    await frame()
    frames[0].save(
        GALLERY / "conversation.webp",
        save_all=True,
        append_images=frames[1:],
        duration=[FRAME_MS] * (len(frames) - 1) + [2 * FRAME_MS],
        loop=0,
        quality=70,
        method=6,
    )
    await context.close()


def file(name: str, content: bytes) -> FilePayload:
    """A file as one picks it on the phone."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


DATA = "JSON.stringify([...document.querySelectorAll('.inline button')].map(e => e.dataset.data || ''))"


async def press(page: Page, data: str, number: int = 0) -> None:
    """Presses the button whose payload begins so: labels differ by language."""
    buttons = page.locator(f".message:last-child .inline button[data-data^='{data}']")
    count = await buttons.count()
    if count == 0:
        buttons = page.locator(f".inline button[data-data^='{data}']")
        count = await buttons.count()
    await buttons.nth(number % count).click()
    await settled(page)


async def say(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.click("#send")
    await settled(page)


async def settled(page: Page) -> None:
    """Until the bot has answered: the newest message is its own, and nothing changed for a while."""
    before = ""
    for _ in range(60):
        await page.wait_for_timeout(250)
        now = await page.inner_html("#messages")
        last = page.locator(".message").last
        mine = "mine" in (await last.get_attribute("class") or "") if await last.count() else True
        if now == before and not mine:
            return
        before = now


@dataclass(frozen=True)
class Town:
    """Both stand-ins and the clock that is theirs and the bot's."""

    smsc: SmscSandbox
    telegram: TelegramSandbox
    clock: SandboxClock


@asynccontextmanager
async def town(**settings: str) -> AsyncIterator[Town]:
    """The bot between both stand-ins, with these settings."""
    clock = SandboxClock()
    smsc = await SmscSandbox.start(clock=clock)
    desk = {"desk_url": smsc.url, "login": DEMO.login, "apikey": DEMO.apikey}
    telegram = await TelegramSandbox.start(desk=desk)
    with tempfile.TemporaryDirectory() as folder:
        bot = InProcess({**environment(smsc, telegram, Path(folder)), **settings}, clock)
        await bot.start()
        yield Town(smsc, telegram, clock)
        await bot.stop()
    await telegram.close()
    await smsc.close()


async def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("no Chromium on this machine\n")
        return 1
    GALLERY.mkdir(parents=True, exist_ok=True)
    for old in GALLERY.iterdir():
        old.unlink()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        async with town() as quiet:
            for number, (language, theme) in enumerate(SHOTS):
                await take(browser, quiet.telegram, language, theme, number)
                quiet.clock.advance(61)
        async with town(WATCH_SECONDS="60") as watched:
            await film(browser, watched)
        await browser.close()
    (GALLERY / "README.md").write_text(index(), encoding="utf-8")
    return 0


def index() -> str:
    """The page that shows the pictures, a row for each screen."""
    languages = [language for language, _ in SHOTS]
    first, *_ = languages
    screens = sorted(each.stem.removeprefix(f"{first}-") for each in GALLERY.glob(f"{first}-*.webp"))
    rows = [" | ".join(f"![{each}]({language}-{each}.webp)" for language in languages) for each in screens]
    made = "made by `make screenshots`, with the film at the top of the README"
    head = f"# Gallery\n\nThe chat page at 390 pixels; {made}.\n\n"
    table = [" | ".join(languages), " | ".join("---" for _ in languages), *rows]
    return head + "\n".join(f"| {row} |" for row in table) + "\n"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
