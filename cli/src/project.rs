//! From the files that were named to the model.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use skywarden_core::plan::TaxonomyRule;
pub(crate) use skywarden_generator::artifacts::reason_of as reason;
use skywarden_generator::{
    artifacts::{self, Rendered},
    config::{Format, Inputs, Loaded, MAX_FILE_BYTES, Source, Templates, error_catalogue, load, render},
    model::Model,
};

use crate::{
    args::{ConfigArgs, MessageFormat},
    terminal::{self, Failed},
};

/// Reads the config files and shows every mistake in them.
pub(crate) fn read(args: &ConfigArgs) -> Result<Model, Failed> {
    let loaded = loaded(args)?;
    show(args, &loaded);
    loaded.model.ok_or(Failed::Shown)
}

/// What a config becomes.
pub(crate) struct Assembled {
    pub(crate) model: Model,
    /// The committed rendering of the assembly.
    pub(crate) rendered: Rendered,
}

/// Reads the config files and makes the assembly, shows every mistake in the config and every limit of AWS that the assembly exceeds.
pub(crate) fn assemble(args: &ConfigArgs) -> Result<Assembled, Failed> {
    let mut loaded = loaded(args)?;
    let Some(model) = loaded.model.take() else {
        show(args, &loaded);
        return Err(Failed::Shown);
    };
    let mut rendered = artifacts::render(&model).map_err(|error| Failed::Because(error.to_string()))?;
    let refused = !rendered.refusals.is_empty();
    loaded.diagnostics.append(&mut rendered.refusals);
    show(args, &loaded);
    if refused { Err(Failed::Shown) } else { Ok(Assembled { model, rendered }) }
}

fn loaded(args: &ConfigArgs) -> Result<Loaded, Failed> {
    let configs = sources(&args.configs)?;
    let templates = templates(args.templates.as_deref())?;
    Ok(load(Inputs { configs: &configs, templates: &templates }))
}

fn show(args: &ConfigArgs, loaded: &Loaded) {
    if !loaded.diagnostics.is_empty() || args.message_format == MessageFormat::Json {
        let format = match args.message_format {
            MessageFormat::Text => Format::Text { color: terminal::colored(), width: terminal::width() },
            MessageFormat::Json => Format::Json,
            MessageFormat::Github => Format::Github,
        };
        terminal::warn(&render(&loaded.diagnostics, &loaded.sources, format));
    }
}

/// The error taxonomy without a config: the built-in one, or that of a directory of templates.
pub(crate) fn taxonomy(directory: Option<&Path>) -> Result<Vec<TaxonomyRule>, Failed> {
    match error_catalogue(&templates(directory)?) {
        Ok(rules) => Ok(rules.into_iter().map(|rule| rule.rule).collect()),
        Err(broken) => {
            let format = Format::Text { color: terminal::colored(), width: terminal::width() };
            terminal::warn(&render(&broken.diagnostics, &broken.sources, format));
            Err(Failed::Shown)
        }
    }
}

/// The config files; the failure names every one that cannot be read.
fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, Failed> {
    let mut files = Vec::new();
    let mut unread = Vec::new();
    for path in paths {
        match bytes(path) {
            Ok(bytes) => files.push((path, bytes)),
            Err(error) => unread.push(format!("cannot read {}: {}", path.display(), reason(&error))),
        }
    }
    if !unread.is_empty() {
        return Err(Failed::with_hint(unread.join("\n"), "name the config with --config FILE"));
    }
    files.into_iter().map(|(path, bytes)| source(path, bytes)).collect()
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than is allowed at most: loading says that the file is too large.
    File::open(path)?.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn source(path: &Path, bytes: Vec<u8>) -> Result<Source, Failed> {
    // Cut anywhere, it may end inside a character.
    let text = if bytes.len() > MAX_FILE_BYTES { Ok(String::from_utf8_lossy(&bytes).into_owned()) } else { String::from_utf8(bytes) };
    let text = text
        .map_err(|error| Failed::with_hint(format!("{} is not UTF-8 (byte {})", path.display(), error.utf8_error().valid_up_to()), "save the file as UTF-8"))?;
    Ok(Source { path: path.display().to_string(), text })
}

/// The built-in templates with the files of a directory laid over them.
fn templates(directory: Option<&Path>) -> Result<Templates, Failed> {
    let mut templates = Templates::builtin();
    let Some(directory) = directory else {
        return Ok(templates);
    };
    let cannot = |path: &Path, error: &std::io::Error| Failed::with_hint(format!("cannot read {}: {}", path.display(), reason(error)), "check --templates");
    if directory.is_file() {
        return Err(Failed::with_hint(format!("cannot read {}: it is no directory", directory.display()), "check --templates"));
    }
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        // Joined with nothing a path ends with a separator.
        let here = if relative.as_os_str().is_empty() { directory.to_owned() } else { directory.join(&relative) };
        let mut entries = fs::read_dir(&here).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(|error| cannot(&here, &error))?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        // What editors and systems hide (`.subject.txt.swp`, `.DS_Store`) is nobody's override.
        for entry in entries.into_iter().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b".")) {
            let inner = relative.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(inner);
                continue;
            }
            let text = fs::read_to_string(entry.path()).map_err(|error| cannot(&entry.path(), &error))?;
            let name = inner.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            let path = entry.path().display().to_string();
            templates.replace_from(&name, text, path.clone()).map_err(|error| Failed::Because(format!("{path}: {error}")))?;
        }
    }
    Ok(templates)
}
