//! Python: tracebacks, chained and in groups.
//!
//! ```text
//! Traceback (most recent call last):
//!   File "/var/task/app/db.py", line 12, in fetch
//!     return self.rows[key]
//!   [Previous line repeated 994 more times]
//! KeyError: 'id'
//!
//! The above exception was the direct cause of the following exception:
//!
//! Traceback (most recent call last):
//!   …
//! app.errors.OrderNotFound: 7
//! ```
//!
//! The root cause stands first, and in a traceback the frame nearest the throw last. An exception group stands before its members, which have a
//! margin: `+-+---------------- 1 ----------------`, then lines that begin with `|`. Source: `traceback.TracebackException.format`.

use super::{
    Exception, Frame, Language, Role, header,
    lines::{Lines, unindented},
    place,
    search::{Search as _, Words},
};

/// Where no code of the application is: the interpreter, a layer's packages.
const ROOTS: [&str; 8] = ["/usr/lib", "/usr/local/lib", "/var/lang/", "/var/runtime", "/opt/python/", "/opt/conda/", "/opt/homebrew/", "<frozen "];

/// Folders of installed packages.
static FOLDERS: Words = Words::of(&["site-packages", "dist-packages", ".venv", "python_runtime"]);

/// Packages that are bundled beside a function's own code, at the top of `/var/task/`.
static BUNDLED: Words = Words::of(&[
    "aiohttp",
    "aiobotocore",
    "anyio",
    "asyncpg",
    "aws_lambda_powertools",
    "aws_xray_sdk",
    "awslambdaric",
    "boto3",
    "botocore",
    "certifi",
    "click",
    "cryptography",
    "dateutil",
    "django",
    "fastapi",
    "flask",
    "grpc",
    "httpcore",
    "httpx",
    "jinja2",
    "jmespath",
    "jwt",
    "mangum",
    "marshmallow",
    "mysql",
    "numpy",
    "opentelemetry",
    "pandas",
    "psycopg",
    "psycopg2",
    "pydantic",
    "pymongo",
    "pymysql",
    "redis",
    "requests",
    "s3transfer",
    "skywarden",
    "sqlalchemy",
    "starlette",
    "structlog",
    "urllib3",
    "werkzeug",
]);

/// Where a function's code lies.
const TASK: &str = "/var/task/";

/// Longest name of an exception group's members' margin: groups nest no deeper than there is room for margins.
const MAX_GROUPS: usize = 16;

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut reader = Reader {
        lines: lines.clone(),
        read: Vec::new(),
        groups: Vec::new(),
        current: Exception::default(),
        state: State::Before,
        above: None,
        fatal: None,
        done: false,
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
    /// Groups whose members are being read, the outermost first.
    groups: Vec<Exception<'a>>,
    current: Exception<'a>,
    state: State<'a>,
    /// A header that stands above its traceback, as Lambda's runtime writes it.
    above: Option<(&'a str, &'a str)>,
    /// The message of an error of the interpreter, whose frames stand nearest first.
    fatal: Option<&'a str>,
    done: bool,
}

