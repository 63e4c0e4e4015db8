//! Go: panics with their goroutine, stacks of `runtime/debug`, of zap, and errors of `pkg/errors` printed with `%+v`.
//!
//! ```text
//! panic: runtime error: index out of range [3] with length 3 [recovered]
//!         panic: wrapped
//!
//! goroutine 1 [running]:
//! panic({0x4a, 0x3})
//!         /usr/local/go/src/runtime/panic.go:785 +0x132
//! main.(*Store).Get(0xc000012, {0x4a, 0x3})
//!         /app/store.go:12 +0x1d
//! created by main.main in goroutine 1
//!         /app/main.go:8 +0x55
//! exit status 2
//! ```
//!
//! A frame is a line with the function and an indented one with the file. Only the first goroutine, the one that panicked, is read. `pkg/errors`
//! writes the root cause first, then frames, then each wrapper. Source: `runtime/traceback.go`.

use std::borrow::Cow;

use super::{
    Exception, Frame, Language, MAX_EXCEPTIONS, MAX_MESSAGE_BYTES,
    lines::{Lines, cut, unindented},
    place,
    search::{Search as _, Words},
};

/// Where no code of the application is.
const ROOTS: [&str; 5] = ["/usr/local/go/src/", "/usr/lib/go", "/usr/lib/golang/", "/opt/hostedtoolcache/", "/root/sdk/go"];

/// Folders of modules that were downloaded.
static FOLDERS: Words = Words::of(&["vendor", "libexec"]);

/// The first part of the standard library's packages.
static STANDARD: Words = Words::of(&[
    "archive",
    "bufio",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "sync",
    "syscall",
    "testing",
    "time",
]);

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut reader = Reader {
        lines: lines.clone(),
        read: Vec::new(),
        current: Exception::default(),
        held: None,
        goroutines: 0,
        done: false,
        text: None,
        created: false,
        path: None,
        awaits: false,
    };
    for line in lines {
        reader.line(line);
        if reader.done {
            break;
        }
    }
    reader.end()
}

