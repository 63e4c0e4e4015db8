//! One tree of settings in every form it can have: TOML, YAML, JSON of code, a variable.

use skywarden_telemetry::settings::{Key, Kind};

/// A tree whose leaves are TOML values.
#[derive(Clone)]
pub(crate) enum Tree {
    Leaf(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// What a key needs beside it, so that it can hold: `keep` needs a rotation.
    pub(crate) fn context(key: &Key) -> Self {
        let mut tree = Self::Map(Vec::new());
        for (path, value) in needed(key) {
            tree.set(path, value);
        }
        tree
    }

    /// The same with the key set.
    pub(crate) fn with(&self, key: &Key, value: &str) -> Self {
        let mut tree = self.clone();
        tree.set(key.path, value);
        tree
    }

    /// Sets the leaf of a path; `[]` is the first item.
    pub(crate) fn set(&mut self, path: &str, value: &str) {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let (name, in_list) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
        let Self::Map(entries) = self else { panic!("{path} leads into a leaf") };
        let index = entries.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            let empty = if rest.is_some() { Self::Map(Vec::new()) } else { Self::Leaf(String::new()) };
            entries.push((name.to_owned(), if in_list { Self::List(vec![empty]) } else { empty }));
            entries.len() - 1
        });
        let inner = match &mut entries[index].1 {
            Self::List(items) if in_list => &mut items[0],
            inner => inner,
        };
        match rest {
            Some(rest) => inner.set(rest, value),
            None => *inner = Self::Leaf(value.to_owned()),
        }
    }

    pub(crate) fn toml(&self) -> String {
        let Self::Map(entries) = self else { panic!("a file is a map") };
        entries.iter().map(|(name, value)| format!("{name} = {}\n", value.inline(" = "))).collect()
    }

    pub(crate) fn yaml(&self) -> String {
        let Self::Map(entries) = self else { panic!("a file is a map") };
        entries.iter().map(|(name, value)| format!("{name}: {}\n", value.inline(": "))).collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        let text = self.yaml();
        if text.is_empty() { serde_json::json!({}) } else { serde_saphyr::from_str(&text).unwrap() }
    }

    fn inline(&self, is: &str) -> String {
        match self {
            Self::Leaf(value) => value.replace(" = ", is),
            Self::List(items) => format!("[{}]", items.iter().map(|item| item.inline(is)).collect::<Vec<_>>().join(", ")),
            Self::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|(name, value)| format!("{name}{is}{}", value.inline(is))).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}

fn needed(key: &Key) -> Vec<(&'static str, &'static str)> {
    let mut needed = Vec::new();
    if key.path.starts_with("outputs[].") {
        needed.push(("outputs[].to", "\"/var/log/orders/other.log\""));
    }
    if key.path.starts_with("outputs[].keep") || key.path == "outputs[].compress" {
        needed.push(("outputs[].rotate.every", "\"hour\""));
    }
    if key.path.starts_with("buffer.") && key.path != "buffer.enabled" {
        needed.push(("buffer.enabled", "true"));
    }
    if matches!(key.path, "sampling.then" | "sampling.per") {
        needed.push(("sampling.first", "7"));
    }
    if key.path.starts_with("mask.patterns[]") {
        needed.extend([("mask.patterns[].name", "\"seat\""), ("mask.patterns[].regex", "\"seat [0-9]+\"")]);
    }
    if key.path.starts_with("metrics.") || key.path == "project" {
        needed.extend([("project", "\"p\""), ("service", "\"s\""), ("environment", "\"e\"")]);
    }
    if key.path == "metrics.by_route" {
        needed.push(("metrics.builtin", "true"));
    }
    needed
}

/// The variable of a key, of the first output.
pub(crate) fn variable(key: &Key) -> Option<String> {
    if key.path == "levels" { Some("SKYWARDEN_LOG".to_owned()) } else { key.variable().map(|name| name.replace("<n>", "0")) }
}

/// A TOML value as a variable has it.
pub(crate) fn plain(value: &str) -> String {
    if value == "[]" {
        return "off".to_owned();
    }
    value.trim_matches(['[', ']', '{', '}']).replace('"', "").replace(", ", ",").replace(" = ", "=").trim().to_owned()
}

/// A good value of a key that is not its example.
pub(crate) fn other(key: &Key) -> String {
    match key.kind {
        Kind::Text { .. } => format!("{}y\"", key.example.trim_end_matches('"')),
        Kind::Level { .. } if key.example == "\"DEBUG\"" => "\"TRACE\"".to_owned(),
        Kind::Level { .. } => "\"DEBUG\"".to_owned(),
        Kind::Levels => "{ \"orders.db\" = \"TRACE\" }".to_owned(),
        Kind::Word(words) => {
            let other = words.iter().find(|word| format!("\"{word}\"") != key.example && **word != key.default);
            format!("\"{}\"", other.unwrap())
        }
        Kind::Flag => (key.example == "false").to_string(),
        Kind::Count { .. } => (key.example.parse::<u64>().unwrap() + 1).to_string(),
        Kind::Size { most, .. } if most > 1 << 30 => "\"3GiB\"".to_owned(),
        Kind::Size { least, .. } if least >= 1 << 16 => "\"2MiB\"".to_owned(),
        Kind::Size { .. } => "\"33KiB\"".to_owned(),
        Kind::Duration { least, .. } if least.as_secs() >= 60 => "\"2d\"".to_owned(),
        Kind::Duration { .. } => "\"7s\"".to_owned(),
        Kind::Share => "0.02".to_owned(),
        Kind::Texts { .. } => "[]".to_owned(),
        Kind::Outputs { .. } => "[\"/var/log/another.log\"]".to_owned(),
        Kind::Pairs { .. } => "{ Region = \"us-east-1\" }".to_owned(),
        Kind::Destination => "\"/var/log/another.log\"".to_owned(),
    }
}
