"""The chat page in a real browser, 390 pixels wide: the main story with fingers. Skipped where there is no Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.smsc import DEMO, SmscSandbox
from bot.smsc import DOCUMENT_MAX_BYTES
from tests.browser import CHROMIUM, PHONE, see, tap, write
from tests.images import contrast, heic, looked_at, saved, scan
from tests.images import page as drawn
from tests.papers import pdf
from tests.reached import sent

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


async def connect(page: Page) -> None:
    await page.click("#start")
    await tap(page, "Connect an account")
    await see(page, "Send the API key")
    await write(page, DEMO.apikey)
    await see(page, "Connected")


async def test_the_main_story_with_fingers(page: Page, smsc: SmscSandbox, tmp_path: Path) -> None:
    await connect(page)
    await expect(page.locator("#messages")).not_to_contain_text(DEMO.apikey)
    await tap(page, "Add a name")
    await see(page, "What you will need")
    await write(page, "LILY2026")
    await see(page, "What is the name for?")
    await tap(page, "Skip")
    await see(page, "To which countries")
    await tap(page, "Only Kazakhstan")
    await see(page, "Documents for the operators")
    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(pdf(100_000))
    await page.set_input_files("#file", certificate)
    await see(page, "1. certificate.pdf")
    await tap(page, "Done")
    await see(page, "check and send")
    await tap(page, "Register it")
    await see(page, "The application for LILY2026 is sent")
    assert [each.fields["sender"] for each in smsc.requests if each.command == "add"] == ["LILY2026"]
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]


async def test_the_command_menu_and_a_contact(page: Page) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    await page.click("#menu")
    await expect(page.locator("#sheet")).to_contain_text("Confirm a number")
    await page.locator("#sheet button", has_text="/help").click()
    await see(page, "Two things to begin with")
    await page.click("#attach")
    await page.locator("#sheet button", has_text="Sticker").click()
    await see(page, "I cannot do anything with that")


async def test_a_photo_an_album_a_heic_and_a_scan_end_in_documents_that_open(
    page: Page, smsc: SmscSandbox, tmp_path: Path
) -> None:
    def kept(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    photos = [kept(f"{number}.jpg", saved(drawn(f"PAGE {number}"), "JPEG")) for number in range(3)]
    await connect(page)
    await write(page, "/document Aruana")
    await see(page, "Send the document for")
    await page.set_input_files("#photo", photos[0])
    await see(page, "1. Aruana-1.jpg")
    await page.set_input_files("#photo", photos)
    await see(page, "Put together into one PDF: 3 pages")
    await see(page, "2. Aruana-2.pdf")
    await page.set_input_files("#file", kept("IMG_0001.HEIC", heic()))
    await see(page, "3. IMG_0001.jpg")
    await page.set_input_files("#file", kept("scan.pdf", scan(6)))
    await see(page, "Made smaller: 6 pages")
    await see(page, "4. scan.pdf")
    await tap(page, "Done")
    await tap(page, "Send them")
    await see(page, "Documents for Aruana are at SMSC")
    documents = sent(smsc)
    assert [name for name, _ in documents] == ["Aruana-1.jpg", "Aruana-2.pdf", "IMG_0001.jpg", "scan.pdf"]
    for (name, content), pages in zip(documents, (1, 3, 1, 6), strict=True):
        assert len(content) <= DOCUMENT_MAX_BYTES
        for number in range(pages):
            seen = saved(looked_at(content, number), "PNG")
            assert contrast(seen) > 25, f"{name}, page {number + 1}: print on paper"


async def test_the_bar_of_quick_actions_with_a_thumb(page: Page) -> None:
    await connect(page)
    await page.locator("#keyboard button", has_text="My own number").click()
    await see(page, "as a sender name?")
    await expect(page.locator("#keyboard")).to_be_hidden()
    await page.click("#fold")
    await page.locator("#keyboard button", has_text="My names").click()
    await see(page, "Tap a name, or type a part of one to search.")
    await expect(page.locator("#keyboard")).to_be_hidden()
    await page.click("#fold")
    await expect(page.locator("#keyboard")).to_be_visible()
    await write(page, "/bar")
    await see(page, "The quick actions are hidden.")
    await expect(page.locator("#fold")).to_be_hidden()


async def test_a_name_is_put_into_a_group_and_a_group_leads_back_to_the_private_chat(
    page: Page, telegram: TelegramSandbox
) -> None:
    await connect(page)
    await write(page, "/senders")
    await see(page, "Tap a name, or type a part of one to search.")
    await page.click("#attach")
    await page.locator("#sheet button", has_text="Group").click()
    await expect(page.locator("#title")).to_have_text("Group")
    await page.fill("#text", f"@{telegram.world.username} aruanam")
    await page.locator("#sheet button", has_text="AruanaMed").click()
    await see(page, "Sender name AruanaMed")
    await expect(page.locator("#messages")).not_to_contain_text("127.0.0.1")
    await write(page, "/start")
    await see(page, "Let us go on in private")
    await page.locator(".inline a", has_text="Go on in private").click()
    await see(page, "Account:")
    await expect(page.locator("#title")).not_to_have_text("Group")
