//! Decimal numbers with a unit, exact: no binary fraction comes between what is typed and what is meant.

/// Why a number with a unit cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::settings) enum Unreadable {
    /// It is no number with a unit.
    Form,
    /// The number has no unit.
    NoUnit,
    /// The unit is not one that is known.
    Unit,
    /// The number is larger than can be counted.
    TooLarge,
}

/// Most digits behind the point.
const MAX_DECIMALS: usize = 9;

/// Reads the number a text begins with, `12` or `1.5`, in units of `unit(rest)`: gives the product, rounded down, and the rest behind the unit.
pub(in crate::settings) fn decimal(text: &str, unit: impl FnOnce(&str) -> Result<(u128, usize), Unreadable>) -> Result<(u128, &str), Unreadable> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    if whole == 0 {
        return Err(Unreadable::Form);
    }
    let (whole, rest) = text.split_at_checked(whole).ok_or(Unreadable::Form)?;
    let (decimals, rest) = match rest.strip_prefix('.') {
        None => ("", rest),
        Some(behind) => match digits(behind) {
            0 => return Err(Unreadable::Form),
            count if count > MAX_DECIMALS => return Err(Unreadable::Form),
            count => behind.split_at_checked(count).ok_or(Unreadable::Form)?,
        },
    };
    let (unit, length) = unit(rest)?;
    let rest = rest.get(length..).ok_or(Unreadable::Form)?;
    // Digits alone: what does not parse is too large.
    let whole: u128 = whole.parse::<u64>().map_err(|_| Unreadable::TooLarge)?.into();
    let scale = 10_u128.pow(u32::try_from(decimals.len()).map_err(|_| Unreadable::Form)?);
    let part: u128 = if decimals.is_empty() { 0 } else { decimals.parse().map_err(|_| Unreadable::Form)? };
    let product = whole.checked_mul(unit).and_then(|product| product.checked_add(part.checked_mul(unit)? / scale));
    Ok((product.ok_or(Unreadable::TooLarge)?, rest))
}
