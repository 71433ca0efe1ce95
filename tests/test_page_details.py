"""What a person saw go wrong on the chat page, one test each, in a real browser. Skipped where there is no Chromium."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any, TypeVar

import httpx
import pytest
from PIL import Image
from playwright.async_api import FilePayload, FloatRect, Locator, Page, expect

from bot.sandbox.chat import TelegramSandbox
from bot.sandbox.clock import SandboxClock
from bot.sandbox.smsc import DEMO, SmscSandbox
from tests.browser import CHROMIUM, PHONE, opened, see, tap, write
from tests.images import exif, heic, saved
from tests.images import page as certificate
from tests.papers import PDF
from tests.person import Person

RED, GREY, WHITE = (200, 30, 30), (120, 120, 120), (255, 255, 255)
LONG = "A line that is long enough to be broken on a phone. " * 12
Test = TypeVar("Test", bound=Callable[..., Any])


def in_browser(test: Test) -> Test:
    here = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
    marked: Test = pytest.mark.browser(here(test))
    return marked


@pytest.fixture(scope="session")
async def second_tab(tab: Page) -> Page:
    return await tab.context.new_page()


@pytest.fixture
async def beside(smsc: SmscSandbox, second_tab: Page) -> AsyncIterator[Page]:
    """The page with the SMS tab and the moderator's desk; nobody answers in the chat."""
    telegram = await TelegramSandbox.start(desk={"desk_url": smsc.url})
    async with opened(second_tab, f"{telegram.url}/?lang=en"):
        await expect(second_tab.locator("#access code").first).to_have_text(DEMO.apikey)
        yield second_tab
    await telegram.close()


async def user_of(page: Page) -> int:
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    return int(await page.evaluate("localStorage.user"))


async def said(page: Page, telegram: TelegramSandbox, chat: int | None = None) -> list[dict[str, Any]]:
    """What the person has said, as the bot gets it."""
    user = await user_of(page)
    messages = [each.message for each in telegram.world.chats[chat or user].entries.values()]
    return [each for each in messages if each["from"]["id"] == user]


async def bot_does(telegram: TelegramSandbox, method: str, **parameters: Any) -> Any:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{telegram.url}/bot{telegram.token}/{method}", json=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


async def connect(page: Page) -> None:
    await page.click("#start")
    await tap(page, "Connect an account")
    asked = page.locator("#messages", has_text=re.compile("Send the API key|How shall I sign in"))
    await expect(asked).to_be_visible()
    if await page.locator(".inline button", has_text="API key").count():
        await tap(page, "API key")
    await see(page, "Send the API key")
    await write(page, DEMO.apikey)
    await see(page, "Connected")


async def attach(page: Page, label: str) -> None:
    await page.click("#attach")
    await page.locator("#sheet button", has_text=label).click()


