//! The lines of a system with their true events.

use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

/// One line of a system.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    /// The message, without what a header says.
    #[serde(rename = "Content")]
    pub(super) content: String,
    /// The event it is of, by the judgement of people.
    #[serde(rename = "EventId")]
    pub(super) event: String,
}

/// The lines of a system.
pub(super) fn read(directory: &Path, system: &str) -> anyhow::Result<Vec<Line>> {
    let path = directory.join(system).join(format!("{system}_2k.log_structured.csv"));
    let reader = csv::Reader::from_path(&path).with_context(|| format!("cannot read {}: a checkout of github.com/logpai/loghub is needed", path.display()))?;
    let lines: Result<Vec<Line>, csv::Error> = reader.into_deserialize().collect();
    let lines = lines.with_context(|| format!("{} is not as loghub writes it", path.display()))?;
    anyhow::ensure!(!lines.is_empty(), "{} holds no line", path.display());
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_and_quoted_fields_are_whole() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tmp/grouping");
        std::fs::create_dir_all(directory.join("Made")).unwrap();
        let text = "LineId,Level,Content,EventId,EventTemplate\n1,INFO,\"opened \"\"a\"\", then b\",E1,x\n";
        std::fs::write(directory.join("Made/Made_2k.log_structured.csv"), text).unwrap();
        let lines = read(&directory, "Made").unwrap();
        assert_eq!((lines[0].content.as_str(), lines[0].event.as_str()), ("opened \"a\", then b", "E1"));
        assert!(read(&directory, "Absent").unwrap_err().to_string().contains("Absent_2k.log_structured.csv"));
    }
}
