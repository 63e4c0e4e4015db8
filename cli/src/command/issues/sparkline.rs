//! Counts by time as a line of bars.

/// Bars, from nothing to the highest.
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar a count; what is not zero is never drawn as nothing.
pub(super) fn sparkline(counts: &[u64]) -> String {
    let highest = counts.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: u64| {
        let height = u128::from(count) * 8;
        usize::try_from(height.div_ceil(u128::from(highest))).unwrap_or(8)
    };
    counts.iter().filter_map(|&count| BARS.get(bar(count))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_is_full_and_one_of_many_is_seen() {
        assert_eq!(sparkline(&[0, 1, 4, 8]), " ▁▄█");
        assert_eq!(sparkline(&[1, 1000]), "▁█");
        assert_eq!(sparkline(&[0, 0]), "  ");
        assert_eq!(sparkline(&[u64::MAX, 0]), "█ ");
        assert_eq!(sparkline(&[]), "");
    }
}
