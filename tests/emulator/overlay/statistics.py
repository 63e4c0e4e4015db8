"""CloudWatch's statistics over stored points, the trimmed ones included.

ministack knows the five basic statistics and ``pNN`` and answers any other name with the average. Percentiles and
trimmed statistics here are exact order statistics over (value, weight) samples; CloudWatch itself interpolates in
histogram bins of ten per cent, so compare with a tolerance.
"""

import re

from ministack.services import cloudwatch as cw

_ONE = re.compile(r"(p|tm|tc|ts|wm)(\d+(?:\.\d+)?)")
_RANGE = re.compile(r"(PR|TM|TC|TS|WM)\((\d*\.?\d*)(%?):(\d*\.?\d*)(%?)\)")
BASIC = frozenset({"SampleCount", "Sum", "Average", "Minimum", "Maximum"})

Samples = list[tuple[float, float]]
"""(value, weight), the values ascending."""


def is_known(name: str) -> bool:
    """Whether CloudWatch accepts the statistic's name."""
    return name in BASIC or name == "IQM" or bool(_ONE.fullmatch(name) or _RANGE.fullmatch(name))


def value(points: list[dict], name: str) -> float | None:
    """The statistic over ministack's stored points; ``None`` when there are none or it is not available for them."""
    basic = cw._calc_stats(points)
    if name in BASIC:
        return basic.get(name)
    samples = cw._percentile_samples(points)
    if not samples:
        return None
    samples.sort()
    if name == "IQM":
        return _trimmed("TM", samples, *_percent_bounds(samples, 25.0, 75.0))
    if single := _ONE.fullmatch(name):
        kind, percent = single.group(1), float(single.group(2))
        if kind == "p":
            return cw._percentile(samples, percent)
        return _trimmed(kind.upper(), samples, *_percent_bounds(samples, 0.0, percent))
    kind, low, low_percent, high, high_percent = _RANGE.fullmatch(name).groups()
    if low_percent or high_percent:
        return _trimmed(kind, samples, *_percent_bounds(samples, float(low or 0), float(high or 100)))
    return _between(kind, samples, float(low or "-inf"), float(high or "inf"))


def _percent_bounds(samples: Samples, low: float, high: float) -> tuple[float, float]:
    total = sum(weight for _, weight in samples)
    return total * low / 100, total * high / 100


def _trimmed(kind: str, samples: Samples, start: float, end: float) -> float | None:
    """The statistic over the mass between two ranks; WM keeps what it cuts off at the value of the cut."""
    kept: Samples = []
    seen = 0.0
    for sample, weight in samples:
        overlap = min(seen + weight, end) - max(seen, start)
        if overlap > 0:
            kept.append((sample, overlap))
        seen += weight
    if not kept:
        return None
    if kind == "WM":
        kept = [(kept[0][0], start), *kept, (kept[-1][0], seen - end)]
    return _reduce("TM" if kind == "WM" else kind, kept, seen)


def _between(kind: str, samples: Samples, low: float, high: float) -> float | None:
    """The statistic over the values in (low, high], the form with absolute bounds."""
    total = sum(weight for _, weight in samples)
    if kind == "WM":
        clipped = [(min(max(sample, low), high), weight) for sample, weight in samples]
        return _reduce("TM", clipped, total)
    return _reduce(kind, [(sample, weight) for sample, weight in samples if low < sample <= high], total)


def _reduce(kind: str, samples: Samples, total: float) -> float | None:
    count = sum(weight for _, weight in samples)
    weighted = sum(sample * weight for sample, weight in samples)
    if kind == "TC":
        return count
    if kind == "TS":
        return weighted
    if kind == "PR":
        return 100 * count / total
    return weighted / count if count else None
