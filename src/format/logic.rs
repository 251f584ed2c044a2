//! Groups of conditions as the value of an attribute: `{"all": ["id", {"not": {"any": […]}}]}`.

use std::rc::Rc;

use serde_json::Value;

use crate::model::{Id, Logic};

/// A combination of conditions as JSON.
#[must_use]
pub fn logic_value(logic: &Logic) -> Rc<str> {
    value(logic).to_string().into()
}

fn value(logic: &Logic) -> Value {
    let object = |name: &str, value: Value| {
        let mut object = serde_json::Map::new();
        object.insert(name.to_owned(), value);
        Value::Object(object)
    };
    match logic {
        Logic::Is(id) => Value::String(id.to_string()),
        Logic::Not(it) => object("not", value(it)),
        Logic::All(parts) => object("all", Value::Array(parts.iter().map(value).collect())),
        Logic::Any(parts) => object("any", Value::Array(parts.iter().map(value).collect())),
    }
}

/// The reverse of [`logic_value`]; `None` for other JSON, and for groups deeper than any that
/// [`Logic::parse`] makes.
#[must_use]
pub fn logic_of(json: &str) -> Option<Logic> {
    logic(&serde_json::from_str(json).ok()?, 0)
}

fn logic(value: &Value, depth: usize) -> Option<Logic> {
    if depth > 2 * Logic::DEEPEST {
        return None;
    }
    let group = |parts: &Value| -> Option<Vec<Logic>> {
        parts.as_array()?.iter().map(|part| logic(part, depth + 1)).collect()
    };
    match value {
        Value::String(id) => Id::new(id).ok().map(Logic::Is),
        Value::Object(object) if object.len() == 1 => {
            let (name, it) = object.iter().next()?;
            match name.as_str() {
                "not" => Some(Logic::Not(Box::new(logic(it, depth + 1)?))),
                "all" => group(it).map(Logic::All),
                "any" => group(it).map(Logic::Any),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The words of an attribute's value: of a text the text, of anything else its JSON.
#[must_use]
pub fn value_words(json: &str) -> String {
    match serde_json::from_str(json) {
        Ok(Value::String(text)) => text,
        _ => json.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_back_from_json() {
        let ids: Vec<Id> = ["a", "b", "c"].into_iter().filter_map(|it| Id::new(it).ok()).collect();
        let logic = Logic::parse("a and not (b or c)", &ids).expect("a formula");
        let json = logic_value(&logic);
        assert_eq!(&*json, r#"{"all":["a",{"not":{"any":["b","c"]}}]}"#);
        assert_eq!(logic_of(&json), Some(logic));
        for other in ["3", "{}", r#"{"xor":["a","b"]}"#, r#"{"all":[{"any":3}]}"#, "", "\"no id 😃\""] {
            assert_eq!(logic_of(other), None, "{other}");
        }
        // The deepest that can be typed.
        let mut formula = "a".to_owned();
        for _ in 1..Logic::DEEPEST {
            formula = format!("b or c and ({formula})");
        }
        let deepest = Logic::parse(&formula, &ids).expect("a formula");
        assert_eq!(logic_of(&logic_value(&deepest)), Some(deepest));
        assert!(Logic::parse(&format!("({formula})"), &ids).is_err());
        let deep = "{\"not\":".repeat(100) + "\"a\"" + &"}".repeat(100);
        assert_eq!(logic_of(&deep), None);
        assert_eq!(
            (value_words("\"e\u{301} 😃\""), value_words("[1]")),
            ("e\u{301} 😃".into(), "[1]".into())
        );
    }
}
