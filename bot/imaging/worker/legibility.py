"""Whether there is anything to be read on a picture: it may be black, empty or blurred. Pure.

A warning that is wrong costs trust, so only what is far from any sharp page is doubted; how the measure and its
thresholds were found: docs/decisions/0017-legibility.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from bot.imaging.jobs import Doubt

if TYPE_CHECKING:
    from PIL import Image

SIDE: Final = 1000
"""The longest side of the copy that is judged: print that is lost at this size is no print that a person reads."""
_EDGES: Final = 40
"""Pixels that make an edge: a word in small print has more, dust has fewer."""
_SPOTS: Final = 6
"""The same on a copy a quarter as long."""
_DARK_MOST: Final = 36
"""Of 255: where nothing is brighter, all is black."""
_RANGE_LEAST: Final = 6
"""Levels of grey between the darkest and the brightest spot; where there are fewer, there is but one colour."""
_SHARP_LEAST: Final = 0.12
"""The steepest bend of grey, as a part of the range of grey; of sharp print it is 0.3 to 1.5."""
_FAINT: Final = 48
"""A range of grey that is smaller is taken for so large: in the faintest, noise and rounding look like edges."""
_NOISE: Final = 6
"""How many times as much as noise bends grey on the whole it does in its strongest pixels."""
_TILE: Final = 16


def doubt_of(picture: Image.Image) -> Doubt | None:
    """What is doubtful about a picture of a page; None where it can be read, as far as can be told."""
    from PIL import Image, ImageFilter

    grey = picture.convert("L")
    if max(grey.size) > SIDE:
        grey.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    if min(grey.size) < _TILE:
        return None  # a strip: nobody can tell
    spots = grey.reduce(4).histogram()
    if _brightest(spots, _SPOTS) <= _DARK_MOST:
        return Doubt.DARK
    if _brightest(spots, _SPOTS) - _darkest(spots, _SPOTS) < _RANGE_LEAST:
        return Doubt.EMPTY
    return Doubt.BLURRED if sharpness(grey.filter(ImageFilter.MedianFilter(3))) < _SHARP_LEAST else None


def sharpness(grey: Image.Image) -> float:
    """How steeply grey bends at the sharpest edges, noise taken off, as a part of its range."""
    from PIL import ImageChops, ImageFilter

    up, down = (
        grey.filter(ImageFilter.Kernel((3, 3), [sign * each for each in (0, -1, 0, -1, 4, -1, 0, -1, 0)], scale=2))
        for sign in (1, -1)
    )
    bends = ImageChops.add(up, down).crop((2, 2, grey.width - 2, grey.height - 2))
    levels = grey.histogram()
    among = max(_FAINT, _brightest(levels, _EDGES) - _darkest(levels, _EDGES))
    tiles = bends.reduce(_TILE).histogram()
    calm = _darkest(tiles, sum(tiles) // 4)  # a quarter of any page has nothing but paper, and its noise
    return (_brightest(bends.histogram(), _EDGES) - _NOISE * calm) / among


def _darkest(histogram: Sequence[int], count: int) -> int:
    """The level that so many pixels are not brighter than."""
    return next((level for level, passed in enumerate(accumulate(histogram)) if passed >= count), 255)


def _brightest(histogram: Sequence[int], count: int) -> int:
    """The level that so many pixels are not darker than."""
    return 255 - _darkest(histogram[::-1], count)
