//! Ruby: uncaught exceptions, `full_message` and backtraces as loggers write them.
//!
//! ```text
//! /app/db.rb:3:in 'Db#fetch': no row (Shop::NotFound)
//!         from /app/orders.rb:7:in 'block in Orders#place'
//! /app/db.rb:9:in `query': gone (PG::ConnectionBad)
//!         from …
//! ```
//!
//! The outermost exception stands first, its causes behind it. Before 3.4 a name began with a backtick and had no class: only the method is kept, so
//! that both say the same. Source: `error.c`, `Exception#full_message`.

use super::{
    Exception, Frame, Language, bound_outermost_first, header,
    lines::{Lines, unindented},
    place,
    search::{Search as _, Words},
};

/// Where no code of the application is.
const ROOTS: [&str; 8] = ["/usr/lib/", "/usr/local/lib/", "/usr/local/bundle/", "/var/lang/", "/var/runtime/", "/opt/ruby/", "<internal:", "(eval"];

/// Folders of installed packages.
static FOLDERS: Words = Words::of(&["gems", "rubygems", "rubies", "bundler"]);

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut chain: Vec<Exception<'_>> = Vec::new();
    let mut above: Option<&str> = None;
    for line in lines {
        let text = unindented(line).trim_end();
        let text = text.strip_prefix("from ").unwrap_or(text);
        if chain.is_empty()
            && let Some((place, said)) = text.strip_suffix(" (SyntaxError)").and_then(|said| said.cut_at(": "))
            && place::has_position(place)
        {
            let mut exception = Exception::new("SyntaxError", said);
            let path = place::without_position(place);
            exception.outwards(Frame::new(Language::Ruby, module(path), "", !place::is_under(path, &ROOTS, &FOLDERS)));
            chain.push(exception);
            continue;
        }
        let Some((frame, rest)) = frame(text) else {
            if !text.is_empty() && chain.is_empty() {
                above = Some(above.filter(|above| above.ends_with(')')).unwrap_or(text));
            }
            continue;
        };
        if let Some(said) = rest.strip_prefix(": ") {
            let (kind, message) = kind_behind(said).unwrap_or(("", said));
            chain.push(Exception::new(kind, message));
            bound_outermost_first(&mut chain);
        } else if chain.is_empty() {
            let (kind, message) = above.and_then(named).unwrap_or_default();
            chain.push(Exception::new(kind, message));
        }
        if let Some(exception) = chain.last_mut() {
            exception.outwards(frame);
        }
    }
    chain.reverse();
    chain
}

/// Whether a line is the report of an exception nobody caught, `/app/db.rb:3:in 'fetch': no row (Shop::NotFound)`, or of a script that cannot be read.
pub(super) fn opens(text: &str) -> bool {
    if !text.ends_with(')') {
        return false;
    }
    let syntax =
        text.strip_suffix(" (SyntaxError)").and_then(|said| said.cut_at(": ")).is_some_and(|(place, _)| place::has_position(place) && !place.contains(' '));
    syntax || frame(text).is_some_and(|(_, rest)| rest.strip_prefix(": ").is_some_and(|said| kind_behind(said).is_some()))
}

/// `no row (Shop::NotFound)`
fn kind_behind(text: &str) -> Option<(&str, &str)> {
    let at = text.strip_suffix(')')?.rfind('(')?;
    let kind = text.get(at + 1..text.len() - 1)?;
    is_class(kind).then(|| (kind, text.get(..at).unwrap_or_default().trim_end()))
}

/// A header above the frames: `no row (Shop::NotFound)`, `Shop::NotFound (no row):` of Rails, `Shop::NotFound: no row`.
fn named(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    if let Some(rails) = text.strip_suffix("):").and_then(|text| text.cut_at(" (")).filter(|(kind, _)| is_class(last_word(kind))) {
        return Some((last_word(rails.0), rails.1));
    }
    kind_behind(text).or_else(|| header::find(text)).or_else(|| header::placed(text).filter(|(kind, _)| is_class(kind)))
}

/// `ActiveRecord::RecordNotFound (Couldn't find Order):`, which Rails writes below the line of the request.
pub(super) fn is_rails_header(text: &str) -> bool {
    text.ends_with("):") && text.cut_at(" (").is_some_and(|(kind, _)| is_class(kind) && (kind.has("::") || header::is_name(kind)))
}

fn last_word(text: &str) -> &str {
    text.rsplit([' ', ']']).next().unwrap_or(text)
}

fn is_class(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_'))
}

/// `/app/db.rb:3:in 'Db#fetch'` and what follows.
pub(super) fn frame(text: &str) -> Option<(Frame<'_>, &str)> {
    let at = text.at(":in ")?;
    let path = place::without_position(text.get(..at)?);
    if path.len() == at || path.contains(' ') && !path.starts_with('<') {
        return None;
    }
    let name = text.get(at + 4..)?.strip_prefix(['`', '\''])?;
    let end = name.find('\'')?;
    let (name, rest) = (name.get(..end)?, name.get(end + 1..)?);
    let own = !place::is_under(path, &ROOTS, &FOLDERS);
    Some((Frame::new(Language::Ruby, module(path), method(name), own), rest))
}

/// The method, without where in it, and without its class, which older versions do not write.
fn method(name: &str) -> &str {
    // `block (2 levels) in Orders#place`, `rescue in place`
    let name = name.last_at(" in ").and_then(|at| name.get(at + 4..)).unwrap_or(name);
    if name.starts_with('<') {
        return name;
    }
    match name.rfind(['#', '.']) {
        Some(at) if at + 1 < name.len() => name.get(at + 1..).unwrap_or(name),
        _ => name,
    }
}

/// Of a package the path inside its `lib`, of the application the name of the file.
fn module(path: &str) -> &str {
    let installed = place::behind(path, "/gems/").and_then(|inner| inner.cut_at("/lib/")).map(|(_, inner)| inner);
    place::without_ending(installed.unwrap_or_else(|| place::file_name(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_old_and_new_versions_say_the_same() {
        for (line, module, method, own) in [
            ("/app/db.rb:3:in 'Db#fetch'", "db", "fetch", true),
            ("/app/db.rb:3:in `fetch'", "db", "fetch", true),
            ("/app/db.rb:3:in 'block (2 levels) in Db#fetch'", "db", "fetch", true),
            ("/app/db.rb:3:in `block in fetch'", "db", "fetch", true),
            ("app/models/order.rb:3:in 'Order.find_by'", "order", "find_by", true),
            ("bin/run.rb:1:in '<main>'", "run", "<main>", true),
            ("<internal:kernel>:187:in 'Kernel#loop'", "<internal:kernel>", "loop", false),
            ("/usr/local/bundle/gems/activerecord-7.1.2/lib/active_record/core.rb:253:in `find'", "active_record/core", "find", false),
            ("/app/calc.rb:3:in 'Integer#/'", "calc", "/", true),
        ] {
            let (read, rest) = frame(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((read.module.as_ref(), read.function.as_ref(), read.in_app, rest), (module, method, own, ""), "{line}");
        }
        for line in ["the file a.rb: in 'x'", "note:in 'x'", "a.rb:3 in x"] {
            assert!(frame(line).is_none(), "{line}");
        }
    }
}
