//! Configs as text, and what loading them gives.

use skywarden_generator::{
    config::{self, Diagnostic, Format, Inputs, Level, Loaded, Source, Templates, render},
    model::{Alarm, Comparison, Condition, Model, Service},
};

/// The smallest useful config.
pub(crate) const SMALLEST: &str = "\
project: shop
services:
  checkout: { runtime: lambda }
routes:
  - { email: team@example.com }
";

/// The smallest config with more lines behind it.
pub(crate) fn smallest_with(more: &str) -> String {
    format!("{SMALLEST}{more}")
}

/// A config whose one service has these settings.
pub(crate) fn service_with(settings: &str) -> String {
    format!("project: shop\nservices:\n  checkout: {{ runtime: lambda, {settings} }}\nroutes:\n  - {{ email: team@example.com }}\n")
}

/// Files as they would be read from disk: the first one is `skywarden.yaml`, the second `prod.yaml`.
pub(crate) fn sources(texts: &[&str]) -> Vec<Source> {
    let names = ["skywarden.yaml", "prod.yaml", "third.yaml"];
    let files = texts.iter().zip(names);
    files.map(|(text, path)| Source { path: path.to_owned(), text: (*text).to_owned() }).collect()
}

/// Loads with the built-in templates.
pub(crate) fn load(texts: &[&str]) -> Loaded {
    load_with(texts, &Templates::builtin())
}

/// Loads with these templates.
pub(crate) fn load_with(texts: &[&str], templates: &Templates) -> Loaded {
    config::load(Inputs { configs: &sources(texts), templates })
}

/// The model of a config without mistakes; fails with the rendered mistakes.
pub(crate) fn model(text: &str) -> Model {
    let loaded = load(&[text]);
    let shown = text_of(&loaded);
    loaded.model.ok_or(shown).unwrap()
}

/// What a person sees.
pub(crate) fn text_of(loaded: &Loaded) -> String {
    render(&loaded.diagnostics, &loaded.sources, Format::Text { color: false, width: 100 })
}

/// `code: message` of each error, for tests of one rule.
pub(crate) fn errors(loaded: &Loaded) -> Vec<String> {
    let errors = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Level::Error);
    errors.map(|diagnostic: &Diagnostic| format!("{}: {}", diagnostic.code.name(), diagnostic.message)).collect()
}

/// How an alarm compares, and with what.
pub(crate) fn compared(alarm: &Alarm) -> (Comparison, f64) {
    let compared = match alarm.condition {
        Condition::Threshold { comparison, value } => Some((comparison, value)),
        Condition::Unusual { .. } => None,
    };
    compared.ok_or(&alarm.name).unwrap()
}

/// A service by name.
pub(crate) fn service<'m>(model: &'m Model, name: &str) -> &'m Service {
    model.services.iter().find(|service| service.name == name).ok_or(name).unwrap()
}

/// An alarm of a service by the last part of its name.
pub(crate) fn alarm<'m>(service: &'m Service, suffix: &str) -> &'m Alarm {
    service.alarms.iter().find(|alarm| alarm.name.ends_with(&format!("-{}-{suffix}", service.name))).ok_or(suffix).unwrap()
}
