//! What to say to a name that is none: the one that was meant, and those there are.

use skywarden_document::closest;

/// How many names a hint lists. With more of them the one that is looked for is not found in the list either.
const LISTED: usize = 20;

/// The hint for a name that is none of `known`; `what` is how they are called, `the services`.
pub(crate) fn hint(typed: &str, what: &str, known: &[&str]) -> String {
    hint_with(closest(typed, known.iter().copied()), what, known)
}

/// The same where names can be typed in other ways than they are listed; `meant` is the one that is near, as it can be typed.
pub(crate) fn hint_with(meant: Option<&str>, what: &str, known: &[&str]) -> String {
    let guess = meant.map(|name| format!("did you mean {name}? ")).unwrap_or_default();
    let listed = &known[..known.len().min(LISTED)];
    let more = match known.len() - listed.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{guess}{what} are: {}{more}", listed.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_comes_first() {
        assert_eq!(hint("chekout", "the services", &["catalog", "checkout"]), "did you mean checkout? the services are: catalog, checkout");
        assert_eq!(hint("x", "the services", &["catalog"]), "the services are: catalog");
    }

    #[test]
    fn of_many_names_twenty_are_listed() {
        let names: Vec<String> = (1..=21).map(|number| format!("service-{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(hint("x", "the services", &names[..20]).ends_with("service-19, service-20"));
        assert!(hint("x", "the services", &names).ends_with("service-19, service-20 and 1 more"));
    }
}
