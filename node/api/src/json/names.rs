//! Whether a participant's id stands anywhere in a value, found by walking through what the value would write.
//!
//! ```text
//!   value ──serialize──▶ Finder: looks at every part that is called `ParticipantId`, keeps nothing else
//! ```
//! It knows no type of the ledger but the name of that id, so it holds for every table there will be.

use std::{cell::Cell, fmt};

use serde::{Serialize, Serializer, ser};
use sycee_contracts::{Table, read};
use sycee_primitives::ParticipantId;

/// The name under which serde writes the id.
const ID: &str = "ParticipantId";

/// Whether a row names a participant anywhere: as owner, sender, debtor, holder, proposer.
#[must_use]
pub fn names(table: Table, row: &[u8], participant: ParticipantId) -> bool {
    let found = Cell::new(false);
    let finder = Finder {
        wanted: participant,
        found: &found,
        is_id: false,
    };
    read::write_object(table, row, finder).is_ok() && found.get()
}

/// Walks and marks what it finds.
#[derive(Clone, Copy)]
struct Finder<'a> {
    wanted: ParticipantId,
    found: &'a Cell<bool>,
    is_id: bool,
}

/// What cannot be read names nobody.
#[derive(Debug)]
struct NotFound;

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a row")
    }
}

impl std::error::Error for NotFound {}

impl ser::Error for NotFound {
    fn custom<T: fmt::Display>(_text: T) -> Self {
        NotFound
    }
}

impl Finder<'_> {
    fn look(self, part: &(impl Serialize + ?Sized)) -> Result<(), NotFound> {
        part.serialize(Finder {
            is_id: false,
            ..self
        })
    }
}

/// Parts that are never an id.
macro_rules! nothing {
    ($($method:ident: $part:ty;)+) => {
        $(
            fn $method(self, _part: $part) -> Result<(), NotFound> {
                Ok(())
            }
        )+
    };
}

impl Serializer for Finder<'_> {
    type Ok = ();
    type Error = NotFound;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    nothing! {
        serialize_bool: bool;
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u64: u64;
        serialize_char: char;
        serialize_str: &str;
        serialize_bytes: &[u8];
        serialize_unit_struct: &'static str;
    }

    fn serialize_u32(self, number: u32) -> Result<(), NotFound> {
        if self.is_id && number == self.wanted.0 {
            self.found.set(true);
        }
        Ok(())
    }

    fn serialize_f32(self, _part: f32) -> Result<(), NotFound> {
        Ok(())
    }

    fn serialize_f64(self, _part: f64) -> Result<(), NotFound> {
        Ok(())
    }

    fn serialize_none(self) -> Result<(), NotFound> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, part: &T) -> Result<(), NotFound> {
        self.look(part)
    }

    fn serialize_unit(self) -> Result<(), NotFound> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
    ) -> Result<(), NotFound> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        part: &T,
    ) -> Result<(), NotFound> {
        part.serialize(Finder {
            is_id: name == ID,
            ..self
        })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        part: &T,
    ) -> Result<(), NotFound> {
        self.look(part)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Self, NotFound> {
        Ok(self)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self, NotFound> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Self, NotFound> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self, NotFound> {
        Ok(self)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self, NotFound> {
        Ok(self)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Self, NotFound> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self, NotFound> {
        Ok(self)
    }
}

/// Lists and tuples: each part by itself.
macro_rules! list {
    ($($trait:ident, $method:ident;)+) => {
        $(
            impl ser::$trait for Finder<'_> {
                type Ok = ();
                type Error = NotFound;

                fn $method<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), NotFound> {
                    self.look(part)
                }

                fn end(self) -> Result<(), NotFound> {
                    Ok(())
                }
            }
        )+
    };
}

list! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
}

/// Structs: each field by itself.
macro_rules! fields {
    ($($trait:ident;)+) => {
        $(
            impl ser::$trait for Finder<'_> {
                type Ok = ();
                type Error = NotFound;

                fn serialize_field<T: Serialize + ?Sized>(
                    &mut self,
                    _name: &'static str,
                    part: &T,
                ) -> Result<(), NotFound> {
                    self.look(part)
                }

                fn end(self) -> Result<(), NotFound> {
                    Ok(())
                }
            }
        )+
    };
}

fields! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Finder<'_> {
    type Ok = ();
    type Error = NotFound;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), NotFound> {
        self.look(part)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), NotFound> {
        self.look(part)
    }

    fn end(self) -> Result<(), NotFound> {
        Ok(())
    }
}
