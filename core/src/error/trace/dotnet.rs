//! .NET: `Exception.ToString`.
//!
//! ```text
//! Unhandled exception. System.InvalidOperationException: outer
//!  ---> System.IO.IOException: inner
//!    at Shop.Db.<FetchAsync>d__5.MoveNext() in /src/Db.cs:line 12
//!    --- End of inner exception stack trace ---
//!    at Shop.Orders.<>c__DisplayClass3_0.<Place>b__0(String id)
//! --- End of stack trace from previous location ---
//!  ---> (Inner Exception #1) System.TimeoutException: second
//!    at Shop.Db.Ping()<---
//! ```
//!
//! Headers stand outermost first, frames innermost first: each end of an inner stack closes the exception that was opened last.

use super::{
    Exception, Frame, Language, MAX_EXCEPTIONS, Role, header,
    lines::{Lines, unindented},
    place,
    search::{Search as _, Words},
    set_message,
};

/// Namespaces that are not the application's.
static LIBRARIES: Words = Words::of(&[
    "Amazon",
    "AutoMapper",
    "Autofac",
    "Azure",
    "Castle",
    "Dapper",
    "FluentValidation",
    "Google",
    "Grpc",
    "Hangfire",
    "Humanizer",
    "MassTransit",
    "MediatR",
    "Microsoft",
    "MongoDB",
    "MySql",
    "NLog",
    "Newtonsoft",
    "Npgsql",
    "Polly",
    "Quartz",
    "RabbitMQ",
    "Serilog",
    "StackExchange",
    "Stripe",
    "Swashbuckle",
    "System",
]);

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut reader = Reader { lines: lines.clone(), open: Vec::new(), read: Vec::new(), header: None, group: false };
    for line in lines {
        reader.line(line);
    }
    reader.end()
}

struct Reader<'a> {
    lines: Lines<'a>,
    /// Exceptions whose frames have not come yet, the innermost last.
    open: Vec<Exception<'a>>,
    read: Vec<Exception<'a>>,
    /// Where the message of the header begins whose frames are expected.
    header: Option<&'a str>,
    group: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        let text = unindented(line).trim_end();
        if text.starts_with("--- End of inner exception stack trace") {
            self.close();
            return;
        }
        if text.starts_with("--- ") || text.is_empty() {
            return;
        }
        let (body, ends) = text.strip_suffix("<---").map_or((text, false), |body| (body, true));
        if let Some(frame) = frame(body) {
            self.header = None;
            if self.open.is_empty() {
                self.open.push(Exception::default());
            }
            if let Some(exception) = self.open.last_mut() {
                exception.outwards(frame);
            }
        } else if let Some(inner) = body.strip_prefix("---> ") {
            self.inner(inner);
        } else if let Some(message) = self.header {
            self.message(message, line);
        } else if self.open.is_empty() {
            self.headers(body);
        }
        if ends {
            self.close();
        }
    }

    /// `A: m ---> B: n ---> C`: the older form, on one line.
    fn headers(&mut self, text: &'a str) {
        for (index, part) in text.split(" ---> ").enumerate() {
            let found = if index == 0 { header::find(part).or_else(|| head(part).filter(|(kind, _)| kind.contains('.'))) } else { head(part) };
            if let Some((kind, message)) = found {
                self.push(kind, message);
            }
        }
    }

    fn inner(&mut self, text: &'a str) {
        // `(Inner Exception #0) …`: the first one has been told already, as the group's inner exception.
        if let Some((_, member)) = text.strip_prefix("(Inner Exception #").and_then(|text| text.cut_at(") ")) {
            self.group = true;
            self.headers(member);
            if let Some(last) = self.open.last_mut() {
                last.role = Role::Member;
            }
            return;
        }
        for part in text.split(" ---> ") {
            if let Some((kind, message)) = head(part) {
                self.push(kind, message);
            }
        }
    }

    fn push(&mut self, kind: &'a str, message: &'a str) {
        if self.open.len() < MAX_EXCEPTIONS {
            self.open.push(Exception::new(kind, message));
            self.header = Some(message);
        }
    }

    fn message(&mut self, message: &'a str, line: &'a str) {
        set_message(&mut self.open, &self.lines, message, line);
    }

    fn close(&mut self) {
        self.header = None;
        let Some(closed) = self.open.pop() else { return };
        if closed.role == Role::Member
            && let Some(told) = self.read.iter_mut().find(|told| told.kind == closed.kind && told.message == closed.message)
        {
            told.role = Role::Member;
            return;
        }
        if self.read.len() < MAX_EXCEPTIONS {
            self.read.push(closed);
        }
    }

    fn end(mut self) -> Vec<Exception<'a>> {
        // The first member of a group is told as its inner exception.
        let members = self.read.iter().position(|read| read.role == Role::Member).unwrap_or(self.read.len());
        if let Some(first) = self.group.then(|| members.checked_sub(1)).flatten().and_then(|at| self.read.get_mut(at)) {
            first.role = Role::Member;
        }
        while let Some(mut open) = self.open.pop() {
            if self.group && self.open.is_empty() {
                open.role = Role::Group;
            }
            self.read.push(open);
        }
        self.read
    }
}

