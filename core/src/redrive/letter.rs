//! The messages of the queue `dead-letters`: one that points to an object that is gone has been answered and is taken off.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Kind, Redrive};
use crate::{
    event::shape_of,
    port::{Clock, DeadLetters, FunctionInvoker, Letter, PortResult, ResidueArchive},
};

/// Most messages looked at in one run.
const MAX_LETTERS: usize = 10_000;

/// What became of the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterCount {
    /// Taken off: what they point to is gone.
    pub answered: usize,
    /// Left: what they point to is still there.
    pub open: usize,
    /// Left: nobody here knows what they mean.
    pub strange: Vec<Strange>,
}

/// A message that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strange {
    /// The queue's id of it.
    pub id: String,
    /// Its shape: keys and types.
    pub shape: String,
}

/// What a message means.
enum Meaning {
    /// An object was written to a bucket: (bucket, key) of each.
    Written(Vec<(String, String)>),
    /// Nothing is to be done: S3's own test message, or the id of an outbox entry, which the tick takes up.
    Nothing,
    /// Something else.
    Strange(String),
}

impl<A: ResidueArchive, F: FunctionInvoker, D: DeadLetters, C: Clock> Redrive<'_, A, F, D, C> {
    /// Takes messages off whose objects are gone.
    ///
    /// # Errors
    /// The queue or a bucket cannot be read.
    pub async fn settle_letters(&self) -> PortResult<LetterCount> {
        let mut count = LetterCount::default();
        let mut seen = BTreeSet::new();
        while seen.len() < MAX_LETTERS {
            let letters = self.letters.receive().await?;
            // One that came twice: what was hidden comes back, so everything has been seen.
            if letters.iter().all(|letter| seen.contains(&letter.id)) {
                break;
            }
            for letter in letters {
                if seen.insert(letter.id.clone()) {
                    self.settle(&letter, &mut count).await?;
                }
            }
        }
        Ok(count)
    }

    async fn settle(&self, letter: &Letter, count: &mut LetterCount) -> PortResult<()> {
        let gone = match meaning(&letter.body) {
            Meaning::Nothing => true,
            Meaning::Written(objects) => {
                let mut gone = true;
                for (bucket, key) in objects {
                    gone &= match self.kind_of(&bucket) {
                        Some(kind) => !self.is_there(kind, &key).await?,
                        None => false,
                    };
                }
                gone
            }
            Meaning::Strange(shape) => {
                count.strange.push(Strange { id: letter.id.clone(), shape });
                return Ok(());
            }
        };
        if gone {
            self.letters.delete(letter).await?;
            count.answered += 1;
        } else {
            count.open += 1;
        }
        Ok(())
    }

    fn kind_of(&self, bucket: &str) -> Option<Kind> {
        [(Kind::Residue, self.residues.name), (Kind::FailedInvocation, self.failed.name)].into_iter().find(|(_, name)| *name == bucket).map(|(kind, _)| kind)
    }

    async fn is_there(&self, kind: Kind, key: &str) -> PortResult<bool> {
        Ok(self.archive(kind).list(key, None).await?.objects.iter().any(|object| object.key == key))
    }
}

fn meaning(body: &str) -> Meaning {
    let document: Value = match serde_json::from_str(body) {
        Ok(document @ Value::Object(_)) => document,
        // The queue `alerts` carries ids of outbox entries and nothing else.
        _ if body.len() <= 1024 && !body.contains(char::is_control) => return Meaning::Nothing,
        _ => return Meaning::Strange("text".to_owned()),
    };
    if document.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") {
        return Meaning::Nothing;
    }
    let records = document.get("Records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let written: Option<Vec<_>> = records
        .iter()
        .map(|record| {
            let text = |path: &str| record.pointer(path)?.as_str();
            Some((text("/s3/bucket/name")?.to_owned(), unescaped(text("/s3/object/key")?)?))
        })
        .collect();
    match written {
        Some(objects) if !objects.is_empty() => Meaning::Written(objects),
        _ => Meaning::Strange(shape_of(&document)),
    }
}

/// A key as notifications of S3 write it: percent escapes, and `+` for a space.
fn unescaped(key: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(rest.next())? * 16 + digit(rest.next())?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_s3_escapes_them() {
        assert_eq!(unescaped("residue/f/2026/11/23/a%3Ab+c-%C3%A9").as_deref(), Some("residue/f/2026/11/23/a:b c-é"));
        assert_eq!((unescaped("%"), unescaped("%4"), unescaped("%zz"), unescaped("%FF")), (None, None, None, None));
    }

    #[test]
    fn only_what_is_known_is_taken_off() {
        let is_nothing = |body: &str| matches!(meaning(body), Meaning::Nothing);
        assert!(is_nothing(r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#) && is_nothing("alarm-a name-1-firing"));
        assert!(!is_nothing("two\nlines") && !is_nothing(r#"{"Type":"Notification","Message":"secret"}"#) && !is_nothing("{}"));
        let Meaning::Strange(shape) = meaning(r#"{"Type":"Notification","Message":"secret"}"#) else { panic!("it is not known") };
        assert_eq!(shape, "{Message: string, Type: string}");
    }
}
