//! How this crate writes JSON: one-space indent, as CDK does, and a trailing newline.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// `value` as pretty JSON text with the given indent and a trailing newline.
///
/// # Errors
/// Only when a map key is not a string, which no type of this crate allows.
pub(crate) fn pretty<T: Serialize>(value: &T, indent: &str) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    pretty_into(&mut bytes, value, indent)?;
    bytes.shrink_to_fit();
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// As [`pretty`], behind what is in `bytes`.
pub(crate) fn pretty_into<T: Serialize>(bytes: &mut Vec<u8>, value: &T, indent: &str) -> Result<(), serde_json::Error> {
    let formatter = Indented { step: indent.len(), depth: 0, has_members: false };
    value.serialize(&mut Serializer::with_formatter(&mut *bytes, formatter))?;
    bytes.push(b'\n');
    Ok(())
}

/// One member a line, as `serde_json`'s own pretty formatter writes it. That one takes as many calls for a line as it is deep, half of all that writing takes.
struct Indented {
    /// Spaces of one level.
    step: usize,
    depth: usize,
    /// Whether the collection that was left last had a member.
    has_members: bool,
}

/// What stands between two members of all but the deepest collections.
const BETWEEN: &[u8; 66] = b",\n                                                                ";

impl Indented {
    /// The end of a line, behind a comma unless it is the first, and the spaces before the next.
    fn line<W: Write + ?Sized>(&self, first: bool, out: &mut W) -> io::Result<()> {
        let start = usize::from(first);
        let mut spaces = self.depth * self.step;
        let here = spaces.min(BETWEEN.len() - 2);
        out.write_all(&BETWEEN[start..2 + here])?;
        spaces -= here;
        while spaces > 0 {
            out.write_all(b" ")?;
            spaces -= 1;
        }
        Ok(())
    }

    fn open<W: Write + ?Sized>(&mut self, bracket: &[u8], out: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.has_members = false;
        out.write_all(bracket)
    }

    fn close<W: Write + ?Sized>(&mut self, bracket: &[u8], out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.has_members {
            self.line(true, out)?;
        }
        // Whatever is closed is a member of what is around it.
        self.has_members = true;
        out.write_all(bracket)
    }
}

impl Formatter for Indented {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(b"[", out)
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(b"]", out)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(first, out)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _out: &mut W) -> io::Result<()> {
        self.has_members = true;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(b"{", out)
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(b"}", out)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(first, out)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _out: &mut W) -> io::Result<()> {
        self.has_members = true;
        Ok(())
    }
}

/// Whether `value` is written as `{}`. Breaks off at the first member.
pub(crate) fn is_empty_object<T: Serialize>(value: &T) -> bool {
    let mut room = [0; EMPTY_OBJECT.len()];
    let left = room.as_mut_slice();
    // An error is a lack of room.
    let fits = serde_json::to_writer(left, value).is_ok();
    fits && room == EMPTY_OBJECT
}

const EMPTY_OBJECT: [u8; 2] = *b"{}";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json, ser::PrettyFormatter};

    use super::*;

    #[test]
    fn only_an_object_without_members_is_empty() {
        let found = [json!({}), json!({"a": 1}), json!([]), json!(1), json!("")].map(|value| is_empty_object(&value));
        assert_eq!(found, [true, false, false, false, false]);
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), any::<i64>().prop_map(Json::from), any::<String>().prop_map(Json::from)];
        leaf.prop_recursive(40, 120, 3, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from);
            let object = prop::collection::btree_map("[a-c]", inner, 0..3).prop_map(|members| Json::Object(members.into_iter().collect()));
            prop_oneof![list, object]
        })
    }

    proptest! {
        #[test]
        fn it_is_written_as_serde_json_would(value in any_json(), step in 0usize..4) {
            let indent = " ".repeat(step);
            let mut expected = Vec::new();
            value.serialize(&mut Serializer::with_formatter(&mut expected, PrettyFormatter::with_indent(indent.as_bytes()))).unwrap();
            expected.push(b'\n');
            prop_assert_eq!(pretty(&value, &indent).unwrap().into_bytes(), expected);
        }
    }

    #[test]
    fn what_is_deeper_than_most_is_indented_as_well() {
        let deep = (0..70).fold(Json::Null, |inner, _| Json::from(vec![inner]));
        assert_eq!(pretty(&deep, " ").unwrap().lines().nth(70), Some(format!("{}null", " ".repeat(70)).as_str()));
    }
}