struct Reader<'a> {
    lines: Lines<'a>,
    read: Vec<Exception<'a>>,
    current: Exception<'a>,
    /// A line that is a function when a file follows, and a message otherwise.
    held: Option<&'a str>,
    goroutines: usize,
    done: bool,
    /// Where the message began that is being read.
    text: Option<&'a str>,
    created: bool,
    /// A file whose function stands on the next line.
    path: Option<&'a str>,
    /// The next line is the message.
    awaits: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        let text = unindented(line);
        if text.len() < line.len() {
            if let Some(path) = self.path.take() {
                self.called(text, path);
                return;
            }
            if let Some(path) = file(text) {
                self.file(path);
                return;
            }
        }
        if let Some(path) = traced(text) {
            self.path = Some(path);
            if let Some(held) = self.held.take() {
                self.said(held);
            }
            return;
        }
        if let Some(held) = self.held.take() {
            self.said(held);
        }
        if let Some(message) = text.strip_prefix("panic: ").or_else(|| if self.goroutines == 0 { served(text) } else { None }) {
            self.panicked(line, "panic", message);
        } else if text.trim_end().ends_with("panic recovered:") {
            self.flush();
            self.current = Exception::new("panic", "");
            self.awaits = true;
        } else if let Some(message) = text.strip_prefix("fatal error: ") {
            self.panicked(line, "fatal error", message);
        } else if text.trim_end() == "runtime stack:" {
            self.text = None;
        } else if text.starts_with("goroutine ") && text.has(" [") && text.trim_end().ends_with(':') {
            self.goroutines += 1;
            self.text = None;
            // The others only wait.
            self.done = self.goroutines > 1;
        } else if text.is_empty() || text.starts_with("[signal ") || text.starts_with("exit status ") || text.starts_with("[originating from") {
            if !text.starts_with('[') && self.goroutines > 0 && !self.current.frames.is_empty() {
                self.done = true;
            }
        } else {
            self.held = Some(text);
        }
    }

    fn panicked(&mut self, line: &'a str, kind: &'a str, message: &'a str) {
        let message = message.trim_end();
        let again = line.len() > unindented(line).len();
        let bare = message.strip_suffix("[recovered, repanicked]").or_else(|| message.strip_suffix("[recovered]")).unwrap_or(message).trim_end();
        self.text = None;
        if again && !self.current.is_empty() {
            // What was thrown again after it had been caught is the same, or wraps it.
            if self.current.message != bare {
                let inner = std::mem::replace(&mut self.current, Exception::new(kind, bare));
                self.read.push(inner);
            }
            return;
        }
        // What stood before was no error but a word about it.
        if self.current.kind.is_empty() && self.current.frames.is_empty() {
            self.current = Exception::default();
        }
        self.flush();
        self.current = Exception::new(kind, bare);
        self.text = Some(message);
    }

    /// The file of a frame: the line before is its function.
    fn file(&mut self, path: &'a str) {
        let Some(held) = self.held.take() else { return };
        let function = held.trim_end();
        if let Some(creator) = function.strip_prefix("created by ") {
            let creator = creator.split(" in goroutine ").next().unwrap_or(creator);
            self.created = true;
            self.frame(creator, path);
            return;
        }
        // Arguments stand behind the last opening parenthesis; receivers, `(*Store)`, are followed by a dot.
        let name = match function.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
            Some(at) => function.get(..at).unwrap_or(function),
            None => function,
        };
        if name == "panic" || name == "runtime.gopanic" {
            // What was called since then only deals with it.
            self.current.frames.clear();
            if self.current.kind.is_empty() {
                self.current.kind = Cow::Borrowed("panic");
            }
            return;
        }
        self.frame(name, path);
    }

    /// The function of a file that stood on the line before, with its source: `GetOrder: return order.Customer.Name`.
    fn called(&mut self, text: &'a str, path: &'a str) {
        let name = text.cut_at(": ").map_or(text, |(name, _)| name).trim_end();
        if matches!(name, "panicmem" | "gopanic" | "goPanicIndex" | "sigpanic" | "panicdivide") {
            self.current.frames.clear();
            return;
        }
        let module = place::stem(path);
        let own = is_in_app(module, path);
        self.current.outwards(Frame::new(Language::Go, module, without_numbers(name), own));
    }

    fn frame(&mut self, name: &'a str, path: &'a str) {
        if name.contains(' ') {
            return;
        }
        let (package, function) = split(name);
        let own = is_in_app(package, path);
        self.current.outwards(Frame::new(Language::Go, package, function, own));
    }

    /// A line that is no frame: the message, or more of it.
    fn said(&mut self, text: &'a str) {
        if std::mem::take(&mut self.awaits) {
            self.current.message = Cow::Borrowed(cut(text, MAX_MESSAGE_BYTES));
            return;
        }
        if self.goroutines > 0 {
            return;
        }
        if self.current.kind.is_empty() && !self.current.frames.is_empty() && self.read.len() < MAX_EXCEPTIONS {
            self.flush();
        }
        if let Some(first) = self.text {
            self.current.message = Cow::Borrowed(cut(self.lines.between(first, text), MAX_MESSAGE_BYTES));
        } else if self.current.kind.is_empty() {
            // What is logged before the error may have several lines: the error's own is the last.
            self.current = Exception::new("", text);
        }
    }

    fn flush(&mut self) {
        let current = std::mem::take(&mut self.current);
        self.text = None;
        if !current.is_empty() {
            self.read.push(current);
        }
    }

    fn end(mut self) -> Vec<Exception<'a>> {
        if let Some(held) = self.held.take()
            && !self.created
        {
            self.said(held);
        }
        self.flush();
        // One stack for a panic that was thrown again: it is where the first one was.
        if self.read.len() > 1
            && let (Some(frames), Some(first)) = (self.read.last_mut().map(|last| std::mem::take(&mut last.frames)), self.read.first_mut())
        {
            if first.frames.is_empty() {
                first.frames = frames;
            } else if let Some(last) = self.read.last_mut() {
                last.frames = frames;
            }
        }
        self.read
    }
}

