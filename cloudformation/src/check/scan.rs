//! Finding the intrinsic functions of a model while it is serialised, without making JSON of all of it.

use serde::ser::{self, Serialize, Serializer};
use serde_json::{Error, Value as Json};

/// The functions that name something of the template.
const FUNCTIONS: [&str; 4] = ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If"];

/// Shows `found` the functions of a model in the order of writing: the name of each and its argument. Also shows, without a name, what stands below
/// one in an object with other members: such an object is no function, but there may be some in it.
pub(super) fn functions<T: Serialize>(model: &T, found: &mut dyn FnMut(Name, &Json)) {
    // A model that cannot be JSON has no functions.
    let _ = model.serialize(&mut Scan { found });
}

struct Scan<'f> {
    found: &'f mut dyn FnMut(Name, &Json),
}

/// What serialising yields: the function a text is the name of.
pub(super) type Name = Option<&'static str>;

/// An object or a list half written.
struct Open<'s, 'f> {
    scan: &'s mut Scan<'f>,
    /// Members before this one.
    members: usize,
    /// The key last written.
    key: Name,
    /// The first member, when its key is a function's: whether it is one shows when there is no other.
    first: Option<(&'static str, Json)>,
}

impl Open<'_, '_> {
    fn member<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if let Some((_, argument)) = self.first.take() {
            (self.scan.found)(None, &argument);
        }
        match self.key.take() {
            Some(function) if self.members == 0 => self.first = Some((function, serde_json::to_value(value)?)),
            _ => {
                value.serialize(&mut *self.scan)?;
            }
        }
        self.members += 1;
        Ok(())
    }

    fn close(self) -> Name {
        if let Some((function, argument)) = self.first {
            (self.scan.found)(Some(function), &argument);
        }
        None
    }
}

macro_rules! nothing {
    ($($method:ident($($type:ty)?))*) => {
        $(fn $method(self $(, _value: $type)?) -> Result<Name, Error> {
            Ok(None)
        })*
    };
}

impl<'s, 'f> Serializer for &'s mut Scan<'f> {
    type Ok = Name;
    type Error = Error;
    type SerializeSeq = Open<'s, 'f>;
    type SerializeTuple = Open<'s, 'f>;
    type SerializeTupleStruct = Open<'s, 'f>;
    type SerializeTupleVariant = Open<'s, 'f>;
    type SerializeMap = Open<'s, 'f>;
    type SerializeStruct = Open<'s, 'f>;
    type SerializeStructVariant = Open<'s, 'f>;

    nothing! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_u8(u8) serialize_u16(u16)
        serialize_u32(u32) serialize_u64(u64) serialize_f32(f32) serialize_f64(f64) serialize_char(char) serialize_bytes(&[u8]) serialize_none()
        serialize_unit() serialize_unit_struct(&'static str)
    }

    fn serialize_str(self, text: &str) -> Result<Name, Error> {
        Ok(FUNCTIONS.into_iter().find(|function| *function == text))
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, _variant: &'static str) -> Result<Name, Error> {
        Ok(None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Name, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<Name, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _name: &'static str, _index: u32, _variant: &'static str, value: &T) -> Result<Name, Error> {
        value.serialize(self)
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Open<'s, 'f>, Error> {
        Ok(Open { scan: self, members: 0, key: None, first: None })
    }

    fn serialize_tuple(self, _len: usize) -> Result<Open<'s, 'f>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Open<'s, 'f>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(self, _name: &'static str, _index: u32, _variant: &'static str, _len: usize) -> Result<Open<'s, 'f>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Open<'s, 'f>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Open<'s, 'f>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_struct_variant(self, _name: &'static str, _index: u32, _variant: &'static str, _len: usize) -> Result<Open<'s, 'f>, Error> {
        self.serialize_seq(None)
    }
}

macro_rules! items {
    ($($trait:ident::$method:ident)*) => {
        $(impl ser::$trait for Open<'_, '_> {
            type Ok = Name;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.member(value)
            }

            fn end(self) -> Result<Name, Error> {
                Ok(self.close())
            }
        })*
    };
}

items! { SerializeSeq::serialize_element SerializeTuple::serialize_element SerializeTupleStruct::serialize_field SerializeTupleVariant::serialize_field }

impl ser::SerializeMap for Open<'_, '_> {
    type Ok = Name;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = key.serialize(&mut *self.scan)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.member(value)
    }

    fn end(self) -> Result<Name, Error> {
        Ok(self.close())
    }
}

macro_rules! fields {
    ($($trait:ident)*) => {
        $(impl ser::$trait for Open<'_, '_> {
            type Ok = Name;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _key: &'static str, value: &T) -> Result<(), Error> {
                self.member(value)
            }

            fn end(self) -> Result<Name, Error> {
                Ok(self.close())
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(model: &Json) -> Vec<(Name, Json)> {
        let mut all = Vec::new();
        functions(model, &mut |name, argument| all.push((name, argument.clone())));
        all
    }

    #[test]
    fn functions_are_found_at_any_depth_in_their_order() {
        let model = json!({"A": {"Ref": "X"}, "B": [1, {"C": {"Fn::GetAtt": ["Y", "Arn"]}}, "Ref"], "D": {"Fn::Join": ["", [{"Fn::Sub": "${Z}"}]]}});
        assert_eq!(found(&model), [(Some("Ref"), json!("X")), (Some("Fn::GetAtt"), json!(["Y", "Arn"])), (Some("Fn::Sub"), json!("${Z}"))]);
    }

    #[test]
    fn beside_other_members_it_is_no_function_but_may_hold_some() {
        assert_eq!(found(&json!({"Ref": "X", "B": 1})), [(None, json!("X"))]);
        assert_eq!(found(&json!({"Ref": {"Fn::Sub": "${Z}"}, "B": {"Ref": "Y"}})), [(None, json!({"Fn::Sub": "${Z}"})), (Some("Ref"), json!("Y"))]);
        assert_eq!(found(&json!({"B": 1, "Ref": {"Ref": "Y"}})), [(Some("Ref"), json!("Y"))]);
    }
}
