//! Memory of requests that are over, kept for the next ones of the thread.

#[cfg(feature = "tower")]
use std::fmt::{self, Write as _};
use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
};

use super::{Facts, Outcome};

/// Most texts a thread keeps the memory of.
const KEPT: usize = 16;

/// A text that needed more has its memory given back.
const KEPT_BYTES: usize = 1024;

thread_local! {
    static SPARE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };

    /// One is enough: where many requests are in progress as many begin as end.
    static FACTS: Cell<Option<Box<Facts>>> = const { Cell::new(None) };
}

/// An empty text.
pub(crate) fn empty() -> String {
    SPARE.try_with(|spare| spare.try_borrow_mut().ok()?.pop()).ok().flatten().unwrap_or_default()
}

/// A copy of a text.
pub(crate) fn copy(text: &str) -> String {
    let mut copy = empty();
    copy.push_str(text);
    copy
}

/// Keeps the memory of a text nobody needs any more.
pub(crate) fn give(mut text: String) {
    if !(1..=KEPT_BYTES).contains(&text.capacity()) {
        return;
    }
    // At the end of a thread it is given back.
    let _ = SPARE.try_with(|spare| {
        if let Ok(mut spare) = spare.try_borrow_mut()
            && spare.len() < KEPT
        {
            text.clear();
            spare.push(text);
        }
    });
}

/// Facts that say nothing yet. Texts that are there are empty, for [`set`] to write: whoever takes the facts sets each of the four.
#[cfg(feature = "tower")]
pub(crate) fn facts() -> Box<Facts> {
    FACTS.try_with(Cell::take).ok().flatten().unwrap_or_default()
}

/// Sets a text of facts, in the memory of the one before.
#[cfg(feature = "tower")]
pub(crate) fn set(place: &mut Option<String>, text: Option<&str>) {
    match (place, text) {
        (Some(known), Some(text)) => {
            known.clear();
            known.push_str(text);
        }
        (place, text) => *place = text.map(str::to_owned),
    }
}

/// As [`set`], to what the value shows.
#[cfg(feature = "tower")]
pub(crate) fn set_shown(place: &mut Option<String>, value: Option<impl fmt::Display>) {
    match (place, value) {
        (Some(known), Some(value)) => {
            known.clear();
            // Nothing that is shown in a text fails but by its own doing; then it says what it said until then.
            let _ = write!(known, "{value}");
        }
        (place, value) => *place = value.map(|value| value.to_string()),
    }
}

/// Keeps the memory of facts nobody needs any more.
pub(crate) fn give_facts(mut facts: Box<Facts>) {
    let Facts {
        method,
        route,
        path,
        status_code,
        duration_ms,
        request_bytes,
        response_bytes,
        client_ip,
        user_agent,
        request_headers,
        response_headers,
        request_body,
        response_body,
        outcome,
        error,
    } = &mut *facts;
    *method = Cow::Borrowed("");
    for place in [route, path, client_ip, user_agent] {
        if place.as_ref().is_some_and(|text| text.capacity() > KEPT_BYTES) {
            *place = None;
        } else if let Some(text) = place {
            text.clear();
        }
    }
    (*status_code, *duration_ms, *request_bytes, *response_bytes) = (None, 0.0, None, None);
    request_headers.clear();
    response_headers.clear();
    (*request_body, *response_body, *outcome, *error) = (None, None, Outcome::default(), None);
    // At the end of a thread it is given back.
    let _ = FACTS.try_with(|spare| spare.set(Some(facts)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Vec<usize> {
        SPARE.with_borrow(|spare| spare.iter().map(String::capacity).collect())
    }

    #[test]
    fn texts_are_empty_again_and_their_memory_is_bounded() {
        give(copy("somebody's"));
        assert_eq!(empty(), "");
        give(String::new());
        give("x".repeat(KEPT_BYTES + 1));
        assert_eq!(kept(), Vec::<usize>::new());
        (0..2 * KEPT).map(|_| "x".to_owned()).collect::<Vec<_>>().into_iter().for_each(give);
        assert_eq!(kept().len(), KEPT);
    }

    #[cfg(feature = "tower")]
    #[test]
    fn nothing_of_a_request_is_left_in_the_facts_of_the_next() {
        let text = || Some("somebody's".to_owned());
        let headers = || vec![("x-key".to_owned(), "somebody's".to_owned())];
        give_facts(Box::new(Facts {
            method: "GET".into(),
            route: text(),
            path: text(),
            status_code: Some(500),
            duration_ms: 1.5,
            request_bytes: Some(1),
            response_bytes: Some(2),
            client_ip: text(),
            user_agent: Some("x".repeat(KEPT_BYTES + 1)),
            request_headers: headers(),
            response_headers: headers(),
            request_body: text(),
            response_body: text(),
            outcome: Outcome::Timeout,
            error: Some(crate::request::ErrorFacts::default()),
        }));
        let empty = || Some(String::new());
        let mut facts = facts();
        assert_eq!(*facts, Facts { route: empty(), path: empty(), client_ip: empty(), ..Facts::default() });
        let before = facts.path.as_ref().map(|text| text.as_ptr());
        set(&mut facts.path, Some("/next"));
        set(&mut facts.route, None);
        set(&mut facts.user_agent, Some("test/1"));
        assert_eq!((facts.path.as_deref(), facts.path.as_ref().map(|text| text.as_ptr())), (Some("/next"), before));
        let address = std::net::IpAddr::from([10, 0, 0, 1]);
        set_shown(&mut facts.client_ip, Some(address));
        assert_eq!(facts.client_ip.as_deref(), Some("10.0.0.1"));
        assert_eq!((facts.route.as_deref(), facts.user_agent.as_deref()), (None, Some("test/1")));
    }
}