/// A file as gin's recovery writes it, before the line with the function: `/build/order.go:31 (0x7a1c45)`.
pub(super) fn traced(text: &str) -> Option<&str> {
    if !text.starts_with('/') {
        return None;
    }
    let (_, address) = text.trim_end().strip_suffix(')')?.cut_at(" (0x")?;
    address.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| file(text)).flatten()
}

/// What `net/http` logs of a panic it caught: `2026/11/23 10:14:02 http: panic serving 10.0.3.9:51514: MESSAGE`.
fn served(text: &str) -> Option<&str> {
    let at = text.at("http: panic serving ")?;
    text.get(at + "http: panic serving ".len()..)?.cut_at(": ").map(|(_, message)| message)
}

/// `/app/store.go:12 +0x1d`
pub(super) fn file(text: &str) -> Option<&str> {
    let place = memchr::memchr(b' ', text.as_bytes()).map_or(text, |at| text.get(..at).unwrap_or(text));
    let path = place::without_position(place);
    let compiled = path.len() < place.len() && matches!(place::ending(path), "go" | "s");
    compiled.then_some(path)
}

/// Package, and function with its receiver: `github.com/shop/app/store` and `(*Store).Get`. Of functions in functions the numbers go: `main.run.func2.1`
/// is `run.func`.
fn split(name: &str) -> (&str, &str) {
    let folder = name.rfind('/').map_or(0, |at| at + 1);
    let dot = name.get(folder..).and_then(|last| last.find('.')).map(|at| folder + at);
    let (package, function) = match dot {
        Some(at) => (name.get(..at).unwrap_or_default(), name.get(at + 1..).unwrap_or_default()),
        None => ("", name),
    };
    (package, without_numbers(function))
}

fn without_numbers(function: &str) -> &str {
    if !function.bytes().next_back().is_some_and(|byte| byte.is_ascii_digit()) {
        return function;
    }
    for mark in [".func", ".gowrap", ".deferwrap"] {
        if let Some(at) = function.find(mark)
            && function.get(at + mark.len()..).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')))
        {
            return function.get(..at + mark.len()).unwrap_or(function);
        }
    }
    function
}

fn is_in_app(package: &str, path: &str) -> bool {
    if path.has("/pkg/mod/") || path.contains('@') || place::is_under(path, &ROOTS, &FOLDERS) {
        return false;
    }
    // Paths may have been trimmed from the program; then the name of the package is in the path.
    let first = package.split('/').next().unwrap_or(package);
    let standard = !first.contains('.') && STANDARD.hold(first);
    !standard || package == "main" || (path.starts_with('/') && !path.starts_with("/src/") && !is_goroot(package, path))
}

/// A toolchain of its own: the standard library's files are under `src/` and the package's own name.
fn is_goroot(package: &str, path: &str) -> bool {
    place::behind(path, "/src/").is_some_and(|inner| inner.starts_with(package))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_taken_apart() {
        for (name, package, function) in [
            ("main.main", "main", "main"),
            ("main.(*Store).Get", "main", "(*Store).Get"),
            ("github.com/shop/app/store.(*Store).Get", "github.com/shop/app/store", "(*Store).Get"),
            ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml%2ev3", "Unmarshal"),
            ("main.run.func2.1", "main", "run.func"),
            ("net/http.HandlerFunc.ServeHTTP", "net/http", "HandlerFunc.ServeHTTP"),
        ] {
            assert_eq!(split(name), (package, function), "{name}");
        }
    }

    #[test]
    fn own_code_is_told_by_its_path() {
        for (package, path, own) in [
            ("main", "/app/main.go", true),
            ("shop/orders", "/build/orders/save.go", true),
            ("net/http", "/usr/local/go/src/net/http/server.go", false),
            ("net/http", "/nix/store/x/share/go/src/net/http/server.go", false),
            ("runtime", "runtime/panic.go", false),
            ("github.com/gin-gonic/gin", "/root/go/pkg/mod/github.com/gin-gonic/gin@v1.9/gin.go", false),
            ("github.com/gin-gonic/gin", "github.com/gin-gonic/gin@v1.9/gin.go", false),
            ("github.com/shop/app", "github.com/shop/app/main.go", true),
        ] {
            assert_eq!(is_in_app(package, path), own, "{path}");
        }
    }
}