#[derive(Clone, Copy)]
enum State<'a> {
    /// Nothing of an exception yet.
    Before,
    /// Among frames.
    Frames,
    /// Behind the line that names the exception, whose message may go on.
    Message(&'a str),
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        let margin = Margin::of(line);
        let text = margin.rest;
        if let Some(rule) = margin.rule {
            self.rule(rule);
            return;
        }
        let bare = unindented(text);
        if let Some(frame) = frame(bare) {
            if !matches!(self.state, State::Frames) {
                self.flush();
                self.state = State::Frames;
            }
            if self.fatal.is_some() {
                self.current.outwards(frame);
            } else {
                self.current.inwards(frame);
            }
            return;
        }
        if let Some(message) = bare.strip_prefix("Fatal Python error: ") {
            self.fatal = Some(message);
            return;
        }
        if self.fatal.is_some() && bare.ends_with("(most recent call first):") {
            // Of other threads, only the current one counts.
            self.done = !self.current.frames.is_empty();
            return;
        }
        if bare.ends_with("(most recent call last):") {
            self.flush();
            self.state = State::Frames;
            return;
        }
        if bare.starts_with("During handling of the above exception") || bare.starts_with("The above exception was the direct cause") {
            self.flush();
            return;
        }
        match self.state {
            State::Before => {
                if !self.groups.is_empty() {
                    // A member without a traceback.
                    self.named(text);
                } else if self.read.is_empty() && !bare.is_empty() {
                    self.above = header::find(bare).or(self.above);
                }
            }
            State::Frames => {
                let indented = text.len() > bare.len() && margin.is_none || text.len() > bare.len() + 1;
                if !indented && !bare.is_empty() {
                    self.named(text);
                }
            }
            State::Message(first) => {
                if margin.is_none && !bare.is_empty() {
                    let whole = self.lines.between(first, line);
                    self.current.message = std::borrow::Cow::Borrowed(super::lines::cut(whole, super::MAX_MESSAGE_BYTES));
                }
            }
        }
    }

    /// The line that names the exception.
    fn named(&mut self, text: &'a str) {
        let text = unindented(text);
        if let Some((kind, message)) = header::placed(text) {
            let frames = std::mem::take(&mut self.current.frames);
            self.current = Exception { frames, ..Exception::new(kind, message) };
            if !self.groups.is_empty() {
                self.current.role = Role::Member;
            }
            self.state = State::Message(message);
        }
    }

    /// A line of the margin: a member begins, or the group ends.
    fn rule(&mut self, rule: Rule) {
        match rule {
            Rule::First if self.groups.len() < MAX_GROUPS => {
                self.current.inwards_end();
                let mut group = std::mem::take(&mut self.current);
                if group.is_empty() {
                    group = self.read.pop().unwrap_or_default();
                }
                group.role = Role::Group;
                self.groups.push(group);
            }
            Rule::First | Rule::Next => self.flush(),
            Rule::End => {
                self.flush();
                self.read.extend(self.groups.pop());
            }
        }
        self.state = State::Before;
    }

    fn flush(&mut self) {
        self.current.inwards_end();
        let current = std::mem::take(&mut self.current);
        if !current.is_empty() {
            self.read.push(current);
        }
        self.state = State::Before;
    }

    fn end(mut self) -> Vec<Exception<'a>> {
        if let Some(message) = self.fatal {
            let frames = std::mem::take(&mut self.current.frames);
            return vec![Exception { frames, ..Exception::new("Fatal Python error", message) }];
        }
        self.flush();
        while let Some(group) = self.groups.pop() {
            self.read.push(group);
        }
        if let (Some((kind, message)), Some(last)) = (self.above, self.read.last_mut())
            && last.kind.is_empty()
        {
            let frames = std::mem::take(&mut last.frames);
            *last = Exception { frames, role: last.role, ..Exception::new(kind, message) };
        }
        self.read
    }
}

/// What stands before a line of an exception group.
struct Margin<'a> {
    rest: &'a str,
    rule: Option<Rule>,
    is_none: bool,
}

#[derive(Clone, Copy)]
enum Rule {
    /// `+-+---------------- 1 ----------------`
    First,
    /// `+---------------- 2 ----------------`
    Next,
    /// `+------------------------------------`
    End,
}

impl<'a> Margin<'a> {
    fn of(line: &'a str) -> Self {
        let text = unindented(line);
        match text.as_bytes() {
            [b'|', ..] | [b'+', b' ', ..] if line.len() > text.len() => Self { rest: text.get(1..).unwrap_or_default(), rule: None, is_none: false },
            [b'+', b'-', rest @ ..] => {
                let rule = if rest.starts_with(b"+-") {
                    Rule::First
                } else if rest.contains(&b' ') {
                    Rule::Next
                } else {
                    Rule::End
                };
                Self { rest: "", rule: Some(rule), is_none: false }
            }
            _ => Self { rest: line, rule: None, is_none: true },
        }
    }
}

