//! How somebody wants the page to be: names with values, kept apart from the work.

use serde_json::{Map, Value};

/// The key in local storage and in IndexedDB.
pub const SETTINGS_KEY: &str = "verbatim/settings";

/// The name under which stands when the last choice was made.
const AT: &str = "at";

/// Names with values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices(Map<String, Value>);

impl Choices {
    /// Reads a stored value; nothing is chosen where it cannot be read.
    #[must_use]
    pub fn read(json: &str) -> Choices {
        match serde_json::from_str(json) {
            Ok(Value::Object(members)) => Choices(members),
            _ => Choices::default(),
        }
    }

    /// The value to store. What another version has chosen stays in it.
    #[must_use]
    pub fn json(&self) -> String {
        let mut members = self.0.clone();
        members.insert("version".into(), 1.into());
        Value::Object(members).to_string()
    }

    /// What was chosen.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// When the last choice was made, in milliseconds since 1970 (UTC); 0 where that is not known.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.0.get(AT).and_then(Value::as_u64).unwrap_or(0)
    }

    /// The same with another choice, made at `now`; `None` goes back to what is usual.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>, now: u64) -> Choices {
        let mut members = self.0.clone();
        members.insert(AT.into(), now.max(self.at() + 1).into());
        match value {
            Some(value) => members.insert(name.into(), value.into()),
            None => members.remove(name),
        };
        Choices(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_and_broken_ones_are_none() {
        let chosen = Choices::default().with("theme", Some("dark"), 7).with("size", Some("5"), 7);
        let again = Choices::read(&chosen.json());
        assert_eq!(again.get("theme"), Some("dark"));
        let usual = again.with("theme", None, 9);
        assert_eq!(usual.get("theme"), None);
        // The later is known as such, whatever the clock says.
        assert_eq!([&chosen, &again, &usual].map(Choices::at), [8, 8, 9]);
        assert_eq!(Choices::read("{\"theme\":\"dark\"}").at(), 0);
        assert_eq!(Choices::read("{\"a\""), Choices::default());
    }
}
