//! The config: `skywarden.yaml` and its overlays become a [`Model`], and every mistake in them a [`Diagnostic`].
//!
//! The way of a value: text -> `yaml` (a tree that remembers places) -> `overlay` (several files become one tree) -> `raw` (what was typed,
//! checked value by value) -> `resolve` (what is meant: defaults filled in, names checked against each other, engines chosen). No step stops
//! at the first mistake.

mod catalogue;
mod code;
mod diagnostic;
mod findings;
mod metric_catalogue;
mod overlay;
mod raw;
mod read;
pub mod render;
mod resolve;
mod source;
mod templates;
mod yaml;

pub use catalogue::{CatalogueRule, Evidence};
pub use code::Code;
pub use diagnostic::{Diagnostic, Level, Range, Related};
pub use render::{Format, render};
pub use source::Source;
pub use templates::{Templates, UnknownTemplate};
pub use yaml::MAX_FILE_BYTES;

use skywarden_document::Node;

use crate::{
    config::{
        findings::{Finding, Findings},
        raw::RawConfig,
        templates::{ERROR_CATALOGUE, METRIC_CATALOGUE},
    },
    model::Model,
};

/// What loading needs.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Config files; each one is laid over those before it.
    pub configs: &'a [Source],
    /// Templates and catalogues.
    pub templates: &'a Templates,
}

/// What loading gives.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The model; `None` exactly when a diagnostic is an error.
    pub model: Option<Model>,
    /// Everything found, in the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// Every file a diagnostic may point into, for [`render()`].
    pub sources: Vec<Source>,
}

/// Loads a config. Never stops at the first mistake and never panics, whatever the text.
pub fn load(inputs: Inputs<'_>) -> Loaded {
    let mut sources = inputs.configs.to_vec();
    let builtin = if inputs.templates.is_builtin(ERROR_CATALOGUE) { catalogue::builtin() } else { None };
    if builtin.is_none() {
        sources.extend(catalogue_sources(inputs.templates));
    }
    let errors = sources.len();
    sources.push(metric_catalogue_source(inputs.templates));
    let mut findings = Findings::new(&sources);
    let root = read_configs(inputs.configs, &mut findings);
    let raw = root.as_ref().and_then(|root| RawConfig::read(root, &mut findings));
    let taxonomy = builtin.unwrap_or_else(|| {
        let rules = catalogue::read(&sources[..errors], inputs.configs.len(), &mut findings);
        rules.into_iter().map(|rule| rule.rule).collect()
    });
    // Read only where it is asked: most configs have no alarm on a metric of AWS.
    let asked = raw.as_ref().is_some_and(|raw| !raw.alarms.is_empty());
    let metrics = sources.get(errors).filter(|_| asked).map(|source| metric_catalogue::read(errors, source, &mut findings)).unwrap_or_default();
    let model = raw.map(|raw| resolve::resolve(&raw, resolve::Known { templates: inputs.templates, taxonomy, metrics: &metrics }, &mut findings));
    let model = model.filter(|_| !findings.has_errors());
    let diagnostics = findings.into_diagnostics();
    Loaded { model, diagnostics, sources }
}

/// Why there is no error catalogue: its mistakes.
#[derive(Clone, Debug)]
pub struct BrokenCatalogue {
    /// Everything found, in the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// The files of the catalogue, for [`render()`].
    pub sources: Vec<Source>,
}

/// The error catalogue alone, with examples.
///
/// # Errors
/// Its mistakes.
pub fn error_catalogue(templates: &Templates) -> Result<Vec<CatalogueRule>, BrokenCatalogue> {
    let sources = catalogue_sources(templates);
    let mut findings = Findings::new(&sources);
    let rules = catalogue::read(&sources, 0, &mut findings);
    if findings.has_errors() {
        let diagnostics = findings.into_diagnostics();
        return Err(BrokenCatalogue { diagnostics, sources });
    }
    Ok(rules)
}

/// The files of the error catalogue, sorted by name.
fn catalogue_sources(templates: &Templates) -> Vec<Source> {
    let files = templates.directory(ERROR_CATALOGUE);
    files.into_iter().map(|(name, text)| Source { path: templates.place(&format!("{ERROR_CATALOGUE}/{name}")), text }).collect()
}

/// The catalogue of AWS's metrics.
fn metric_catalogue_source(templates: &Templates) -> Source {
    Source { path: templates.place(METRIC_CATALOGUE), text: templates.get(METRIC_CATALOGUE).unwrap_or_default().to_owned() }
}

/// All files as one tree.
fn read_configs(configs: &[Source], findings: &mut Findings) -> Option<Node> {
    if configs.is_empty() {
        let finding = Finding::error_in(Code::EmptyConfig, None, "no config file is given");
        findings.push(finding.hint("write skywarden.yaml, or name the file with --config"));
    }
    let mut merged: Option<Node> = None;
    for (index, source) in configs.iter().enumerate() {
        let file = if index == 0 { yaml::File::Config } else { yaml::File::Overlay };
        let Some(node) = yaml::parse(index, &source.path, &source.text, file, findings) else { continue };
        merged = Some(match merged {
            Some(base) => overlay::merge(base, node, findings),
            None => node,
        });
    }
    merged
}
