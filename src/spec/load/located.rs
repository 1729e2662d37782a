//! Values with the place where they were typed, and tables whose keys stand in the order in which they were typed.
//!
//! In: TOML. Out: [`Located`] values and [`OrderedRows`]. What the values mean is decided elsewhere.

use std::{fmt, marker::PhantomData, ops::Deref};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use toml::Spanned;

/// A value, and the byte at which it begins.
#[derive(Debug, Clone)]
pub(super) struct Located<T> {
    value: T,
    start: usize,
}

impl<T> Located<T> {
    /// Another value at the same place.
    pub(super) fn with<U>(&self, value: U) -> Located<U> {
        Located { value, start: self.start }
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok(Self { start: spanned.span().start, value: spanned.into_inner() })
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Rows of a table by their keys, in the order in which they were typed.
#[derive(Debug, Clone)]
pub(super) struct OrderedRows<T>(Vec<(Located<String>, T)>);

impl<T> Default for OrderedRows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> OrderedRows<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Located<String>, &T)> {
        self.0.iter().map(|(key, row)| (key, row))
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.iter().find(|(key, _)| key.as_str() == name).map(|(_, row)| row)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OrderedRows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrder<T> {
            type Value = OrderedRows<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of rows")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OrderedRows<T>, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry::<Located<String>, T>()? {
                    rows.push(row);
                }
                rows.sort_by_key(|(key, _): &(Located<String>, T)| key.start);
                Ok(OrderedRows(rows))
            }
        }

        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OrderedRows<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Rows_of_{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        std::collections::BTreeMap::<String, T>::json_schema(generator)
    }
}
