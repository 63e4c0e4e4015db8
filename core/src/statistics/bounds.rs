//! The range of a statistic such as `TM(10%:90%)`, and what it selects of the bins.

use std::fmt;

use super::{Bin, Histogram};

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// A share of the samples in percent, 0 to 100.
    Percent(f64),
    /// A value in the metric's unit, zero or more. Exclusive as lower end, inclusive as upper end.
    Value(f64),
}

/// A range; an end that is missing is open. Percentages and values may be mixed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// Lower end.
    pub lower: Option<Bound>,
    /// Upper end.
    pub upper: Option<Bound>,
}

/// What a range selects of one bin: the samples between two shares of it, spread evenly between its bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) bin: Bin,
    /// Share below the range, 0 to 1.
    from: f64,
    /// Share below or in the range, `from` to 1.
    to: f64,
}

/// A smaller share of a bin than this comes from rounding: a cut that falls between two bins must not select a sliver of the second.
const NEGLIGIBLE: f64 = 1e-12;

impl Bounds {
    /// Everything up to a percentage: `tm99` is `TM(:99%)`.
    pub const fn up_to_percent(percent: f64) -> Self {
        Self { lower: None, upper: Some(Bound::Percent(percent)) }
    }

    /// Between two percentages.
    pub const fn percents(lower: f64, upper: f64) -> Self {
        Self { lower: Some(Bound::Percent(lower)), upper: Some(Bound::Percent(upper)) }
    }

    /// Every bin, ascending, with what is selected of it.
    pub(super) fn pieces(self, histogram: &Histogram) -> impl Iterator<Item = Piece> + '_ {
        let total = histogram.count();
        let mut before = 0.0;
        histogram.bins().map(move |bin| {
            let share = |bound: Option<Bound>, open: f64| bound.map_or(open, |bound| bound.share_of(&bin, before, total));
            let from = share(self.lower, 0.0);
            let to = share(self.upper, 1.0);
            before += bin.count;
            let to = if to - from > NEGLIGIBLE { to } else { from };
            Piece { bin, from, to }
        })
    }
}

impl Bound {
    /// The share of a bin, 0 to 1, that lies below this end; `before` samples of `total` are in the bins below.
    fn share_of(self, bin: &Bin, before: f64, total: f64) -> f64 {
        match self {
            Self::Value(value) => bin.share_up_to(value),
            Self::Percent(percent) => ((percent / 100.0 * total - before) / bin.count).clamp(0.0, 1.0),
        }
    }
}

impl Piece {
    /// How many samples are selected; may be fractional.
    pub(super) fn count(&self) -> f64 {
        self.bin.count * (self.to - self.from)
    }

    /// How many samples lie below the range.
    pub(super) fn below(&self) -> f64 {
        self.bin.count * self.from
    }

    /// How many samples lie above it.
    pub(super) fn above(&self) -> f64 {
        self.bin.count * (1.0 - self.to)
    }

    /// The arithmetic middle of what is selected.
    pub(super) fn middle(&self) -> f64 {
        self.bin.low + (self.bin.high - self.bin.low) * f64::midpoint(self.from, self.to)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(formatter, "{percent}%"),
            Self::Value(value) => write!(formatter, "{value}"),
        }
    }
}

impl fmt::Display for Bounds {
    /// As between the brackets: `10%:90%`, `:300`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(lower) = self.lower {
            write!(formatter, "{lower}")?;
        }
        formatter.write_str(":")?;
        self.upper.map_or(Ok(()), |upper| write!(formatter, "{upper}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Selected, below and above of each bin; 10 samples at 1, 30 at 2, 10 at 4, each a bin far from the others.
    fn cut(bounds: Bounds) -> Vec<(f64, f64, f64)> {
        let mut histogram = Histogram::default();
        for (value, count) in [(1.0, 10.0), (2.0, 30.0), (4.0, 10.0)] {
            histogram.add(value, count);
        }
        let rounded = |number: f64| (number * 1e9).round() / 1e9;
        bounds.pieces(&histogram).map(|piece| (rounded(piece.count()), rounded(piece.below()), rounded(piece.above()))).collect()
    }

    #[test]
    fn percentages_cut_by_rank() {
        assert_eq!(cut(Bounds::percents(10.0, 50.0)), [(5.0, 5.0, 0.0), (15.0, 0.0, 15.0), (0.0, 0.0, 10.0)]);
        assert_eq!(cut(Bounds::up_to_percent(20.0)), [(10.0, 0.0, 0.0), (0.0, 0.0, 30.0), (0.0, 0.0, 10.0)]);
    }

    #[test]
    fn values_cut_by_value_and_open_ends_do_not_cut() {
        let value = |lower, upper| Bounds { lower: Some(Bound::Value(lower)), upper: Some(Bound::Value(upper)) };
        assert_eq!(cut(value(1.5, 3.0)), [(0.0, 10.0, 0.0), (30.0, 0.0, 0.0), (0.0, 0.0, 10.0)]);
        assert_eq!(cut(Bounds { lower: Some(Bound::Value(3.0)), upper: None }), [(0.0, 10.0, 0.0), (0.0, 30.0, 0.0), (10.0, 0.0, 0.0)]);
        assert_eq!(cut(Bounds::default()), [(10.0, 0.0, 0.0), (30.0, 0.0, 0.0), (10.0, 0.0, 0.0)]);
    }

    #[test]
    fn mixed_ends_meet_and_ends_that_have_passed_each_other_select_nothing() {
        let mixed = Bounds { lower: Some(Bound::Percent(40.0)), upper: Some(Bound::Value(3.0)) };
        assert_eq!(cut(mixed), [(0.0, 10.0, 0.0), (20.0, 10.0, 0.0), (0.0, 0.0, 10.0)]);
        let passed = Bounds { lower: Some(Bound::Percent(90.0)), upper: Some(Bound::Value(1.5)) };
        assert!(cut(passed).iter().all(|(selected, _, _)| *selected == 0.0));
    }
}
