//! PHP: uncaught exceptions, and traces as frameworks log them.
//!
//! ```text
//! PHP Fatal error:  Uncaught PDOException: gone in /app/src/Db.php:12
//! Stack trace:
//! #0 /app/src/Orders.php(7): Shop\Db->fetch(1)
//! #1 {main}
//!
//! Next Shop\OrderFailed: outer in /app/src/Orders.php:9
//! Stack trace:
//! …
//!   thrown in /app/src/Orders.php on line 9
//! ```
//!
//! The root cause stands first. A frame names the file of the *call*; the function it calls lies in the file of the frame before, or where the exception was
//! thrown. Source: `zend_exceptions.c`.

use std::borrow::Cow;

use super::{
    Exception, Frame, Language, MAX_EXCEPTIONS, header,
    lines::{Lines, unindented},
    place,
    search::{Search as _, Words},
};

/// Where no code of the application is.
const ROOTS: [&str; 4] = ["/usr/share/php/", "/usr/local/lib/php/", "/opt/bref/", "[internal function]"];

/// Folders of installed packages.
static FOLDERS: Words = Words::of(&["vendor"]);

/// Namespaces that are not the application's.
static LIBRARIES: Words = Words::of(&[
    "Aws",
    "Bref",
    "Carbon",
    "Composer",
    "Doctrine",
    "Fruitcake",
    "GuzzleHttp",
    "Illuminate",
    "Laravel",
    "League",
    "Monolog",
    "PHPUnit",
    "Predis",
    "Psr",
    "Ramsey",
    "React",
    "Sentry",
    "Slim",
    "Spatie",
    "Symfony",
    "Twig",
]);

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut read: Vec<Exception<'_>> = Vec::new();
    // File of the function that the next frame names.
    let mut file = "";
    for line in lines {
        let text = unindented(line).trim_end();
        if let Some(call) = call(text) {
            if read.is_empty() {
                read.push(Exception::default());
            }
            if let Some(exception) = read.last_mut()
                && call.name != "{main}"
            {
                exception.outwards(frame(call.name, file, call.file));
            } else if let Some(exception) = read.last_mut()
                && !file.is_empty()
            {
                let own = !place::is_under(file, &ROOTS, &FOLDERS);
                exception.outwards(Frame::new(Language::Php, place::stem(file), "{main}", own));
            }
            file = call.file;
            continue;
        }
        if read.is_empty()
            && let Some((exception, thrown)) = object(text)
        {
            read.push(exception);
            file = thrown;
            continue;
        }
        let opened = text.strip_prefix("Next ").or_else(|| behind(text, "Uncaught "));
        let opened = opened.or_else(|| (read.is_empty() && header::find(text).is_some()).then_some(text));
        let plain = || text.starts_with("PHP Fatal error:") || text.starts_with("Fatal error:") || text.starts_with("PHP Parse error:");
        if let Some((kind, rest)) = opened.and_then(|opened| header::placed(opened).or_else(|| header::find(opened))) {
            let (message, thrown) = rest.cut_last(" in ").unwrap_or((rest, ""));
            file = place::without_position(thrown);
            if read.len() < MAX_EXCEPTIONS {
                read.push(Exception::new(kind, message));
            }
        } else if plain() && read.is_empty() {
            let (kind, message) = text.split_once(':').unwrap_or((text, ""));
            let message = message.trim_start();
            let (message, thrown) = message.cut_last(" in ").unwrap_or((message, ""));
            let place = thrown.split(" on line ").next().unwrap_or(thrown);
            file = place;
            let mut exception = Exception::new(kind.strip_prefix("PHP ").unwrap_or(kind), message);
            if !place.is_empty() {
                exception.outwards(Frame::new(Language::Php, place::stem(place), "", !place::is_under(place, &ROOTS, &FOLDERS)));
            }
            read.push(exception);
        }
    }
    read
}

