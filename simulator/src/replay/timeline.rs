//! What is due when, in simulated time.

/// Seconds between deliveries of collected subscription batches.
const FLUSH_SECONDS: i64 = 5;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// Deliver what the subscription filters have collected.
    Flush,
    /// Evaluate alarms.
    Evaluate,
    /// The one-minute schedule.
    Tick,
}

/// The clock of a replay, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeline {
    /// The next moment of each kind, in the order in which moments that coincide are handled.
    next: [(i64, Due); 3],
    /// Step of each kind.
    step: [i64; 3],
}

impl Timeline {
    /// A clock that starts at the full minute at or before `start_ms`. Evaluations trail the minutes (or ten seconds, with
    /// high-resolution alarms) by the data delay.
    pub(super) fn new(start_ms: i64, data_delay_seconds: u32, high_resolution: bool) -> Self {
        let minute = start_ms - start_ms.rem_euclid(60_000);
        let evaluation = if high_resolution { 10_000 } else { 60_000 };
        let step = [FLUSH_SECONDS * 1000, evaluation, 60_000];
        Self {
            next: [(minute + step[0], Due::Flush), (minute + step[1] + i64::from(data_delay_seconds) * 1000, Due::Evaluate), (minute + step[2], Due::Tick)],
            step,
        }
    }

    /// The earliest moment at or before `until_ms`, which is thereby past.
    pub(super) fn next_due(&mut self, until_ms: i64) -> Option<(i64, Due)> {
        let (position, due) = self.next.iter().copied().enumerate().min_by_key(|(_, due)| *due)?;
        if due.0 > until_ms {
            return None;
        }
        self.next[position].0 += self.step[position];
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_in_order_and_coinciding_ones_in_a_fixed_one() {
        let mut timeline = Timeline::new(61_234, 10, false);
        let mut found = Vec::new();
        while let Some((at, due)) = timeline.next_due(130_000) {
            found.push((at / 1000, due));
        }
        assert!(found.is_sorted());
        let of = |kind| found.iter().filter(|(_, due)| *due == kind).map(|(at, _)| *at).collect::<Vec<_>>();
        assert_eq!(of(Due::Tick), [120]);
        assert_eq!(of(Due::Evaluate), [130]);
        assert_eq!(of(Due::Flush).len(), 14);
        assert_eq!(found[found.len() - 2..], [(130, Due::Flush), (130, Due::Evaluate)]);
    }

    #[test]
    fn high_resolution_alarms_are_looked_at_every_ten_seconds() {
        let mut timeline = Timeline::new(0, 10, true);
        let mut times = Vec::new();
        while let Some((at, due)) = timeline.next_due(50_000) {
            if due == Due::Evaluate {
                times.push(at);
            }
        }
        assert_eq!(times, [20_000, 30_000, 40_000, 50_000]);
    }
}
