use imbl::OrdMap;
use imbl::ordmap::DiffItem;

use super::{Id, Record};

/// An id with its first bytes as a number, in the order of ids: a map compares the numbers, and
/// looks for the id itself, which lies elsewhere in memory, only where they are the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u64, Id);

impl Key {
    fn of(id: &Id) -> Key {
        let mut first = [0; 8];
        first.iter_mut().zip(id.as_str().bytes()).for_each(|(to, from)| *to = from);
        Key(u64::from_be_bytes(first), id.clone())
    }
}

/// Records of one kind, by id. A clone shares structure. One type of map for all kinds: each
/// further one would be the whole map's code once more in what a visitor downloads.
#[derive(Clone, Debug, Default)]
pub(super) struct Records(OrdMap<Key, Record>);

impl Records {
    pub(super) fn get(&self, id: &Id) -> Option<&Record> {
        self.0.get(&Key::of(id))
    }

    /// What it replaces.
    pub(super) fn insert(&mut self, record: Record) -> Option<Record> {
        self.0.insert(Key::of(record.id()), record)
    }

    /// Takes in all of `other`, in a time that grows with the smaller of the two; `None` when both
    /// have a record of the same id.
    pub(super) fn join(&mut self, other: &Records) -> Option<()> {
        let whole = self.len() + other.len();
        let mut less = other.clone();
        if self.len() < other.len() {
            std::mem::swap(self, &mut less);
        }
        for record in less.values() {
            self.insert(record.clone());
        }
        (self.len() == whole).then_some(())
    }

    pub(super) fn remove(&mut self, id: &Id) -> Option<Record> {
        self.0.remove(&Key::of(id))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// In order of the ids.
    pub(super) fn values(&self) -> impl Iterator<Item = &Record> {
        self.0.values()
    }

    /// Whether the two are one value: always right when it says yes, and it looks at no record.
    pub(super) fn ptr_eq(&self, other: &Records) -> bool {
        self.0.ptr_eq(&other.0)
    }

    /// What is otherwise than before: what was, and what is. What both share is not visited.
    pub(super) fn changed_since<'a>(
        &'a self,
        before: &'a Records,
    ) -> impl Iterator<Item = (Option<&'a Record>, Option<&'a Record>)> {
        before.0.diff(&self.0).map(|item| match item {
            DiffItem::Add(_, new) => (None, Some(new)),
            DiffItem::Update { old: (_, old), new: (_, new) } => (Some(old), Some(new)),
            DiffItem::Remove(_, old) => (Some(old), None),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::model::{Label, Part};

    fn id(name: &str) -> Id {
        Id::new(name).expect("an id")
    }

    #[test]
    fn the_order_is_that_of_ids_whatever_they_begin_with() {
        // Shorter than a number, as long, longer, and alike in their first bytes.
        let names =
            ["a", "a.", "a0", "abcdefgh", "abcdefg", "abcdefgh-2", "abcdefgh-10", "abcdefgi", "Z", "_", "-"];
        let record = |name: &str| Record::Label(Rc::new(Label::new(id(name), Part::Label, name)));
        let mut records = Records::default();
        for name in names {
            assert_eq!(records.insert(record(name)), None);
        }
        let mut sorted = names.map(id);
        sorted.sort();
        assert_eq!(records.values().map(Record::id).collect::<Vec<_>>(), sorted.each_ref());
        assert_eq!(records.insert(record("abcdefgh-2")), Some(record("abcdefgh-2")));
        let before = records.clone();
        assert_eq!(records.remove(&id("abcdefgh")), Some(record("abcdefgh")));
        assert_eq!(records.get(&id("abcdefgh")), None);
        assert_eq!(records.get(&id("abcdefgh-10")), Some(&record("abcdefgh-10")));
        let changes: Vec<_> = records.changed_since(&before).collect();
        assert_eq!(changes, [(Some(&record("abcdefgh")), None)]);
    }
}
