//! The frames of a panic that are the application's.

/// Most frames that are told.
const MAX_FRAMES: usize = 64;

/// What the frames in which the standard library begins to panic are named by; the application's begin behind the last of them.
const BEGIN: [&str; 6] = ["rust_begin_unwind", "core::panicking::", "begin_panic", "std::panic::panic_any", "core::option::", "core::result::unwrap_failed"];

/// Behind this frame there is what started the thread.
const END: &str = "__rust_begin_short_backtrace";

/// The application's frames of a backtrace as `std` shows it: without those of the panic itself and of the start of the thread, at most
/// [`MAX_FRAMES`]. The whole text when it is in no form that is known.
pub(super) fn relevant(backtrace: &str) -> String {
    let frames = frames(backtrace);
    let first = frames.iter().rposition(|frame| BEGIN.iter().any(|name| name_of(frame).contains(name)));
    let rest = frames.get(first.map_or(0, |first| first + 1)..).unwrap_or_default();
    let last = rest.iter().position(|frame| frame.contains(END)).unwrap_or(rest.len());
    let told = &rest[..last];
    if told.is_empty() {
        return backtrace.to_owned();
    }
    let more = match told.len().saturating_sub(MAX_FRAMES) {
        0 => String::new(),
        more => format!("  … {more} more frames\n"),
    };
    told.iter().take(MAX_FRAMES).copied().chain([more.as_str()]).collect()
}

/// The frames, each with its line of the place, if it has one.
fn frames(backtrace: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in backtrace.split_inclusive('\n') {
        let number = line.trim_start().split(':').next().unwrap_or_default();
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([backtrace.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| backtrace.get(*start..end)).collect()
}

fn name_of(frame: &str) -> &str {
    frame.split_once(": ").map_or(frame, |(_, name)| name).lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKTRACE: &str = "   0: skywarden_telemetry::layer::panic::report
             at /src/panic.rs:23:5
   1: std::panicking::rust_panic_with_hook
             at /rustc/1/library/std/src/panicking.rs:833:13
   2: __rustc::rust_begin_unwind
   3: core::panicking::panic_fmt
             at /rustc/1/library/core/src/panicking.rs:75:14
   4: shop::stock::reserve
             at ./src/stock.rs:12:9
   5: shop::main
   6: std::sys::backtrace::__rust_begin_short_backtrace
   7: std::rt::lang_start
";

    #[test]
    fn only_the_applications_frames_stay() {
        assert_eq!(relevant(BACKTRACE), "   4: shop::stock::reserve\n             at ./src/stock.rs:12:9\n   5: shop::main\n");
    }

    #[test]
    fn many_frames_are_cut_and_what_is_no_backtrace_stays() {
        let many = (0..100).map(|number| format!("  {number}: a::b\n")).collect::<Vec<_>>().concat();
        let told = relevant(&many);
        assert_eq!(told.lines().count(), MAX_FRAMES + 1);
        assert!(told.ends_with("  … 36 more frames\n"), "{told}");
        assert_eq!(relevant("disabled backtrace"), "disabled backtrace");
    }

    #[test]
    fn a_real_panic_shows_where_it_was() {
        let text = std::backtrace::Backtrace::force_capture().to_string();
        let told = relevant(&text);
        assert!(told.contains("a_real_panic_shows_where_it_was") && !told.contains(END), "{told}");
    }
}
