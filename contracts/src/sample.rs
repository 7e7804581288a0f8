//! Values of any type that can be read, drawn field by field: examples for people, and random values for tests.
//!
//! ```text
//!   T: Deserialize ──asks serde──▶ Sampler ──asks──▶ Draw      what number, which variant, which text of this kind
//! ```
//! A new verb or object is drawn as soon as it derives serde; nobody writes an example or a generator for it by hand. What is drawn
//! passes the type's own checks and not the ledger's. A raw `u128`, `i128` or list of bytes has no JSON form (numbers above 2^53 lose
//! digits in other languages) and is an error here: such a field says `#[serde(with = "json::text")]`.

use std::fmt;

use serde::{
    Deserialize,
    de::{
        self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
        Visitor, value::StrDeserializer,
    },
};

/// Where in a value something is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The nearest field's name; empty above all fields.
    pub field: &'static str,
    /// The nearest type of one part's name, such as `AccountId`; empty for bare numbers.
    pub of: &'static str,
}

/// Chooses what a value consists of.
pub trait Draw {
    /// An unsigned number of at most `max`.
    fn unsigned(&mut self, place: Place, max: u64) -> u64;
    /// A signed number between `min` and `max`.
    fn signed(&mut self, place: Place, min: i64, max: i64) -> i64;
    /// Yes or no.
    fn flag(&mut self, place: Place) -> bool;
    /// A text of a kind (`sycee_primitives::json::Text::KIND`); `None` when it knows no such kind.
    fn text(&mut self, place: Place, kind: &'static str) -> Option<String>;
    /// Whether a part that may be absent is there.
    fn present(&mut self, place: Place) -> bool;
    /// How many parts a list has.
    fn length(&mut self, place: Place) -> usize;
    /// Which of the variants of the type `of`.
    fn variant(
        &mut self,
        place: Place,
        of: &'static str,
        variants: &'static [&'static str],
    ) -> usize;
}

/// Why a type cannot be drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SampleError(String);

impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SampleError {}

impl de::Error for SampleError {
    fn custom<T: fmt::Display>(text: T) -> Self {
        SampleError(text.to_string())
    }
}

/// Draws a value.
///
/// # Errors
/// [`SampleError`] when the type has no JSON form, or refuses what was drawn for it.
pub fn draw<T: for<'de> Deserialize<'de>>(draw: &mut dyn Draw) -> Result<T, SampleError> {
    T::deserialize(Sampler {
        draw,
        place: Place::default(),
    })
}

struct Sampler<'a> {
    draw: &'a mut dyn Draw,
    place: Place,
}

impl Sampler<'_> {
    fn at(&mut self, place: Place) -> Sampler<'_> {
        Sampler {
            draw: &mut *self.draw,
            place,
        }
    }

    fn no_form<T>(&self, what: &str) -> Result<T, SampleError> {
        Err(SampleError(format!(
            "field {}: {what} has no JSON form of its own; say `#[serde(with = \"json::text\")]`",
            self.place.field
        )))
    }
}

macro_rules! unsigned {
    ($method:ident, $visit:ident, $number:ty) => {
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SampleError> {
            let drawn = self.draw.unsigned(self.place, u64::from(<$number>::MAX));
            visitor.$visit(<$number>::try_from(drawn).unwrap_or(<$number>::MAX))
        }
    };
}

macro_rules! signed {
    ($method:ident, $visit:ident, $number:ty) => {
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SampleError> {
            let (min, max) = (i64::from(<$number>::MIN), i64::from(<$number>::MAX));
            let drawn = self.draw.signed(self.place, min, max);
            visitor.$visit(<$number>::try_from(drawn).unwrap_or(<$number>::MAX))
        }
    };
}

macro_rules! without_form {
    ($($method:ident, $what:literal;)+) => {
        $(
            fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, SampleError> {
                self.no_form($what)
            }
        )+
    };
}

impl<'de> de::Deserializer<'de> for Sampler<'_> {
    type Error = SampleError;

    unsigned!(deserialize_u8, visit_u8, u8);
    unsigned!(deserialize_u16, visit_u16, u16);
    unsigned!(deserialize_u32, visit_u32, u32);
    unsigned!(deserialize_u64, visit_u64, u64);
    signed!(deserialize_i8, visit_i8, i8);
    signed!(deserialize_i16, visit_i16, i16);
    signed!(deserialize_i32, visit_i32, i32);
    signed!(deserialize_i64, visit_i64, i64);

    without_form! {
        deserialize_any, "anything";
        deserialize_ignored_any, "anything";
        deserialize_identifier, "a name";
        deserialize_u128, "a number of 128 bits";
        deserialize_i128, "a number of 128 bits";
        deserialize_f32, "a float";
        deserialize_f64, "a float";
        deserialize_char, "a character";
        deserialize_str, "a text without a kind";
        deserialize_string, "a text without a kind";
        deserialize_bytes, "a string of bytes";
        deserialize_byte_buf, "a string of bytes";
        deserialize_map, "a map";
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SampleError> {
        visitor.visit_bool(self.draw.flag(self.place))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SampleError> {
        if self.draw.present(self.place) {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SampleError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        if let Some(text) = self.draw.text(self.place, name) {
            return visitor.visit_str(&text);
        }
        let place = Place {
            of: name,
            ..self.place
        };
        visitor.visit_newtype_struct(self.at(place))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SampleError> {
        let left = self.draw.length(self.place);
        visitor.visit_seq(List {
            sampler: self,
            left,
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        visitor.visit_seq(List {
            sampler: self,
            left,
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        visitor.visit_map(Fields {
            sampler: self,
            rest: fields,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        let place = self.draw.variant(self.place, name, variants);
        match variants.get(place) {
            Some(variant) => visitor.visit_enum(Variant {
                sampler: self,
                name: variant,
            }),
            None => self.no_form("a type without such a variant"),
        }
    }
}

struct List<'a> {
    sampler: Sampler<'a>,
    left: usize,
}

impl<'de> SeqAccess<'de> for List<'_> {
    type Error = SampleError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, SampleError> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        let place = self.sampler.place;
        seed.deserialize(self.sampler.at(place)).map(Some)
    }
}

struct Fields<'a> {
    sampler: Sampler<'a>,
    rest: &'static [&'static str],
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = SampleError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, SampleError> {
        let Some((field, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        self.rest = rest;
        self.sampler.place = Place { field, of: "" };
        let name: StrDeserializer<'_, SampleError> = field.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, SampleError> {
        let place = self.sampler.place;
        seed.deserialize(self.sampler.at(place))
    }
}

struct Variant<'a> {
    sampler: Sampler<'a>,
    name: &'static str,
}

impl<'a, 'de> EnumAccess<'de> for Variant<'a> {
    type Error = SampleError;
    type Variant = Sampler<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Sampler<'a>), SampleError> {
        let name: StrDeserializer<'_, SampleError> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self.sampler))
    }
}

impl<'de> VariantAccess<'de> for Sampler<'_> {
    type Error = SampleError;

    fn unit_variant(self) -> Result<(), SampleError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, SampleError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        visitor.visit_seq(List {
            sampler: self,
            left,
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SampleError> {
        visitor.visit_map(Fields {
            sampler: self,
            rest: fields,
        })
    }
}
