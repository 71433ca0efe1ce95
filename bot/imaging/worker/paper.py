"""A picture as paper has it: eight bits, no alpha, worked through in strips."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.imaging.jobs import PictureError

if TYPE_CHECKING:
    from PIL import Image

_WHOLE_PIXELS: Final = 24_000_000
"""A picture of more pixels is made smaller by a whole number before anything else is done with it."""
_STRIP: Final = 32
"""Lines of the smaller picture that are made at a time."""
ALPHA_MODES: Final = frozenset({"LA", "PA", "RGBA", "La", "RGBa"})
_SEEN: Final = [0] * 128 + [255] * 128
"""Which alpha is seen: from a half on."""
_BRIGHT: Final = 192
"""Of 255: so bright that it is lost on white paper."""
_DARK_PAPER: Final = "#404040"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as a picture, and what is known of it.

    `inches`: how long its longest side is on paper (None: nobody knows); `flattened`: paper was put behind it.
    """

    picture: Image.Image
    inches: float | None = None
    flattened: bool = False


def shrink_factor(width: int, height: int, side: int) -> int:
    """By which whole number a picture is made smaller first: not below `side`, but where it is very large."""
    if width * height > _WHOLE_PIXELS:
        return math.ceil(max(width, height) / side)
    return max(1, max(width, height) // side)


Box = tuple[int, int, int, int]


def on_paper(
    width: int, height: int, side: int, strip: Callable[[Box], Image.Image], *, negative: bool = False
) -> Sheet:
    """The picture as paper has it, not much longer than `side`; `strip` gives the lines of a box.

    `negative`: where it has more than eight bits, its lowest numbers are its brightest.
    """
    from PIL import Image

    factor = shrink_factor(width, height, side)
    lines = _STRIP * factor
    boxes = [(0, top, width, min(top + lines, height)) for top in range(0, height, lines)]
    plain, flattened = _plainly(lambda: map(strip, boxes), negative=negative)
    paper: Image.Image | None = None
    for box in boxes:
        part = plain(strip(box)).reduce(factor)
        paper = paper or Image.new(part.mode, (part.width, math.ceil(height / factor)))
        paper.paste(part, (0, box[1] // factor))
    if paper is None:
        raise PictureError("no lines")
    return Sheet(paper, flattened=flattened)


Plain = Callable[["Image.Image"], "Image.Image"]
"""Makes a strip plain: no alpha, eight bits, RGB or grey."""


def _plainly(strips: Callable[[], Iterator[Image.Image]], *, negative: bool) -> tuple[Plain, bool]:
    """How the strips of a picture are made plain, and whether paper is put behind them; decided over all of them."""
    first = next(strips())
    if first.mode.startswith("I"):
        return _stretched(strips(), negative=negative), False
    if first.mode in ALPHA_MODES or "transparency" in first.info:
        paper = _paper_behind(strips())
        return _in_front_of(paper or "white"), paper is not None
    return (lambda picture: picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")), False


def _stretched(strips: Iterable[Any], *, negative: bool) -> Plain:
    """Grey of more than eight bits: what is darkest in it becomes black, and what is brightest white."""
    extremes = [each.convert("I").getextrema() for each in strips]
    black, white = min(low for low, _ in extremes), max(high for _, high in extremes)
    if negative:
        black, white = white, black
    scale = 255 / (white - black) if white != black else 0  # all alike: an empty page
    rest = 255.5 - white * scale
    return lambda picture: picture.convert("I").point(lambda value: value * scale + rest).convert("L")


def _paper_behind(strips: Iterable[Image.Image]) -> str | None:
    """The colour of the paper behind a picture: white, but dark where all that is seen is bright, as a white logo is.

    None where nothing is transparent.
    """
    transparent = dark = bright = False
    for each in map(_with_alpha, strips):
        alpha = each.getchannel("A")
        transparent = transparent or any(alpha.histogram()[:255])
        seen = each.convert("L").histogram(alpha.point(_SEEN))
        dark, bright = dark or any(seen[:_BRIGHT]), bright or any(seen[_BRIGHT:])
    if not transparent:
        return None
    return _DARK_PAPER if bright and not dark else "white"


def _in_front_of(paper: str) -> Plain:
    from PIL import Image

    def plain(picture: Image.Image) -> Image.Image:
        above = _with_alpha(picture)
        behind = Image.new("RGBA", above.size, paper)
        behind.alpha_composite(above)
        return behind.convert("RGB")

    return plain


def _with_alpha(picture: Image.Image) -> Image.Image:
    """The picture as RGBA; what is multiplied with its alpha (`La`, `RGBa`) is divided first."""
    return picture.convert(picture.mode.upper()).convert("RGBA")
