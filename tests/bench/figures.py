"""Figures of a run: medians with their spread, and what may be said of them.

A comparison is made pair by pair, burst beside burst of one run, so that a machine that is busy now and then weighs on
both. One whose spread is larger than the difference that it shows is not told as a figure.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as much as the other: a value for each pair of bursts."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, these: Sequence[float], those: Sequence[float]) -> Ratio:
        """Pairs of bursts of one run."""
        return cls(tuple(this / that for this, that in zip(these, those, strict=True)))

    @property
    def median(self) -> float:
        """The figure."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """What lies between the quarters of the values: half of them are within it."""
        low, _, high = statistics.quantiles(self.values, n=4)
        return high - low

    @property
    def certain(self) -> bool:
        """Whether the difference from "as much" is larger than the spread."""
        return self.spread < abs(self.median - 1)

    def __str__(self) -> str:
        if self.certain:
            return f"{self.median:.2f} × ({min(self.values):.2f} to {max(self.values):.2f})"
        return f"not to be told from 1 × (spread {self.spread:.2f}, {min(self.values):.2f} to {max(self.values):.2f})"


def of_all(values: Sequence[float], digits: int = 2) -> str:
    """The median, and the least and the most of the bursts."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def at(values: Sequence[float], percent: int) -> float:
    """The value below which so many percent lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
