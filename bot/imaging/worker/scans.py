"""Scans: a PDF drawn anew page by page, or looked into; what would take too long is refused before it is drawn.

a PDF of scanned pages that is too large  ─▶ its pages drawn anew, one PDF
a PDF that may be broken or locked        ─▶ itself, or why not
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_uint
from typing import Any, Final

from bot.imaging.jobs import (
    PAGES_MOST,
    Done,
    FormOfAdobeError,
    LockedError,
    Made,
    PictureError,
    PortfolioError,
    Told,
    TooComplexError,
    TooManyPagesError,
    unheard,
)
from bot.imaging.worker.fitting import fitted
from bot.imaging.worker.paper import Sheet

_OBJECTS_MOST: Final = 200_000
"""Lines, letters and pictures in all pages of a PDF; the plan of a house has some tens of thousands."""
_PIXELS_ON_A_PAGE: Final = 250_000_000
"""Pixels of all pictures on a page of a PDF, each counted as often as it is drawn."""
_POINTS_MOST: Final = 14_400
"""The longest a page of a PDF can be (ISO 32000-1, annex C); one that claims more is drawn as long as that."""
_GLANCE: Final = 300
"""The longest side of a page that is drawn only to see that it can be."""


def shrunk(scan: bytes, most: int, told: Told = unheard) -> Made:
    """A PDF whose pages look as those of `scan` do and have their sizes, at most `most` bytes.

    Raises:
        PictureError: it is no PDF, or a broken one.
        LockedError: it opens only with a password.
        PortfolioError: it is but a cover for the files inside it.
        FormOfAdobeError: only Adobe's own reader draws it.
        TooManyPagesError, TooComplexError: it would take too long.
        NotSmallEnoughError: it does not fit.
    """
    import img2pdf

    with _pages_of(scan) as pages:
        left_out = _left_out(scan, pages)
        _weigh(pages)
        pages.init_forms()  # what was filled in, and signatures that are seen, are drawn with the pages
        drawn = fitted(lambda number, side: _page(pages[number], side), len(pages), most, told)
    return Made(img2pdf.convert(drawn), "pdf", len(drawn), left_out)


def checked(scan: bytes, _most: int, _told: Told = unheard) -> Made:
    """A PDF as it came, once it is seen that it opens and has a page that can be drawn.

    Raises:
        PictureError: it does not, or has none.
        LockedError: it opens only with a password.
        TooComplexError: to see that would take too long.
    """
    with _pages_of(scan) as pages:
        _weigh_page(pages[0], _OBJECTS_MOST)
        _page(pages[0], _GLANCE)
        return Made(scan, "pdf", len(pages))


@contextmanager
def _pages_of(scan: bytes) -> Iterator[Any]:
    """The pages of a PDF, of which there is at least one.

    Raises:
        PictureError: it is none, it is broken, or it has no pages.
        LockedError: it opens only with a password.
    """
    import pypdfium2

    try:
        yield pypdfium2.PdfDocument(scan)
    except pypdfium2.PdfiumError as refused:
        if refused.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise LockedError from None
        raise PictureError("a PDF that does not open") from None


def _left_out(scan: bytes, pages: Any) -> tuple[Done, ...]:
    """What of a PDF is not on its pages, and is lost where these are drawn anew.

    Raises:
        PortfolioError, FormOfAdobeError: its pages are not what a person sees of it.
    """
    from pypdfium2 import raw

    if raw.FPDF_GetFormType(pages.raw) == raw.FORMTYPE_XFA_FULL:
        raise FormOfAdobeError
    files = raw.FPDFDoc_GetAttachmentCount(pages.raw)
    if files and _is_portfolio(scan):
        raise PortfolioError
    lost = {Done.WITHOUT_FILES: files > 0, Done.UNSIGNED: raw.FPDF_GetSignatureCount(pages.raw) > 0}
    return tuple(each for each in Done if lost.get(each))


def _is_portfolio(scan: bytes) -> bool:
    """Whether readers show the files inside a PDF in the place of its pages (ISO 32000-1, 12.3.5)."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(scan)) as opened:
            return "/Collection" in opened.Root
    except pikepdf.PdfError:
        return False


def _weigh(pages: Any) -> None:
    """Raises TooManyPagesError or TooComplexError where a PDF would take too long to be drawn; nothing is drawn yet."""
    if len(pages) > PAGES_MOST:
        raise TooManyPagesError
    left = _OBJECTS_MOST
    for page in pages:
        left -= _weigh_page(page, left)
        page.close()


def _weigh_page(page: Any, most: int) -> int:
    """How many objects a page has, at any depth; raises TooComplexError where they, or their pixels, are too many."""
    from pypdfium2 import raw

    count, pixels = 0, _PIXELS_ON_A_PAGE
    width, height = c_uint(), c_uint()
    within = [(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)]
    while within:
        holder, count_in, object_in = within.pop()
        inside = count_in(holder)
        count += inside
        if count > most:
            raise TooComplexError
        for number in range(inside):
            each = object_in(holder, number)
            kind = raw.FPDFPageObj_GetType(each)
            if kind == raw.FPDF_PAGEOBJ_FORM:
                within.append((each, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFImageObj_GetImagePixelSize(each, width, height):
                pixels -= width.value * height.value
                if pixels < 0:
                    raise TooComplexError
    return count


def _page(page: Any, side: int) -> Sheet:
    """A page of a PDF, drawn."""
    points = max(page.get_size())
    picture = page.render(scale=side / points).to_pil().convert("RGB")
    page.close()
    return Sheet(picture, min(points, _POINTS_MOST) / 72)
