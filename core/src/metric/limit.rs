//! What CloudWatch takes as a sample (API reference of PutMetricData).

/// Values lie within +-2^360.
pub const MAX_MAGNITUDE: f64 = 2.348_542_582_773_833_3e108;

/// Times reach back two weeks, in milliseconds …
pub const MAX_AGE_MS: i64 = 14 * 24 * 3_600_000;

/// … and two hours ahead.
pub const MAX_AHEAD_MS: i64 = 2 * 3_600_000;

/// Most dimensions of a metric.
pub const MAX_DIMENSIONS: usize = 30;

/// Most distinct values of one datum.
pub const MAX_VALUES: usize = 150;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_magnitude_is_the_power_of_two() {
        assert_eq!(MAX_MAGNITUDE.to_bits(), 2.0_f64.powi(360).to_bits());
    }
}
