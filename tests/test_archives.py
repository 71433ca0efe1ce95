"""Archives that nobody could open are told from those that a moderator can, by their directory alone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.imaging.image_converter import ImageConverter
from bot.imaging.jobs import ArchiveFlaw, ArchiveFlawError, Made, unheard
from bot.imaging.worker.archives import flaw_of_rar, flaw_of_zip
from bot.smsc import DOCUMENT_MAX_BYTES
from tests.archives import RAR4, RAR5, of_disk, rar4, rar5, with_comment, with_flag, zipped

SCAN = zipped({"scan.jpg": b"\xff\xd8\xff" + bytes(200), "folder/second.pdf": b"%PDF-1.4"})


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        pytest.param(SCAN, None, id="scans"),
        pytest.param(zipped({"password/scan.jpg": b"x"}), None, id="a folder that ends as Word's"),
        pytest.param(zipped({"word/scan.jpg": b"x", "xl/scan.jpg": b"x"}), None, id="folders called as Word's"),
        pytest.param(zipped({"META-INF/scan.jpg": b"x"}), None, id="a folder called as Java's"),
        pytest.param(zipped({"mimetype.txt": b"x", "a.jpg": b"x"}), None, id="a file called mimetype.txt"),
        pytest.param(zipped({"a.jpg": b"x", "mimetype": b"x"}), None, id="a file called mimetype, not the first"),
        pytest.param(zipped({"[Content_Types].xml": b"x", "word/document.xml": b"x"}), ArchiveFlaw.OFFICE, id="docx"),
        pytest.param(zipped({"xl/workbook.xml": b"x", "[Content_Types].xml": b"x"}), ArchiveFlaw.OFFICE, id="xlsx"),
        pytest.param(zipped({"Game.class": b"x", "META-INF/MANIFEST.MF": b"x"}), ArchiveFlaw.OFFICE, id="jar"),
        pytest.param(zipped({"content.xml": b"x"}, stored_first="application/vnd"), ArchiveFlaw.OFFICE, id="odt"),
        pytest.param(zipped({}), ArchiveFlaw.EMPTY, id="nothing in it"),
        pytest.param(zipped({"folder/": b""}), ArchiveFlaw.EMPTY, id="an empty folder"),
        pytest.param(zipped({"scan.jpg": b""}), ArchiveFlaw.EMPTY, id="an empty file"),
        pytest.param(with_flag(SCAN, 0x1), ArchiveFlaw.LOCKED, id="a password"),
        pytest.param(with_flag(SCAN, 0x2000), ArchiveFlaw.LOCKED, id="an encrypted directory"),
        pytest.param(SCAN[:-30], ArchiveFlaw.BROKEN, id="its end cut"),
        pytest.param(SCAN[:100], ArchiveFlaw.BROKEN, id="its directory cut"),
        pytest.param(SCAN[:4], ArchiveFlaw.BROKEN, id="its mark alone"),
        pytest.param(SCAN[200:], ArchiveFlaw.BROKEN, id="its beginning cut"),
        pytest.param(SCAN[:4] + SCAN[60:], ArchiveFlaw.BROKEN, id="a hole behind its mark"),
        pytest.param(SCAN[:40] + SCAN[60:], ArchiveFlaw.BROKEN, id="a hole in its middle"),
        pytest.param(with_comment(SCAN, b"packed by hand"), None, id="a comment"),
        pytest.param(of_disk(SCAN, 1), ArchiveFlaw.PART, id="the last part of several"),
        pytest.param(b"PK\x07\x08" + SCAN, ArchiveFlaw.PART, id="the first part of several"),
    ],
)
def test_a_zip(content: bytes, flaw: ArchiveFlaw | None) -> None:
    assert flaw_of_zip(content) is flaw


@pytest.mark.parametrize("made", [rar4, rar5])
@pytest.mark.parametrize(
    ("how", "flaw"),
    [
        pytest.param({}, None, id="a scan"),
        pytest.param({"content": None}, ArchiveFlaw.EMPTY, id="nothing in it"),
        pytest.param({"content": b""}, ArchiveFlaw.EMPTY, id="an empty file"),
        pytest.param({"locked": True}, ArchiveFlaw.LOCKED, id="a password"),
        pytest.param({"hidden": True}, ArchiveFlaw.LOCKED, id="an encrypted directory"),
        pytest.param({"before": True}, ArchiveFlaw.PART, id="a later volume"),
        pytest.param({"after": True}, ArchiveFlaw.PART, id="the first of several volumes"),
        pytest.param({"next_volume": True}, ArchiveFlaw.PART, id="a volume that others follow"),
    ],
)
def test_a_rar(made: Callable[..., bytes], how: dict[str, object], flaw: ArchiveFlaw | None) -> None:
    assert flaw_of_rar(made(**how)) is flaw


@pytest.mark.parametrize(
    "content", [rar4()[:-20], rar4()[:30], RAR4, rar5()[:-9], rar5()[:-12], rar5()[:20], RAR5, b"Rar!"]
)
def test_a_rar_that_was_cut(content: bytes) -> None:
    assert flaw_of_rar(content) is ArchiveFlaw.BROKEN


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from([SCAN, rar4(), rar5()]))
def test_no_damage_ends_in_anything_but_an_answer(noise: bytes, at: int, whole: bytes) -> None:
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    for content in (damaged, whole[:4] + noise, RAR5 + noise, RAR4 + noise):
        assert flaw_of_zip(content) in {None, *ArchiveFlaw}
        assert flaw_of_rar(content) in {None, *ArchiveFlaw}


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped({f"{number}.txt": bytes(2_000_000) for number in range(10)})
    assert len(bomb) < 100_000
    assert flaw_of_zip(bomb) is None
    assert zipfile.is_zipfile(__file__) is False


@pytest.mark.parametrize("more", [b"\0\0\0\0" + b"\xff" * 9_000_000, rar5(None, end=False)[len(RAR5) :] * 1_000_000])
def test_a_rar_whose_directory_has_no_end_is_told_as_broken_after_few_reads(more: bytes) -> None:
    assert flaw_of_rar(RAR5 + more) is ArchiveFlaw.BROKEN


async def test_an_archive_is_looked_into_by_the_worker() -> None:
    converter = ImageConverter()
    sound = await converter.make(1, "archive", [SCAN], DOCUMENT_MAX_BYTES, unheard)
    assert sound == Made(b"", "zip", 0)
    with pytest.raises(ArchiveFlawError) as told:
        await converter.make(1, "archive", [with_flag(SCAN, 0x1)], DOCUMENT_MAX_BYTES, unheard)
    assert told.value.flaw is ArchiveFlaw.LOCKED
