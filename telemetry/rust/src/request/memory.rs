//! Memory of texts of requests that are over, kept for the next ones of the thread.

use std::cell::RefCell;

/// Most texts a thread keeps the memory of.
const KEPT: usize = 16;

/// A text that needed more has its memory given back.
const KEPT_BYTES: usize = 1024;

thread_local! {
    static SPARE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
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
}
