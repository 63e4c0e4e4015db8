//! Java, Kotlin, Scala, Groovy: `Throwable.printStackTrace`, logback and log4j.
//!
//! ```text
//! Exception in thread "main" com.shop.OrderException: outer
//!         at com.shop.Orders.place(Orders.java:12)
//!         at java.base/java.lang.Thread.run(Thread.java:840)
//!         Suppressed: java.io.IOException: close
//!                 at com.shop.Db.close(Db.java:3)
//! Caused by: java.sql.SQLException: inner
//!         at com.shop.Db.fetch(Db.java:7)
//!         ... 2 more
//! ```
//!
//! The outermost exception stands first, with `%rEx` of logback the root cause, and then `Wrapped by:`. Lambda's runtime lists frames without `at`.

use std::borrow::Cow;

use super::{
    Exception, Frame, Language, Role, bound_outermost_first, header,
    lines::{Lines, unindented},
    push_frame,
    search::{Search as _, Words, begins_with_any},
    set_message,
};

/// Packages that are not the application's, by the first part of their name.
static LIBRARIES: Words = Words::of(&[
    "akka",
    "android",
    "androidx",
    "brave",
    "clojure",
    "dagger",
    "dalvik",
    "feign",
    "graphql",
    "groovy",
    "jakarta",
    "java",
    "javax",
    "jdk",
    "junit",
    "kotlin",
    "kotlinx",
    "lambdainternal",
    "okhttp3",
    "okio",
    "oracle",
    "reactor",
    "retrofit2",
    "scala",
    "sun",
]);

/// Those whose first part is others' too, by their second part.
static SHARED: [(&str, Words); 7] = [
    ("ch", Words::of(&["qos"])),
    (
        "com",
        Words::of(&[
            "amazonaws",
            "android",
            "codahale",
            "fasterxml",
            "google",
            "intellij",
            "microsoft",
            "mongodb",
            "mysql",
            "newrelic",
            "rabbitmq",
            "squareup",
            "stripe",
            "sun",
            "twitter",
            "zaxxer",
        ]),
    ),
    (
        "io",
        Words::of(&[
            "dropwizard",
            "grpc",
            "helidon",
            "jsonwebtoken",
            "ktor",
            "lettuce",
            "micrometer",
            "micronaut",
            "netty",
            "opentelemetry",
            "quarkus",
            "r2dbc",
            "reactivex",
            "sentry",
            "smallrye",
            "undertow",
            "vertx",
        ]),
    ),
    ("net", Words::of(&["bytebuddy", "javacrumbs", "logstash", "sf"])),
    (
        "org",
        Words::of(&[
            "apache",
            "codehaus",
            "eclipse",
            "elasticsearch",
            "flywaydb",
            "glassfish",
            "h2",
            "hibernate",
            "jboss",
            "jetbrains",
            "jooq",
            "junit",
            "mariadb",
            "mockito",
            "mongodb",
            "postgresql",
            "quartz",
            "reactivestreams",
            "redisson",
            "slf4j",
            "springframework",
            "xerial",
        ]),
    ),
    ("redis", Words::of(&["clients"])),
    ("software", Words::of(&["amazon"])),
];

/// Libraries whose first two parts are those of a hosting site.
const HOSTED: [&str; 3] = ["com.github.benmanes.", "io.github.bucket4j.", "io.github.resilience4j."];

/// Where in the name of a class the part begins that a library made up: proxies, enhanced classes, lambdas.
const GENERATED: [&str; 6] = ["$$", "$HibernateProxy$", "$ByteBuddy$", "$MockitoMock$", "$Proxy", "_$$_"];

/// Endings of files of source.
static ENDINGS: Words = Words::of(&["java", "kt", "scala", "groovy", "clj", "kts"]);

/// Classes the virtual machine numbers.
const NUMBERED: [&str; 4] = ["GeneratedMethodAccessor", "GeneratedConstructorAccessor", "GeneratedSerializationConstructorAccessor", "LambdaForm$"];

