//! JavaScript and TypeScript: Node, V8 in browsers, Firefox and Safari.
//!
//! ```text
//! Error: outer
//!     at async Object.place [as handler] (/var/task/orders.js:12:3) {
//!   [cause]: TypeError: inner
//!       at new Db (file:///var/task/db.mjs:3:1)
//! }
//! AggregateError: all failed
//!     at run (/var/task/a.js:1:1) {
//!   [errors]: [
//!     Error: one
//!         at one (/var/task/a.js:2:1)
//!   ]
//! }
//! fetch@https://shop.example.com/static/main.3f2a91bc.js:2:1234
//! ```
//!
//! The outermost error stands first. Sources: V8's stack trace API, Node's `util.inspect`, pino's error serialiser (`caused by: `).

use super::{
    Exception, Frame, Language, Role, bound_outermost_first, header,
    lines::{Lines, unindented},
    place, push_frame,
    search::{Search as _, Words},
    set_message,
};

/// Where no code of the application is.
const ROOTS: [&str; 12] = [
    "node:",
    "internal/",
    "/var/runtime/",
    "/opt/nodejs/",
    "/usr/lib/",
    "/usr/local/lib/",
    "webpack/",
    "webpack:///webpack/",
    "chrome-extension:",
    "moz-extension:",
    "safari-web-extension:",
    "native",
];

/// Folders of installed packages.
static FOLDERS: Words = Words::of(&["bower_components", "jspm_packages"]);

/// Endings of files of source.
static SOURCES: Words = Words::of(&["js", "mjs", "cjs", "ts", "mts", "cts"]);

/// Bundles of packages, by the name of the file.
static BUNDLES: Words = Words::of(&["vendor", "vendors", "vendors~main", "polyfills", "framework", "runtime~main"]);

/// What engines write before a function that is a property of nothing in particular.
const RECEIVERS: [&str; 6] = ["Object.", "Module.", "exports.", "Function.", "Runtime.exports.", "Socket.<anonymous>."];

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut reader = Reader { lines: lines.clone(), chain: Vec::new(), members: Vec::new(), group: None, header: None, source: None };
    for line in lines {
        reader.line(line);
    }
    reader.end()
}

struct Reader<'a> {
    lines: Lines<'a>,
    /// As they stand: the outermost first.
    chain: Vec<Exception<'a>>,
    members: Vec<Exception<'a>>,
    /// How far `[errors]: [` is indented, while its members are read.
    group: Option<usize>,
    /// Where the message of the header begins whose frames are expected.
    header: Option<&'a str>,
    /// The place of source that cannot be read, which stands above the error.
    source: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        let text = unindented(line);
        let indentation = line.len() - text.len();
        if let Some(frame) = frame(text) {
            self.frame(frame);
            return;
        }
        if self.chain.is_empty()
            && let Some(message) = text.strip_prefix("FATAL ERROR: ")
        {
            self.open("FATAL ERROR", message);
            return;
        }
        if text.starts_with("[errors]: [") {
            self.group = Some(indentation);
            self.header = None;
            return;
        }
        if let Some(depth) = self.group {
            if text.starts_with(']') && indentation <= depth {
                self.group = None;
                return;
            }
            let text = text.strip_prefix('[').and_then(|text| text.trim_end_matches(',').strip_suffix(']')).unwrap_or(text);
            if !text.starts_with("[cause]: ")
                && let Some((kind, message)) = head(text)
            {
                self.open_member(kind, message);
            } else if let Some(message) = self.header {
                self.message(message, line);
            }
            return;
        }
        let cause = text.strip_prefix("[cause]: ").or_else(|| text.strip_prefix("caused by: ")).or_else(|| text.strip_prefix("Caused by: "));
        if let Some(cause) = cause {
            let bracketed = cause.strip_prefix('[').and_then(|cause| cause.trim_end_matches(',').strip_suffix(']')).unwrap_or(cause);
            let (kind, message) = head(bracketed).unwrap_or(("", cause));
            self.open(kind, message);
            return;
        }
        if self.chain.is_empty() && self.source.is_none() && is_source(text) {
            self.source = Some(text);
        }
        if self.chain.last().is_none_or(|last| last.frames.is_empty())
            && let Some((kind, message)) = head(text).filter(|_| self.header.is_none())
        {
            self.chain.clear();
            self.open(kind, message);
        } else if let Some(message) = self.header {
            self.message(message, line);
        }
    }

    fn open(&mut self, kind: &'a str, message: &'a str) {
        self.header = Some(message);
        self.chain.push(Exception::new(kind, message));
        bound_outermost_first(&mut self.chain);
    }

    fn open_member(&mut self, kind: &'a str, message: &'a str) {
        self.header = Some(message);
        if self.members.len() < super::MAX_EXCEPTIONS {
            self.members.push(Exception { role: Role::Member, ..Exception::new(kind, message) });
        }
    }

    fn message(&mut self, message: &'a str, line: &'a str) {
        let list = if self.group.is_some() { &mut self.members } else { &mut self.chain };
        set_message(list, &self.lines, message, line);
    }

    fn frame(&mut self, frame: Frame<'a>) {
        self.header = None;
        let list = if self.group.is_some() { &mut self.members } else { &mut self.chain };
        push_frame(list, frame);
    }

    fn end(mut self) -> Vec<Exception<'a>> {
        if let (Some(source), Some(error)) = (self.source, self.chain.last_mut())
            && error.kind == "SyntaxError"
        {
            error.frames.insert(0, make("", source));
            error.frames.truncate(super::MAX_FRAMES);
        }
        self.chain.reverse();
        if self.members.is_empty() {
            return self.chain;
        }
        // The group is the innermost of the chain: what it holds stands inside of it.
        if let Some(group) = self.chain.first_mut() {
            group.role = Role::Group;
        }
        self.members.append(&mut self.chain);
        self.members
    }
}