def picked(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def jpeg_of(message: dict[str, Any], telegram: TelegramSandbox) -> Image.Image:
    picture = Image.open(BytesIO(telegram.world.files[message["photo"][-1]["file_id"]].content))
    assert picture.format == "JPEG"
    return picture


def close(picture: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    seen = picture.convert("RGB").getpixel(at)
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 16 for one, other in zip(seen, colour, strict=True))


async def box(thing: Locator) -> FloatRect:
    found = await thing.bounding_box()
    assert found is not None
    return found


# Language


@in_browser
async def test_the_language_that_is_chosen_on_the_page_is_heard_by_the_bot(
    page: Page, telegram: TelegramSandbox
) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    user = await user_of(page)
    async with page.expect_request("**/chat/users") as asked:
        await page.select_option("#language", "kk")
    assert (await asked.value).post_data_json == {"id": user, "language_code": "kk"}
    await expect(page.locator("#text")).to_have_attribute("placeholder", "Хабарлама")
    await write(page, "/help")
    await expect(page.locator(".message.mine", has_text="/help")).to_be_visible()
    assert (await said(page, telegram))[-1]["from"]["language_code"] == "kk"


# Photos


@in_browser
async def test_a_png_a_webp_and_a_turned_photo_arrive_as_upright_jpegs(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    half = Image.new("RGBA", (3000, 1500))
    half.paste((*RED, 255), (1500, 0, 3000, 1500))
    webp = Image.new("RGB", (600, 800), GREY)
    turned = Image.new("RGB", (400, 200), GREY)
    turned.paste(RED, (0, 0, 100, 200))
    pictures = {
        "drawing.png": saved(half, "PNG"),
        "sticker.webp": saved(webp, "WEBP"),
        "phone.jpg": saved(turned, "JPEG", exif=exif(6)),
    }
    for number, (name, content) in enumerate(pictures.items()):
        await page.set_input_files("#photo", picked(name, content))
        await expect(page.locator(".message.mine img.photo")).to_have_count(number + 1)
    drawing, small, upright = [jpeg_of(each, telegram) for each in await said(page, telegram) if "photo" in each]
    assert drawing.size == (2560, 1280)
    assert close(drawing, (600, 600), WHITE), "transparency lies on white"
    assert close(drawing, (2000, 600), RED)
    assert small.size == (600, 800)
    assert upright.size == (200, 400)
    assert close(upright, (100, 50), RED)
    assert not upright.getexif()


@in_browser
async def test_a_heic_that_the_browser_cannot_show_goes_as_a_file(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    await page.set_input_files("#photo", picked("IMG_0001.HEIC", heic()))
    await see(page, "IMG_0001.HEIC")
    [sent] = [each for each in await said(page, telegram) if "document" in each]
    assert sent["document"]["file_name"] == "IMG_0001.HEIC"
    assert telegram.world.files[sent["document"]["file_id"]].content == heic()


@in_browser
async def test_a_heic_in_an_album_comes_after_it_as_a_file(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    red, grey = (saved(Image.new("RGB", (300, 300), each), "PNG") for each in (RED, GREY))
    await page.fill("#text", "Three of them")
    await page.set_input_files("#photo", [picked("1.png", red), picked("2.HEIC", heic()), picked("3.png", grey)])
    await see(page, "2.HEIC")
    first, second, third = (await said(page, telegram))[-3:]
    assert close(jpeg_of(first, telegram), (9, 9), RED)
    assert close(jpeg_of(second, telegram), (9, 9), GREY)
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "Three of them"
    assert third["document"]["file_name"] == "2.HEIC"
    assert "media_group_id" not in third
    assert "caption" not in third


# Writing


@in_browser
async def test_the_message_box_is_low_again_after_a_file_with_a_caption(page: Page) -> None:
    await page.click("#start")
    low = (await box(page.locator("#text")))["height"]
    await page.fill("#text", "one\ntwo\nthree")
    assert (await box(page.locator("#text")))["height"] > low + 30
    await page.set_input_files("#file", picked("a.pdf", PDF))
    await see(page, "a.pdf")
    assert (await box(page.locator("#text")))["height"] == low


@in_browser
async def test_inline_that_finds_nothing_says_so(page: Page, telegram: TelegramSandbox) -> None:
    await connect(page)
    await page.fill("#text", f"@{telegram.world.username} nobodyhasthis")
    await expect(page.locator("#sheet")).to_have_text("Nothing found")
    await page.fill("#text", "")
    await expect(page.locator("#sheet")).to_be_hidden()


@in_browser
async def test_what_is_attached_in_a_group_stays_in_the_group(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    await attach(page, "Group")
    await expect(page.locator("#title")).to_have_text("Group")
    for number, label in enumerate(("My number", "Location", "Sticker", "Voice")):
        await attach(page, label)
        await expect(page.locator(".message.mine")).to_have_count(number + 1)
    group = next(each for each in telegram.world.chats if each < 0)
    there = await said(page, telegram, group)
    kinds = ("contact", "location", "sticker", "voice")
    assert [next(kind for kind in kinds if kind in each) for each in there] == list(kinds)
    assert not any(kind in each for each in await said(page, telegram) for kind in kinds)
    await page.locator(".message.mine .forward").last.click()  # on to the bot, as one shares into another chat
    await expect(page.locator("#title")).not_to_have_text("Group")
    await expect(page.locator(".message.mine .origin")).to_have_count(1)
    assert "voice" in (await said(page, telegram))[-1]


# Replying and forwarding


@in_browser
async def test_a_photo_is_forwarded_as_a_photo_and_so_is_a_message_of_the_bot(
    page: Page, telegram: TelegramSandbox
) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    await page.locator(".message:not(.mine) .forward").last.click()
    await expect(page.locator(".message.mine .origin")).to_have_text([f"Forwarded: {telegram.world.username}"])
    [copy] = [each for each in await said(page, telegram) if "forward_origin" in each]
    assert copy["forward_origin"]["sender_user"]["is_bot"]
    assert "entities" in copy
    assert "reply_markup" not in copy
    await page.set_input_files("#photo", picked("1.png", saved(Image.new("RGB", (300, 300), RED), "PNG")))
    await expect(page.locator("img.photo")).to_have_count(1)
    await page.locator(".message.mine .forward").last.click()
    await expect(page.locator("img.photo")).to_have_count(2)
    *_, photo, again = [each for each in await said(page, telegram) if "photo" in each]
    assert again["photo"] == photo["photo"]


async def test_a_forwarded_photo_arrives_at_the_bot_as_a_file(connected: Person) -> None:
    photo = saved(certificate(size=(1000, 1400)), "JPEG")
    sent = await connected.sends_file("photo.jpg", photo, photo=True, caption="certificate")
    await connected.sees("For which name?")
    await connected.writes("/cancel")
    await connected.sees("Cancelled")
    asked = {"user": connected.id, "message_id": sent["message_id"]}
    answer = await connected.http.post(f"{connected.url}/chat/forward", json={**asked, "from": "Daniyar"})
    assert answer.status_code == 200, answer.text
    await connected.sees("For which name?")
    state = await connected.state()
    original, forwarded = [each for each in state["messages"] if each.get("photo")]
    assert forwarded["photo"] == original["photo"]
    assert forwarded["text"] == "certificate"
    assert (original["forwarded"], forwarded["forwarded"], forwarded["forwarded_from"]) == (False, True, "Daniyar")
    gone = await connected.http.post(f"{connected.url}/chat/forward", json={**asked, "message_id": 999})
    assert gone.status_code == 404


@in_browser
async def test_a_long_quote_ends_after_two_whole_lines(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    await bot_does(telegram, "sendMessage", chat_id=await user_of(page), text=LONG)
    await see(page, LONG.strip())
    await page.locator(".message .reply").last.click()
    await write(page, "Yes")
    quote = page.locator(".message.mine .quote span")
    await expect(quote).to_contain_text(LONG.strip())
    lines = await quote.evaluate("e => e.clientHeight / parseFloat(getComputedStyle(e).lineHeight)")
    assert lines == pytest.approx(2, abs=0.05)


@in_browser
async def test_the_reply_bar_leaves_the_last_row_of_buttons_in_sight(page: Page) -> None:
    await connect(page)
    await write(page, "/senders")
    await see(page, "Tap a name, or type a part of one to search.")
    await page.locator(".message:has(.inline) .reply").last.click()
    await expect(page.locator("#reply")).to_be_visible()
    await page.wait_for_function(
        "document.querySelector('.message:last-child .inline').getBoundingClientRect().bottom"
        " <= document.querySelector('#reply').getBoundingClientRect().top"
    )


def in_sight(page: Page) -> Any:
    """Waits until the newest message ends above whatever stands below the messages."""
    return page.wait_for_function(
        "document.querySelector('.message:last-child').getBoundingClientRect().bottom"
        " <= document.querySelector('#messages').getBoundingClientRect().bottom"
    )


def at_once(telegram: TelegramSandbox, user: int, count: int, keyboard: list[list[str]]) -> None:
    """Messages and a reply keyboard in one state of the chat, as a machine gets it that was busy for a moment."""
    world = telegram.world
    chat = world.chats[user]
    for number in range(count):
        world.put(chat, world.new_message(chat, world.bot(), {"text": f"{number} {LONG}"}))
    chat.keyboard = {"keyboard": [[{"text": each} for each in row] for row in keyboard]}
    world.touch(chat)


@in_browser
async def test_a_bar_that_comes_with_the_newest_message_does_not_hide_it(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    user = await user_of(page)
    at_once(telegram, user, 4, [["One"], ["Two"]])
    await see(page, "3 A line")
    await in_sight(page)
    at_once(telegram, user, 1, [["One"], ["Two"], ["Three"], ["Four"], ["Five"]])
    await expect(page.locator("#keyboard button")).to_have_count(5)
    await in_sight(page)


@in_browser
async def test_whatever_takes_room_at_once_leaves_the_newest_message_in_sight(
    page: Page, telegram: TelegramSandbox
) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    at_once(telegram, await user_of(page), 4, [["One"]])
    await see(page, "3 A line")
    await in_sight(page)
    await page.evaluate(
        """() => { // a scroll that is not told yet, then the reply keyboard and a long text, all before the next frame
          const [box, text] = ['#messages', '#text'].map((each) => document.querySelector(each));
          box.scrollTop -= 1;
          box.scrollTop += 1;
          [...document.querySelectorAll('.reply')].at(-1).click();
          text.value = 'a\\n'.repeat(9);
          text.dispatchEvent(new Event('input'));
        }"""
    )
    await expect(page.locator("#reply")).to_be_visible()
    await in_sight(page)


@in_browser
async def test_who_reads_above_is_left_there_until_something_new_comes(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    user = await user_of(page)
    at_once(telegram, user, 9, [["One"]])
    await see(page, "8 A line")
    first = page.locator(".message").first
    await first.scroll_into_view_if_needed()
    await first.locator(".reply").click()
    await expect(page.locator("#reply")).to_be_visible()
    at_once(telegram, user, 0, [["One"], ["Two"]])
    await expect(page.locator("#keyboard button")).to_have_count(2)
    await expect(page.locator(".message").last).not_to_be_in_viewport()
    at_once(telegram, user, 1, [["One"], ["Two"]])
    await in_sight(page)


@in_browser
async def test_a_quote_stays_when_the_bot_deletes_what_was_replied_to(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    sent = await bot_does(telegram, "sendMessage", chat_id=await user_of(page), text="Which code came?")
    await see(page, "Which code came?")
    await page.locator(".message .reply").last.click()
    await write(page, "It has not come")
    mine = page.locator(".message.mine", has_text="It has not come")
    await expect(mine.locator(".quote")).to_contain_text("Which code came?")
    await bot_does(telegram, "deleteMessage", chat_id=await user_of(page), message_id=sent["message_id"])
    await expect(page.locator(f"[data-id='{sent['message_id']}']")).to_have_count(0)
    await expect(mine.locator(".quote")).to_contain_text("Which code came?")


# Beside the chat


async def code_is_sent(smsc: SmscSandbox, clock: SandboxClock) -> None:
    clock.advance(9 * 3600)
    async with httpx.AsyncClient() as client:
        fields = {"apikey": DEMO.apikey, "fmt": "3", "charset": "utf-8", "send_code": "1", "sender": "77000003344"}
        answer = await client.post(f"{smsc.url}/sys/senders.php", data={**fields, "site_name": "romashka.example"})
    assert "error" not in answer.text


@in_browser
async def test_an_sms_that_is_looked_at_as_it_comes_is_not_counted(
    beside: Page, smsc: SmscSandbox, clock: SandboxClock
) -> None:
    await code_is_sent(smsc, clock)
    await expect(beside.locator("#tab-sms .count")).to_have_text("1")
    await beside.click("#tab-sms")
    await expect(beside.locator("#tab-sms .count")).to_have_count(0)
    await code_is_sent(smsc, clock)
    await expect(beside.locator("#sms .sms")).to_have_count(2)
    await beside.click("#tab-chat")
    await expect(beside.locator("#tab-sms .count")).to_have_count(0)


@in_browser
@pytest.mark.parametrize("language", ["ru", "kk", "en"])
async def test_no_stands_beside_its_comment_and_documents_stand_apart(
    beside: Page, smsc: SmscSandbox, language: str
) -> None:
    async with httpx.AsyncClient() as client:
        fields = {"apikey": DEMO.apikey, "fmt": "3", "charset": "utf-8", "chg": "1", "sender": "Aruana"}
        files = {"any": ("a certificate with a long name of the year 2026.pdf", b"%PDF-1.4")}
        await client.post(f"{smsc.url}/sys/senders.php", data=fields, files=files)
    async with beside.expect_navigation():
        await beside.select_option("#language", language)
    await beside.click("#tab-desk")
    card = beside.locator("#desk .name[data-name=Aruana]")
    document = card.locator(".document").last
    await expect(document).to_contain_text("a certificate")
    for place in (card, document):
        no = place.locator("> .acts:has(input) button.bad")
        row = await box(place.locator("> .acts:has(input)"))
        button, field = await box(no), await box(place.locator("> .acts input"))
        assert button["y"] == field["y"]
        assert button["x"] > field["x"] + field["width"]
        assert field["width"] + button["width"] > row["width"] - 12, "the field takes the room that is left"
        assert await place.locator("> .acts").count() == (3 if place is card else 2), "a name can be deleted, too"
    assert (await box(document))["x"] > (await box(card.locator("> .acts").first))["x"]
    assert await beside.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@in_browser
async def test_what_is_typed_at_the_desk_outlives_news(beside: Page, smsc: SmscSandbox, clock: SandboxClock) -> None:
    await beside.click("#tab-desk")
    comment = beside.locator("#desk .name[data-name=Aruana] > .acts input")
    await comment.fill("not yours")
    await comment.blur()
    await code_is_sent(smsc, clock)
    await expect(beside.locator("#desk .card").last).to_contain_text("send_code")
    await expect(comment).to_have_value("not yours")


@in_browser
@pytest.mark.parametrize("language", ["ru", "kk", "en"])
async def test_a_date_is_written_the_same_in_every_language(
    page: Page, telegram: TelegramSandbox, language: str
) -> None:
    async with page.expect_navigation():
        await page.select_option("#language", language)
    await page.click("#start")
    await expect(page.locator(".message:not(.mine)").first).to_be_visible()
    at = 1_795_616_280
    text = f'At <tg-time unix="{at}" format="dt">then</tg-time>'
    await bot_does(telegram, "sendMessage", chat_id=await user_of(page), text=text, parse_mode="HTML")
    told = time.strftime("%d.%m.%Y %H:%M", time.localtime(at))
    await expect(page.locator("tg-time")).to_have_text(told)


# How it looks


@in_browser
async def test_the_signs_of_the_page_need_no_emoji_font(page: Page) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    await page.click("#attach")
    assert await page.locator("#sheet button").count() == await page.locator("#sheet button svg").count() == 8
    for label in ("menu", "attach", "send"):
        await expect(page.locator(f"#compose [aria-label={label}] svg")).to_be_visible()
    for label in ("Reply", "Forward"):
        await expect(page.locator(f".meta [aria-label={label}] svg").last).to_be_visible()
    own = "['header', '#compose', '#sheet', '#reply', 'nav', '.meta'].map(e => document.querySelector(e).textContent)"
    assert not await page.evaluate(f"/\\p{{Extended_Pictographic}}/u.test({own}.join(''))")


@in_browser
async def test_what_a_thumb_must_hit_is_large_enough(page: Page, beside: Page) -> None:
    await connect(page)
    await page.click("#attach")
    await expect(page.locator("#sheet")).to_be_visible()
    small = """least => [...document.querySelectorAll('button, select, .inline a, .acts a, #desk input')]
      .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 80), e.closest('.meta') ? 28 : 40, e])
      .filter(([, least, e]) => e.offsetHeight < least || e.offsetWidth < least).map(([told]) => told)"""
    assert await page.evaluate(small) == []
    for tab in ("#tab-sms", "#tab-desk"):
        await beside.click(tab)
        await expect(beside.locator(f"{tab}.on")).to_be_visible()
        assert await beside.evaluate(small) == []


@in_browser
async def test_what_comes_while_another_tab_is_open_is_in_sight_on_the_way_back(
    page: Page, telegram: TelegramSandbox
) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    await page.click("#tab-sms")
    for number in range(4):
        await bot_does(telegram, "sendMessage", chat_id=await user_of(page), text=f"{number} {LONG}")
    await expect(page.locator("#messages")).to_contain_text("3 A line")
    await page.click("#tab-chat")
    await expect(page.locator(".message .meta").last).to_be_in_viewport()


@in_browser
async def test_a_message_that_could_not_be_sent_is_given_back(page: Page, telegram: TelegramSandbox) -> None:
    await page.click("#start")
    await see(page, "First connect your SMSC account")
    telegram.world.blocked.add(await user_of(page))
    await write(page, "Hello?")
    await expect(page.locator("#text")).to_have_value("Hello?")
    await expect(page.locator(".toast")).to_contain_text("blocked")