/// Reads the exceptions of a text.
pub(super) fn read(lines: Lines<'_>) -> Vec<Exception<'_>> {
    let mut reader =
        Reader { lines: lines.clone(), chain: Vec::new(), suppressed: Vec::new(), in_suppressed: None, header: None, embedded: false, root_first: false };
    for line in lines {
        reader.line(line);
    }
    reader.end()
}

struct Reader<'a> {
    lines: Lines<'a>,
    /// As they stand: the outermost first.
    chain: Vec<Exception<'a>>,
    suppressed: Vec<Exception<'a>>,
    /// How far the suppressed exception is indented that is being read.
    in_suppressed: Option<usize>,
    /// The header whose frames are expected, and where its message begins.
    header: Option<(&'a str, &'a str)>,
    /// The header is the end of a line that says more.
    embedded: bool,
    root_first: bool,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        let text = unindented(line);
        if let Some(frame) = frame(text) {
            self.frame(frame);
            return;
        }
        let indentation = line.len() - text.len();
        if let Some(cause) = text.strip_prefix("Caused by: ") {
            // The cause of a suppressed exception is indented as that one is.
            if self.in_suppressed.is_some_and(|depth| indentation < depth) {
                self.in_suppressed = None;
            }
            self.open(cause);
        } else if let Some(wrapper) = text.strip_prefix("Wrapped by: ") {
            self.root_first = true;
            self.open(wrapper);
        } else if let Some(suppressed) = text.strip_prefix("Suppressed: ") {
            self.in_suppressed = Some(indentation.max(1));
            self.open(suppressed);
        } else if is_rest(text) || text.starts_with("java.lang.Thread.State: ") {
        } else if let Some((_, message)) = self.header {
            // A line that names an exception at its end is followed by the exception's own.
            match header::placed(text).filter(|(kind, _)| self.embedded && header::is_name(kind)) {
                Some((kind, message)) => {
                    self.chain.clear();
                    self.embedded = false;
                    self.push(kind, message);
                }
                None => self.message(message, line),
            }
        } else if self.chain.is_empty()
            && let Some((kind, message)) = header::find(text).or_else(|| header::placed(text).filter(|(kind, _)| kind.contains('.')))
        {
            self.embedded = !text.starts_with(kind);
            self.push(kind, message);
        }
    }

    fn open(&mut self, text: &'a str) {
        let (kind, message) = header::placed(text).unwrap_or(("", text.trim_end()));
        self.push(kind, message);
    }

    fn push(&mut self, kind: &'a str, message: &'a str) {
        self.header = Some((kind, message));
        let exception = Exception::new(kind, message);
        if self.in_suppressed.is_some() {
            if self.suppressed.len() < super::MAX_EXCEPTIONS {
                self.suppressed.push(Exception { role: Role::Suppressed, ..exception });
            }
            return;
        }
        self.chain.push(exception);
        if !self.root_first {
            bound_outermost_first(&mut self.chain);
        }
    }

    /// A message of several lines goes on up to the first frame.
    fn message(&mut self, message: &'a str, line: &'a str) {
        let list = if self.in_suppressed.is_some() { &mut self.suppressed } else { &mut self.chain };
        set_message(list, &self.lines, message, line);
    }

    fn frame(&mut self, frame: Frame<'a>) {
        self.header = None;
        let list = if self.in_suppressed.is_some() { &mut self.suppressed } else { &mut self.chain };
        push_frame(list, frame);
    }

    fn end(mut self) -> Vec<Exception<'a>> {
        if !self.root_first {
            self.chain.reverse();
        }
        self.chain.append(&mut self.suppressed);
        self.chain
    }
}

/// `... 12 more`, `... 12 common frames omitted`, `[CIRCULAR REFERENCE: …]`
fn is_rest(text: &str) -> bool {
    text.starts_with("... ") || text.starts_with("[CIRCULAR REFERENCE")
}