/// `File "/var/task/app/db.py", line 12, in fetch`
pub(super) fn frame(line: &str) -> Option<Frame<'_>> {
    let rest = line.strip_prefix("File \"")?;
    let quote = memchr::memchr(b'"', rest.as_bytes())?;
    let path = rest.get(..quote)?;
    let rest = rest.get(quote + 1..)?.strip_prefix(", line ")?;
    let function = rest.at(" in ").and_then(|at| rest.get(at + 4..)).unwrap_or_default().trim_end();
    Some(Frame::new(Language::Python, module(path), function, is_in_app(path)))
}

fn is_in_app(path: &str) -> bool {
    if place::is_under(path, &ROOTS, &FOLDERS) || (path.starts_with('<') && path != "<stdin>") {
        return false;
    }
    let bundled = path.strip_prefix(TASK).and_then(|path| path.split_once('/'));
    !bundled.is_some_and(|(package, _)| BUNDLED.hold(package))
}

/// The module of a file: of an installed package with its package, of the application's own code the name of the file, since its folders are
/// those of a build or a machine.
fn module(path: &str) -> &str {
    let installed = place::behind(path, "-packages/").or_else(|| {
        let path = path.strip_prefix(TASK)?;
        BUNDLED.hold(path.split_once('/')?.0).then_some(path)
    });
    if path.starts_with('<') {
        return path;
    }
    let module = place::without_ending(installed.unwrap_or_else(|| place::file_name(path)));
    match module {
        // A package is named by its folder.
        "__init__" | "__main__" => path
            .strip_suffix(place::file_name(path))
            .map(|folder| place::file_name(folder.trim_end_matches(['/', '\\'])))
            .filter(|folder| !folder.is_empty())
            .unwrap_or(module),
        _ => module.strip_suffix("/__init__").unwrap_or(module),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(text: &str) -> Vec<(String, String, Role, Vec<String>)> {
        read(Lines::new(text))
            .into_iter()
            .map(|e| (e.kind.into_owned(), e.message.into_owned(), e.role, e.frames.iter().map(|f| format!("{}.{}", f.module, f.function)).collect()))
            .collect()
    }

    #[test]
    fn members_of_a_group_come_before_it() {
        let text = "  + Exception Group Traceback (most recent call last):
  |   File \"/app/a.py\", line 3, in run
  |     raise ExceptionGroup(\"many\", errors)
  | ExceptionGroup: many (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File \"/app/b.py\", line 3, in one
    |     int('x')
    | ValueError: bad
    +---------------- 2 ----------------
    | TypeError: worse
    +------------------------------------";
        let read = summary(text);
        assert_eq!(
            read,
            [
                ("ValueError".into(), "bad".into(), Role::Member, vec!["b.one".into()]),
                ("TypeError".into(), "worse".into(), Role::Member, vec![]),
                ("ExceptionGroup".into(), "many (2 sub-exceptions)".into(), Role::Group, vec!["a.run".into()]),
            ]
        );
    }

    #[test]
    fn modules_do_not_depend_on_the_build() {
        for (path, expected, own) in [
            ("/var/task/app/db.py", "db", true),
            ("/home/ann/build/app/db.py", "db", true),
            ("/var/lang/lib/python3.12/site-packages/botocore/client.py", "botocore/client", false),
            ("/var/task/botocore/client.py", "botocore/client", false),
            ("/app/.venv/lib/python3.12/site-packages/starlette/routing.py", "starlette/routing", false),
            ("/usr/lib/python3/dist-packages/flask/__init__.py", "flask", false),
            ("/srv/orders/__init__.py", "orders", true),
            ("/usr/local/lib/python3.12/asyncio/runners.py", "runners", false),
            ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>", false),
            ("C:\\work\\app\\db.py", "db", true),
        ] {
            assert_eq!((module(path), is_in_app(path)), (expected, own), "{path}");
        }
    }
}