/// The place Node writes before the line of source at which it stopped: `/var/task/index.js:3`.
pub(super) fn is_source(text: &str) -> bool {
    if !text.starts_with('/') && !text.starts_with("file:///") {
        return false;
    }
    let path = place::without_position(text);
    path.len() < text.len() && !path.contains(' ') && path.rsplit('.').next().is_some_and(|ending| SOURCES.hold(ending))
}

/// Kind and message of a header. Errors of applications are called anything, so that at the start of a line a name in Pascal case is enough.
fn head(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_suffix(" {").unwrap_or(text);
    header::find(text).or_else(|| header::placed(text).filter(|(kind, message)| !message.is_empty() && kind.starts_with(|c: char| c.is_ascii_uppercase())))
}

/// A frame of any engine.
pub(super) fn frame(line: &str) -> Option<Frame<'_>> {
    if let Some(text) = line.strip_prefix("at ") {
        return v8(text);
    }
    gecko(line)
}

/// `async Object.place [as handler] (/var/task/orders.js:12:3)`, `/var/task/orders.js:12:3`, `new Promise (<anonymous>)`
fn v8(text: &str) -> Option<Frame<'_>> {
    let text = text.trim_end();
    let text = text.strip_suffix('{').map_or(text, str::trim_end);
    let text = text.strip_prefix("async ").unwrap_or(text);
    if let Some(inner) = text.strip_suffix(')') {
        let open = inner.at(" (")?;
        let (name, place) = (inner.get(..open)?, inner.get(open + 2..)?);
        if !is_place(place) {
            return None;
        }
        return Some(make(name, place));
    }
    (place::has_position(text) && !text.contains(' ') && !text.contains('@')).then(|| make("", text))
}

fn is_place(place: &str) -> bool {
    place == "<anonymous>"
        || place == "native"
        || place.starts_with("index ")
        || place.starts_with("eval at ")
        || (place::has_position(place) && !is_java(place) && !place.has(".dart"))
}

/// `Orders.java:12` has one number, as no place of a script has that is a file's name only.
fn is_java(place: &str) -> bool {
    place.has(".java:") || place.has(".kt:")
}

/// `fetch@https://shop.example.com/main.js:2:1234`, `https://shop.example.com/main.js:2:1234`, `[native code]`
fn gecko(line: &str) -> Option<Frame<'_>> {
    let line = line.trim_end();
    let at = memchr::memchr(b'@', line.as_bytes())?;
    let (name, location) = (line.get(..at)?, line.get(at + 1..)?);
    if location == "[native code]" {
        return Some(make(name, "native"));
    }
    let is_url = location.has("://") || location.starts_with('/') || location.starts_with("resource:");
    let path = place::without_position(location);
    let scripted = path.len() < location.len() && is_url && !name.contains(' ') && !location.contains(' ');
    // `a/b<` is a function inside `a` of Firefox.
    scripted.then(|| make(name.split(['/', '<']).next().unwrap_or(name), location))
}

fn make<'a>(name: &'a str, location: &'a str) -> Frame<'a> {
    let path = path(location);
    let installed = place::behind(path, "node_modules/");
    let module = match installed {
        Some(inner) => place::without_ending(inner),
        None if path.starts_with("node:") => path,
        None => without_hash(place::stem(path)),
    };
    let own = installed.is_none()
        && location != "<anonymous>"
        && !location.starts_with("index ")
        && !place::is_under(path, &ROOTS, &FOLDERS)
        && !BUNDLES.hold(module);
    Frame::new(Language::JavaScript, module, function(name), own)
}