/// Kind and message; of a `SocketException (111): …` the number is no part of the name.
fn head(text: &str) -> Option<(&str, &str)> {
    header::placed(text).or_else(|| {
        let (kind, rest) = text.cut_at(" (")?;
        let (number, message) = rest.cut_at("): ")?;
        (header::is_identifier(kind) && number.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some((kind, message))
    })
}

/// `at Shop.Orders.Place(String id) in /src/Orders.cs:line 12`
pub(super) fn frame(line: &str) -> Option<Frame<'_>> {
    let text = line.strip_prefix("at ")?;
    let (signature, file) = text.cut_at(" in ").map_or((text, ""), |(signature, file)| (signature, file));
    let inner = signature.trim_end().strip_suffix(')')?;
    let open = inner.find('(').filter(|&at| at > 0)?;
    let (name, arguments) = (inner.get(..open)?, inner.get(open + 1..)?);
    // Java and JavaScript write a place there; .NET types and names, in pairs.
    let typed = arguments.is_empty() || (arguments.contains(' ') && !arguments.contains(':'));
    if !typed || name.contains(' ') && !name.contains('[') || !name.contains('.') || (!file.is_empty() && !file.has(":line ")) {
        return None;
    }
    // `at foo(bar)` of a sentence has no namespace; a method of Java no arguments without a place.
    let (module, function) = split(name)?;
    let own = !is_library(module) && !place::is_under(file, &["/_/src/", "/_/"], &Words::NONE);
    Some(Frame::new(Language::Dotnet, module, function, own))
}

/// Type and method, without what the compiler makes of async methods, lambdas and local functions.
fn split(name: &str) -> Option<(&str, &str)> {
    // `<FetchAsync>d__5.MoveNext`, `<>c__DisplayClass3_0.<Place>b__0`, `<>c.<Place>b__2_0`, `<Main>g__Local|0_0`
    if let Some(at) = name.at(".<").or_else(|| name.at("+<")) {
        let class = name.get(..at)?;
        let mut rest = name.get(at + 1..)?;
        // The last of the made-up names tells the method, or the local function in it.
        while let Some(next) = rest.at(".<").or_else(|| rest.at("+<")) {
            if rest.get(next + 2..).is_some_and(|inner| inner.starts_with('>')) {
                break;
            }
            rest = rest.get(next + 1..)?;
        }
        let (method, made) = rest.trim_start_matches('<').split_once('>')?;
        let local = made.strip_prefix("g__").and_then(|local| local.split('|').next());
        let method = local.unwrap_or(method);
        if !method.is_empty() {
            return Some((class, without_parameters(method)));
        }
        return Some((class, without_parameters(rest.rsplit('.').next().unwrap_or(rest))));
    }
    let bare = without_parameters(name);
    // `.ctor` and `.cctor` begin with a dot of their own.
    for constructor in ["..ctor", "..cctor"] {
        if let Some(class) = bare.strip_suffix(constructor) {
            return Some((class, constructor.get(1..)?));
        }
    }
    bare.rsplit_once('.')
}

/// `Get[T]` is Get.
fn without_parameters(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

fn is_library(class: &str) -> bool {
    LIBRARIES.hold(class.split('.').next().unwrap_or(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_names_are_read_as_they_were_written() {
        for (line, class, method, own) in [
            ("at Shop.Orders.Place(String id) in /src/Orders.cs:line 12", "Shop.Orders", "Place", true),
            ("at Shop.Orders.Place()", "Shop.Orders", "Place", true),
            ("at Shop.Db.<FetchAsync>d__5.MoveNext() in C:\\src\\Db.cs:line 12", "Shop.Db", "FetchAsync", true),
            ("at Shop.Orders.<>c__DisplayClass3_0.<Place>b__0(String id)", "Shop.Orders", "Place", true),
            ("at Shop.Orders.<>c__DisplayClass3_0.<<Place>b__0>d.MoveNext()", "Shop.Orders", "Place", true),
            ("at Shop.Orders.<>c.<Place>b__2_0(Int32 n)", "Shop.Orders", "Place", true),
            ("at Program.<Main>$(String[] args) in /app/Program.cs:line 3", "Program", "Main", true),
            ("at Shop.Orders.<Place>g__Check|3_0(Int32 n)", "Shop.Orders", "Check", true),
            ("at Shop.Repo`1.Get[T](Int32 id)", "Shop.Repo`1", "Get", true),
            ("at Shop.Order..ctor(String id)", "Shop.Order", ".ctor", true),
            (
                "at System.Runtime.CompilerServices.TaskAwaiter.HandleNonSuccess(Task task)",
                "System.Runtime.CompilerServices.TaskAwaiter",
                "HandleNonSuccess",
                false,
            ),
            ("at lambda_method1(Closure , Object , Object[] )", "", "", false),
        ] {
            match frame(line) {
                Some(read) => assert_eq!((read.module.as_ref(), read.function.as_ref(), read.in_app), (class, method, own), "{line}"),
                None => assert_eq!(class, "", "{line}"),
            }
        }
        for line in ["at foo(bar)", "at com.shop.A.b(A.java:1)", "at f (/a.js:1:2)", "at noon"] {
            assert!(frame(line).is_none(), "{line}");
        }
        assert!(LIBRARIES.is_sorted());
    }
}
