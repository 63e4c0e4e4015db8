//! The pattern by which alarms are named.

/// One piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamePiece {
    /// Text that stands as it is.
    Text(String),
    /// Name of the project.
    Project,
    /// Name of the environment.
    Environment,
    /// Name of the service; empty for what belongs to the project as a whole.
    Service,
    /// What the alarm is called among those of its service: `latency`.
    Alarm,
}

/// What alarms are called: texts and placeholders.
///
/// A placeholder that is empty goes together with the text before it, up to the placeholder before; the first one with the text behind it.
/// What stands before the first and behind the last placeholder always stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePattern(Vec<NamePiece>);

impl Default for NamePattern {
    /// `{project}-{environment}-{service}-{alarm}`.
    fn default() -> Self {
        let dash = || NamePiece::Text("-".to_owned());
        Self(vec![NamePiece::Project, dash(), NamePiece::Environment, dash(), NamePiece::Service, dash(), NamePiece::Alarm])
    }
}

impl NamePattern {
    /// A pattern of these pieces.
    pub const fn new(pieces: Vec<NamePiece>) -> Self {
        Self(pieces)
    }

    /// The pattern with every placeholder filled in. `value`: of a placeholder.
    pub(super) fn fill<'a>(&self, value: impl Fn(&NamePiece) -> &'a str) -> String {
        let mut name = String::new();
        let mut between = "";
        let (mut first, mut filled) = (true, false);
        for piece in &self.0 {
            if let NamePiece::Text(text) = piece {
                between = text;
                continue;
            }
            let value = value(piece);
            if first || (filled && !value.is_empty()) {
                name.push_str(between);
            }
            name.push_str(value);
            filled |= !value.is_empty();
            first = false;
            between = "";
        }
        name.push_str(between);
        name
    }

    /// The text with `wanted` that all names share which differ in the placeholders without a `value`; the longest one when nothing is wanted.
    pub(super) fn common<'a>(&self, wanted: &str, value: impl Fn(&NamePiece) -> Option<&'a str>) -> String {
        let mut runs = vec![String::new()];
        for piece in &self.0 {
            let text = if let NamePiece::Text(text) = piece { Some(text.as_str()) } else { value(piece) };
            match (text, runs.last_mut()) {
                (Some(text), Some(run)) => run.push_str(text),
                _ => runs.push(String::new()),
            }
        }
        // The first of the longest: what stands in front tells most.
        runs.into_iter().rev().filter(|run| run.contains(wanted)).max_by_key(String::len).unwrap_or_default()
    }

    /// What every name begins with: the texts before the first placeholder without a `value`.
    pub(super) fn beginning<'a>(&self, value: impl Fn(&NamePiece) -> Option<&'a str>) -> String {
        let texts = self.0.iter().map(|piece| if let NamePiece::Text(text) = piece { Some(text.as_str()) } else { value(piece) });
        texts.map_while(|text| text).collect()
    }
}