/// The path of a location, without scheme, host, query and position.
fn path(location: &str) -> &str {
    let path = place::without_position(location);
    let path = match path.at("://") {
        Some(at) if path.starts_with("http") => path.get(at + 3..).and_then(|rest| rest.find('/').and_then(|slash| rest.get(slash..))).unwrap_or(path),
        Some(at) if path.starts_with("file:") => path.get(at + 3..).unwrap_or(path),
        Some(_) | None => path,
    };
    memchr::memchr(b'?', path.as_bytes()).map_or(path, |at| path.get(..at).unwrap_or(path))
}

/// A bundle's name without the hash of its contents: `main.3f2a91bc`, `index-BQ3X9y2a`, `app.3f2a91bc.chunk`.
fn without_hash(name: &str) -> &str {
    let mut rest = name;
    if memchr::memchr3(b'.', b'-', b'_', name.as_bytes()).is_none() {
        return name;
    }
    loop {
        let bare = [".min", ".chunk", ".bundle", ".esm", ".cjs", ".d"].iter().find_map(|ending| rest.strip_suffix(ending)).unwrap_or(rest);
        let cut = bare.rfind(['.', '-', '_']).filter(|&at| at > 0 && bare.get(at + 1..).is_some_and(is_hash)).and_then(|at| bare.get(..at));
        match cut {
            Some(head) => rest = head,
            None => return bare,
        }
    }
}

/// Eight characters or more as no word has them: hexadecimal with a digit, or digits with upper case.
fn is_hash(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let upper = word.bytes().filter(u8::is_ascii_uppercase).count();
    word.len() >= 8
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && (upper > 2 || (digits > 0 && (upper > 0 || word.bytes().all(|byte| byte.is_ascii_hexdigit()))))
}

/// `new Foo` is Foo, `Object.place [as handler]` is place, `Object.<anonymous>` has no name.
fn function(name: &str) -> &str {
    let name = name.strip_prefix("new ").unwrap_or(name);
    let name = name.split(" [as ").next().unwrap_or(name);
    let name = RECEIVERS.iter().find_map(|receiver| name.strip_prefix(receiver)).unwrap_or(name);
    match name {
        "<anonymous>" | "anonymous" | "?" | "eval" => "",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_engine() {
        for (line, module, function, own) in [
            ("at async Object.place [as handler] (/var/task/orders.js:12:3)", "orders", "place", true),
            ("at new Db (file:///var/task/db.mjs:3:1) {", "db", "Db", true),
            ("at /var/task/db.js:3:1", "db", "", true),
            ("at file:///var/task/index.mjs:3:1", "index", "", true),
            ("at Object.<anonymous> (/app/src/x.ts:1:1)", "x", "", true),
            (
                "at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
                "node:internal/process/task_queues",
                "process.processTicksAndRejections",
                false,
            ),
            ("at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)", "express/lib/router/layer", "Layer.handle", false),
            ("at Array.map (<anonymous>)", "<anonymous>", "Array.map", false),
            ("at async Promise.all (index 0)", "index 0", "Promise.all", false),
            ("at Runtime.handler (file:///var/runtime/index.mjs:1173:29)", "index", "Runtime.handler", false),
            ("at t (https://shop.example.com/static/js/main.3f2a91bc.js:2:123456)", "main", "t", true),
            ("fetch@https://shop.example.com/assets/index-BQ3X9y2a.js:2:1234", "index", "fetch", true),
            ("@https://shop.example.com/app.js?v=3:2:1", "app", "", true),
            ("promiseReactionJob@[native code]", "native", "promiseReactionJob", false),
            ("at https://shop.example.com/vendor.9a8b7c6d5e.js:1:1", "vendor", "", false),
        ] {
            let read = frame(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((read.module.as_ref(), read.function.as_ref(), read.in_app), (module, function, own), "{line}");
        }
        for line in ["at foo(bar)", "at noon", "ann@example.com", "at 12:30 sharp", "at com.shop.A.b(A.java:1)", "at Shop.A.b(String s) in /a.cs:line 3"] {
            assert!(frame(line).is_none(), "{line}");
        }
    }

    #[test]
    fn hashes_of_bundles_are_cut_and_words_stay() {
        for (name, expected) in [
            ("main.3f2a91bc", "main"),
            ("app.3f2a91bc.chunk", "app"),
            ("index-BQ3X9y2a", "index"),
            ("order-service", "order-service"),
            ("order-handlers", "order-handlers"),
            ("jquery.min", "jquery"),
            ("chunk-ABCDEFGH", "chunk"),
        ] {
            assert_eq!(without_hash(name), expected, "{name}");
        }
    }
}