/// `[object] (App\\\\Fault(code: 0): message at /app/a.php:12)` in the context of a line of Monolog, and the file.
fn object(text: &str) -> Option<(Exception<'_>, &str)> {
    let (kind, rest) = behind(text, "[object] (")?.cut_at("(code: ")?;
    let (_, rest) = rest.cut_at("): ")?;
    let (message, thrown) = rest.cut_last(" at ").unwrap_or((rest, ""));
    let mut exception = Exception::new("", message);
    exception.kind = single(kind);
    Some((exception, place::without_position(thrown.trim_end_matches(')'))))
}

/// A name whose backslashes JSON has doubled.
fn single(name: &str) -> Cow<'_, str> {
    if name.has("\\\\") { Cow::Owned(name.replace("\\\\", "\\")) } else { Cow::Borrowed(name) }
}

fn behind<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let at = text.find(mark)?;
    text.get(at + mark.len()..)
}

/// A line of a trace.
pub(super) struct Call<'a> {
    file: &'a str,
    name: &'a str,
}

/// `#0 /app/src/Orders.php(7): Shop\Db->fetch(1)`, `#1 [internal function]: {closure}()`, `#2 {main}`
pub(super) fn call(text: &str) -> Option<Call<'_>> {
    let rest = text.strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest.get(digits..)?.strip_prefix(' ').filter(|_| digits > 0)?;
    if rest == "{main}" {
        return Some(Call { file: "", name: rest });
    }
    let (file, name) = if let Some(name) = rest.strip_prefix("[internal function]: ") {
        ("[internal function]", name)
    } else {
        let at = rest.at("): ")?;
        let open = rest.get(..at)?.rfind('(')?;
        let line = rest.get(open + 1..at)?;
        if line.is_empty() || !line.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        (rest.get(..open)?, rest.get(at + 3..)?)
    };
    let name = name.get(..name.find('(').unwrap_or(name.len()))?;
    Some(Call { file, name })
}

/// A frame of a function, which lies in `file` if that is known.
fn frame<'a>(name: &'a str, file: &'a str, caller: &'a str) -> Frame<'a> {
    let (class, function) = name.cut_last("->").or_else(|| name.cut_last("::")).unwrap_or(("", name));
    // `Shop\{closure}` and `class@anonymous`
    let class = class.split("@anonymous").next().unwrap_or(class);
    let known = if file.is_empty() { caller } else { file };
    let own = !place::is_under(known, &ROOTS, &FOLDERS) && !is_library(if class.is_empty() { function } else { class });
    let function = if function.starts_with("{closure") || function.ends_with("{closure}") { "{closure}" } else { function };
    let frame = Frame::new(Language::Php, place::stem(known), function, own);
    if class.is_empty() { frame } else { Frame { module: single(class), ..frame } }
}

fn is_library(name: &str) -> bool {
    name.split_once('\\').is_some_and(|(first, _)| LIBRARIES.hold(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_lies_in_the_file_of_the_frame_before() {
        let text = "PHP Fatal error:  Uncaught Exception: no in /app/vendor/acme/db.php:12
Stack trace:
#0 /app/src/orders.php(7): acme_fetch(1)
#1 /app/vendor/acme/run.php(3): place_order()
#2 [internal function]: Shop\\Kernel->Shop\\{closure}()
#3 {main}
  thrown in /app/vendor/acme/db.php on line 12";
        let read = read(Lines::new(text));
        let frames: Vec<_> = read[0].frames.iter().map(|frame| (frame.module.as_ref(), frame.function.as_ref(), frame.in_app)).collect();
        assert_eq!(
            frames,
            [("db", "acme_fetch", false), ("orders", "place_order", true), ("Shop\\Kernel", "{closure}", false), ("[internal function]", "{main}", false)]
        );
        assert_eq!((read[0].kind.as_ref(), read[0].message.as_ref()), ("Exception", "no"));
        assert!(LIBRARIES.is_sorted());
    }

    #[test]
    fn other_numbered_lines_are_no_calls() {
        for line in ["#0 main (file:///a.dart:1:2)", "#0 0x4f in f /a.c:1:2", "#1 priority", "# 1 x(2): y", "#0 x(y): z"] {
            assert!(call(line).is_none(), "{line}");
        }
    }
}