/// `at java.base/java.lang.Thread.run(Thread.java:840) ~[na:na]`; also without `at`.
pub(super) fn frame(line: &str) -> Option<Frame<'_>> {
    let bare = line.strip_prefix("at ");
    let text = bare.unwrap_or(line);
    let open = memchr::memchr(b'(', text.as_bytes())?;
    let name = text.get(..open)?;
    let place = text.get(open + 1..)?;
    let place = place.get(..memchr::memchr(b')', place.as_bytes())?)?;
    let sure = bare.is_some() || name.bytes().filter(|byte| *byte == b'.').count() > 1;
    if !is_place(place, sure) || memchr::memchr(b' ', name.as_bytes()).is_some() {
        return None;
    }
    let (class, method) = split(name)?;
    let class = class_name(class);
    let method = method_name(method);
    let own = !is_library(class);
    Some(Frame { wrapper: super::wrapper::is_wrapper(Language::Java, method), module: Cow::Borrowed(class), function: Cow::Borrowed(method), in_app: own })
}

/// What stands between the parentheses of a frame: `Orders.java:12`, `Native Method`, `Unknown Source`, `<generated>`.
fn is_place(place: &str, sure: bool) -> bool {
    let file = memchr::memchr(b':', place.as_bytes()).and_then(|at| place.get(..at)).unwrap_or(place);
    let ending = memchr::memrchr(b'.', file.as_bytes()).and_then(|at| file.get(at + 1..));
    match ending {
        Some(ending) => ENDINGS.hold(ending),
        None => sure && matches!(file, "Native Method" | "Unknown Source" | "<generated>" | "SourceFile" | "NO_SOURCE_FILE" | "Unknown"),
    }
}

/// Class and method, without the loader and the module before the class.
fn split(name: &str) -> Option<(&str, &str)> {
    if memchr::memchr(b'/', name.as_bytes()).is_none() {
        return name.rsplit_once('.').filter(|(class, method)| !class.is_empty() && !method.is_empty());
    }
    // `A$$Lambda/0x00007f1c.apply`, `LambdaForm$MH/0x00007f1c.invoke`: the slash of a hidden class is no module's.
    let hidden = name.at("/0x").or_else(|| name.at("$$Lambda$").and_then(|at| name.get(at..)?.find('/').map(|slash| at + slash)));
    let (front, method) = match hidden {
        Some(at) => (name.get(..at)?, name.get(at..)?.rsplit_once('.')?.1),
        None => name.rsplit_once('.')?,
    };
    let class = front.rsplit_once('/').map_or(front, |(_, class)| class);
    (!class.is_empty() && !method.is_empty()).then_some((class, method))
}

/// A class without what is generated of its name: `Orders$$SpringCGLIB$$0`, `Orders$1`, `GeneratedMethodAccessor12`.
fn class_name(class: &str) -> &str {
    let last = memchr::memrchr(b'.', class.as_bytes()).and_then(|at| class.get(at + 1..)).unwrap_or(class);
    if let Some(name) = NUMBERED.iter().find(|name| last.starts_with(**name)) {
        return class.get(..class.len() - last.len() + name.len()).unwrap_or(class);
    }
    if memchr::memchr(b'$', last.as_bytes()).is_none() {
        return class;
    }
    if last.has("$Proxy") {
        return "$Proxy";
    }
    let class = GENERATED.iter().filter_map(|mark| class.at(mark)).min().filter(|&at| at > 0).and_then(|at| class.get(..at)).unwrap_or(class);
    without_numbers(class)
}

/// A method without what is numbered of its name: `lambda$place$0`, `place$lambda-3`.
fn method_name(method: &str) -> &str {
    without_numbers(method)
}

