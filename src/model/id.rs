use std::fmt;
use std::rc::Rc;

/// Names one thing for ever: an annotation, an article, an actor, a link, a label.
///
/// Invariant: 1 to 128 characters out of `A–Z a–z 0–9 . _ : -`, so that it can stand
/// in a storage key, in a list divided by spaces and in a file name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Rc<str>);

/// What is no [`Id`]: empty, too long, or with another character in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId;

impl Id {
    /// The longest id, in characters.
    pub const MAX_LEN: usize = 128;

    /// Checks the invariant.
    ///
    /// # Errors
    /// [`InvalidId`] when it does not hold.
    pub fn new(name: &str) -> Result<Id, InvalidId> {
        let fine = |byte| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b':' | b'-');
        if (1..=Id::MAX_LEN).contains(&name.len()) && name.bytes().all(fine) {
            Ok(Id(name.into()))
        } else {
            Err(InvalidId)
        }
    }

    /// An id from 128 random bits, written in hexadecimal.
    #[must_use]
    pub fn from_random(bits: u128) -> Id {
        Id(format!("{bits:032x}").into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
