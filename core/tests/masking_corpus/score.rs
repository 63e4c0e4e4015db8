//! Precision and recall of a masker on labelled lines.
//!
//! A secret counts as found when each of its bytes is masked. A masked place is right when it touches a secret and goes beyond it only within the
//! same word; otherwise it counts against the entity that the masker names.

use std::{collections::BTreeMap, fmt, ops::Range};

use skywarden_core::mask::Masker;

use crate::labelled::{Labelled, Span};

/// How one entity fared.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    /// Secrets in the corpus.
    pub(crate) secrets: u32,
    /// Those of which each byte is masked.
    pub(crate) found: u32,
    /// Places masked that are right.
    pub(crate) right: u32,
    /// Places masked that are not.
    pub(crate) wrong: u32,
}

impl Tally {
    pub(crate) fn recall(&self) -> f64 {
        ratio(self.found, self.secrets)
    }

    pub(crate) fn precision(&self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// How a masker fared.
#[derive(Debug, Default)]
pub(crate) struct Score {
    /// By name of the entity.
    pub(crate) entities: BTreeMap<String, Tally>,
    /// What went wrong, in words, for whoever has to mend it.
    pub(crate) mistakes: Vec<String>,
}

/// Measures a masker on the lines.
pub(crate) fn score(masker: &Masker, lines: &[Labelled]) -> Score {
    let mut score = Score::default();
    for line in lines {
        let places: Vec<_> = masker.find(line.text.as_bytes()).into_iter().map(|found| (found.place, found.name.to_owned())).collect();
        for span in &line.spans {
            let covered = (span.start..span.end).all(|byte| places.iter().any(|(place, _)| place.contains(&byte)));
            let tally = score.entities.entry(span.entity.clone()).or_default();
            tally.secrets += 1;
            tally.found += u32::from(covered);
            if !covered {
                score.mistakes.push(format!("missed {}: {:?} in {:?}", span.entity, &line.text[span.start..span.end], line.text));
            }
        }
        for (place, name) in places {
            let owner = line.spans.iter().find(|span| span.start < place.end && place.start < span.end);
            let right = owner.is_some() && is_within_words(line, &place);
            let tally = score.entities.entry(owner.filter(|_| right).map_or_else(|| name.clone(), |span| span.entity.clone())).or_default();
            tally.right += u32::from(right);
            tally.wrong += u32::from(!right);
            if !right {
                score.mistakes.push(format!("wrong {name}: {:?} in {:?}", &line.text[place], line.text));
            }
        }
    }
    score
}

/// Whether each byte of a place is a secret's or of a word that a secret is part of.
fn is_within_words(line: &Labelled, place: &Range<usize>) -> bool {
    let words: Vec<_> = line.spans.iter().map(|span| word_around(&line.text, span)).collect();
    place.clone().all(|byte| words.iter().any(|word| word.contains(&byte)))
}

/// A secret and what is joined to it without a blank, a quote or punctuation.
fn word_around(text: &str, span: &Span) -> Range<usize> {
    let ends = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'%') || *byte >= 0x80);
    let bytes = text.as_bytes();
    let before = bytes[..span.start].iter().rev().take_while(|byte| !ends(byte)).count();
    let after = bytes[span.end..].iter().take_while(|byte| !ends(byte)).count();
    span.start - before..span.end + after
}

impl fmt::Display for Score {
    /// The table of the documentation.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| entity | secrets | found | recall | masked wrongly | precision |")?;
        writeln!(formatter, "|---|---:|---:|---:|---:|---:|")?;
        for (name, tally) in &self.entities {
            let Tally { secrets, found, wrong, .. } = tally;
            writeln!(formatter, "| `{name}` | {secrets} | {found} | {:.3} | {wrong} | {:.3} |", tally.recall(), tally.precision())?;
        }
        Ok(())
    }
}