/// Without `$1` and `-1` at the end, as often as they stand there.
fn without_numbers(name: &str) -> &str {
    let mut rest = name;
    while rest.bytes().next_back().is_some_and(|byte| byte.is_ascii_digit()) {
        let head = rest.trim_end_matches(|c: char| c.is_ascii_digit());
        match head.strip_suffix(['$', '-']) {
            Some(head) if !head.is_empty() => rest = head,
            _ => break,
        }
    }
    rest
}

fn is_library(class: &str) -> bool {
    let mut parts = class.splitn(3, '.');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if second.is_empty() {
        return class.starts_with('$');
    }
    LIBRARIES.hold(first)
        || SHARED.iter().any(|(shared, theirs)| *shared == first && theirs.hold(second))
        || (second == "github" && begins_with_any(&HOSTED, class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_names_are_cleaned() {
        for (line, class, method, own) in [
            ("at com.shop.Orders.place(Orders.java:12)", "com.shop.Orders", "place", true),
            ("at com.shop.Orders$$EnhancerBySpringCGLIB$$1f2e3d.place(<generated>)", "com.shop.Orders", "place", true),
            ("at com.shop.Orders$$SpringCGLIB$$0.place(<generated>)", "com.shop.Orders", "place", true),
            ("at com.shop.Orders$$FastClassBySpringCGLIB$$ab12.invoke(<generated>)", "com.shop.Orders", "invoke", true),
            ("at com.shop.Orders$$Lambda/0x00007f8b1c0a.apply(Unknown Source)", "com.shop.Orders", "apply", true),
            ("at com.shop.Orders$$Lambda$14/0x0000000840064c40.run(Unknown Source)", "com.shop.Orders", "run", true),
            ("at com.shop.Orders$$Lambda$14/1234567.run(Unknown Source)", "com.shop.Orders", "run", true),
            ("at com.shop.Orders.lambda$place$0(Orders.java:3)", "com.shop.Orders", "lambda$place", true),
            ("at com.shop.Orders$Line$1.call(Orders.java:3)", "com.shop.Orders$Line", "call", true),
            ("at com.shop.MainKt$main$1.invokeSuspend(Main.kt:3)", "com.shop.MainKt$main", "invokeSuspend", true),
            ("at jdk.internal.reflect.GeneratedMethodAccessor12.invoke(Unknown Source)", "jdk.internal.reflect.GeneratedMethodAccessor", "invoke", false),
            ("at jdk.proxy2/jdk.proxy2.$Proxy45.save(Unknown Source)", "$Proxy", "save", false),
            ("at java.base/java.lang.invoke.LambdaForm$MH/0x00007f.invoke(LambdaForm$MH)", "", "", false),
            ("at java.base/java.lang.Thread.run(Thread.java:840)", "java.lang.Thread", "run", false),
            ("at app//com.shop.Orders.<init>(Orders.java:1)", "com.shop.Orders", "<init>", true),
            ("at sun.reflect.X.invoke0(Native Method)", "sun.reflect.X", "invoke0", false),
            ("at org.springframework.web.X.y(X.java:1) ~[spring-web-6.1.jar:6.1]", "org.springframework.web.X", "y", false),
            ("com.shop.Handler.handle(Handler.java:1)", "com.shop.Handler", "handle", true),
            ("at javazone.X.y(X.java:1)", "javazone.X", "y", true),
        ] {
            match frame(line) {
                Some(read) => assert_eq!((read.module.as_ref(), read.function.as_ref(), read.in_app), (class, method, own), "{line}"),
                None => assert_eq!(class, "", "{line}"),
            }
        }
        for line in ["at foo(bar)", "at noon (UTC)", "at com.shop.Orders.place(String s)", "call(a.java)", "at fetch (/app/db.js:1:2)"] {
            assert!(frame(line).is_none(), "{line}");
        }
    }

    #[test]
    fn tables_are_in_order() {
        assert!(LIBRARIES.is_sorted() && SHARED.iter().all(|(_, theirs)| theirs.is_sorted()) && HOSTED.is_sorted());
    }
}
