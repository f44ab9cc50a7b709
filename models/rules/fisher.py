"""Fisher's exact test: whether failures go with something, or fell that way by chance. Pure."""

from fractions import Fraction
from math import comb


def chance(failing_with: int, well_with: int, failing_without: int, well_without: int) -> float:
    """The chance that so many of the failures, or more, fall among those with it, if it changed nothing.

    It is one-sided, and exact: with the number of failures and of those with it as they are, how
    many failures fall among those with it is distributed hypergeometrically (R. A. Fisher, The
    Design of Experiments, 1935).
    """
    with_it = failing_with + well_with
    without_it = failing_without + well_without
    failing = failing_with + failing_without
    most = min(failing, with_it)
    ways = sum(
        comb(with_it, k) * comb(without_it, failing - k) for k in range(failing_with, most + 1)
    )
    return float(Fraction(ways, comb(with_it + without_it, failing)))
