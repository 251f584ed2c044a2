use std::cell::{OnceCell, RefCell};
use std::ops::Deref;

use super::{Project, Record, RecordKey};

/// What became of one record: `None` before for a new one, `None` after for a
/// removed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which record.
    pub key: RecordKey,
    /// What it was.
    pub before: Option<Record>,
    /// What it is now.
    pub after: Option<Record>,
}

impl Change {
    /// The change that takes this one back.
    #[must_use]
    pub fn reversed(self) -> Change {
        Change { key: self.key, before: self.after, after: self.before }
    }
}

/// What became of records, as [`Project::changes_since`] orders it. Of two projects it is found when it is
/// first asked for: with an import, of many records, that may be when its marks have been seen.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    found: OnceCell<Vec<Change>>,
    /// Before and after, until it is found.
    between: RefCell<Option<Box<[Project; 2]>>>,
}

impl Changes {
    /// What must change to make `before` into `after`.
    #[must_use]
    pub fn between(before: &Project, after: &Project) -> Changes {
        let between = RefCell::new(Some(Box::new([before.clone(), after.clone()])));
        Changes { found: OnceCell::new(), between }
    }
}

impl From<Vec<Change>> for Changes {
    fn from(changes: Vec<Change>) -> Changes {
        Changes { found: changes.into(), between: RefCell::default() }
    }
}

impl Deref for Changes {
    type Target = [Change];

    fn deref(&self) -> &[Change] {
        self.found.get_or_init(|| match self.between.take().map(|it| *it) {
            Some([before, after]) => after.changes_since(&before),
            None => Vec::new(),
        })
    }
}

impl<'a> IntoIterator for &'a Changes {
    type Item = &'a Change;
    type IntoIter = std::slice::Iter<'a, Change>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Changes {
    fn eq(&self, other: &Changes) -> bool {
        **self == **other
    }
}

impl Eq for Changes {}
