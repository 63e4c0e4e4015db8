//! Files of settings: finding them, reading them, and which form they are in. The only place where settings touch the file system.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use skywarden_document::{BYTE_ORDER_MARK, Span};

use super::{
    finding::Code,
    findings::{Findings, Mistake},
    parse,
    raw::Raw,
    source::Kind,
};

/// Largest file that is read, bytes; the largest sensible one is under a hundredth of it.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;

/// Names that are looked for in the working directory, in this order.
const NAMES: [&str; 3] = ["skywarden-telemetry.toml", "skywarden-telemetry.yaml", "skywarden-telemetry.yml"];

/// The file of settings in a directory, when there is one.
pub(super) fn find(directory: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| directory.join(name)).find(|path| path.is_file())
}

/// Reads a file.
pub(super) fn read(path: &Path, findings: &mut Findings) -> Raw {
    let name = path.to_string_lossy();
    match content(path) {
        Ok(bytes) if bytes.len() > MAX_FILE_BYTES => too_large(&name, findings),
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => read_text(&name, &text, findings),
            Err(error) => {
                let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
                whole(&name, Code::UnreadableFile, &format!("the file is not UTF-8 (line {line})"), "save it as UTF-8", findings)
            }
        },
        Err(error) => {
            let hint = match error.kind() {
                io::ErrorKind::NotFound => "give the path of a file that is there",
                io::ErrorKind::PermissionDenied => "let the process read it",
                _ => "give the path of a file",
            };
            whole(&name, Code::UnreadableFile, &format!("the file cannot be read: {error}"), hint, findings)
        }
    }
}

/// Reads the text of a file; its name tells the form.
pub(super) fn read_text(name: &str, text: &str, findings: &mut Findings) -> Raw {
    if text.len() > MAX_FILE_BYTES {
        return too_large(name, findings);
    }
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let root = match extension.as_str() {
        "toml" => parse::toml(name, text, findings),
        "yaml" | "yml" => parse::yaml(name, text, findings),
        _ => {
            let hint = "name it with `.toml`, `.yaml` or `.yml`";
            return whole(name, Code::UnknownForm, "its name does not say whether it is TOML or YAML", hint, findings);
        }
    };
    root.map(|root| Raw::read(&root, findings)).unwrap_or_default()
}

/// One byte more than is allowed at most, so that what is too large is known as such.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_large(name: &str, findings: &mut Findings) -> Raw {
    whole(name, Code::TooLarge, &format!("the file has more than {MAX_FILE_BYTES} bytes"), "settings are a few lines", findings)
}

fn whole(name: &str, code: Code, message: &str, hint: &str, findings: &mut Findings) -> Raw {
    let source = findings.source(Kind::File, name, "");
    findings.push(Mistake::error(code, "", Span::whole(source), message).hint(hint));
    findings.mark_incomplete();
    Raw::default()
}

#[cfg(all(test, not(feature = "config")))]
mod tests {
    use crate::settings::{Code, Environment, Settings};

    #[test]
    fn a_build_that_reads_no_files_says_so() {
        let reading = Settings::builder().file_text("a.toml", "service = \"a\"").environment(Environment::from_pairs([("SKYWARDEN_LOG", "debug")])).read();
        assert_eq!(reading.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::UnknownForm]);
        assert_eq!(reading.settings.levels.to_string(), "DEBUG");
    }
}
