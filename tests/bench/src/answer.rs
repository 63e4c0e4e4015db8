//! What a pipeline found, as named numbers, so that any two pipelines can be compared whatever language they are written in.

use std::collections::BTreeMap;

/// Named numbers.
pub type Answer = BTreeMap<String, f64>;

/// Sums are added up in another order by each pipeline: this much of the larger number may differ.
const TOLERANCE: f64 = 1e-9;

/// Differences listed before the rest is only counted.
const SHOWN: usize = 5;

/// Fails when the answer is not the expected one.
///
/// # Errors
/// Names the first numbers that are missing, that nobody asked for, or that differ.
pub fn check(pipeline: &str, found: &Answer, expected: &Answer) -> anyhow::Result<()> {
    let mut wrong: Vec<String> = Vec::new();
    for (name, &wanted) in expected {
        match found.get(name) {
            None => wrong.push(format!("{name} is missing")),
            Some(&number) if !alike(number, wanted) => wrong.push(format!("{name} is {number}, not {wanted}")),
            Some(_) => {}
        }
    }
    wrong.extend(found.keys().filter(|name| !expected.contains_key(*name)).map(|name| format!("{name} should not be there")));
    let more = wrong.len().saturating_sub(SHOWN);
    let rest = if more == 0 { String::new() } else { format!("; and {more} more") };
    anyhow::ensure!(wrong.is_empty(), "{pipeline} gives a wrong answer: {}{rest}", wrong.get(..SHOWN).unwrap_or(&wrong).join("; "));
    anyhow::ensure!(!expected.is_empty(), "{pipeline}: there is nothing to compare its answer with");
    Ok(())
}

fn alike(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(numbers: &[(&str, f64)]) -> Answer {
        numbers.iter().map(|&(name, number)| (name.to_owned(), number)).collect()
    }

    #[test]
    fn missing_wrong_and_extra_numbers_are_each_named() {
        let expected = answer(&[("a", 1.0), ("b", 2.0)]);
        let error = check("p", &answer(&[("b", 2.1), ("c", 3.0)]), &expected).unwrap_err().to_string();
        assert_eq!(error, "p gives a wrong answer: a is missing; b is 2.1, not 2; c should not be there");
    }

    #[test]
    fn the_order_of_an_addition_is_forgiven_and_nothing_more() {
        let expected = answer(&[("sum", 0.3)]);
        assert!(check("p", &answer(&[("sum", 0.1 + 0.2)]), &expected).is_ok());
        assert!(check("p", &answer(&[("sum", 0.300_000_001)]), &expected).is_err());
    }

    #[test]
    fn an_empty_expectation_is_no_check() {
        assert!(check("p", &Answer::new(), &Answer::new()).is_err());
    }
}
