use std::cmp::Ordering;
use std::iter;
use std::mem;
use std::rc::Rc;

use super::{Id, Record};

/// A record with the number that its place goes by.
type Entry = (u64, Record);

/// At most so many records make a piece. A change copies one piece and the list of all: with a
/// hundred thousand records both are some hundreds of entries.
const PIECE: usize = 256;

/// Records that lie side by side; never none.
#[derive(Clone, Debug, Default)]
struct Piece {
    /// So many records come before.
    start: usize,
    entries: Rc<Vec<Entry>>,
}

/// Records in the order of a number that each came with, and of their ids where it is the same. A
/// clone shares structure: a snapshot costs what changed, and two can be compared without a look
/// at what they share.
///
/// Not the maps of a library: those that did this before were a twentieth of what a visitor
/// downloads, and took longer to be filled from a large file.
#[derive(Clone, Debug, Default)]
pub(super) struct Ordered(Rc<Vec<Piece>>);

impl Ordered {
    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| last.start + last.entries.len())
    }

    /// The piece that a record is in, or would be, and its place there.
    fn find(&self, number: u64, id: &Id) -> (usize, Result<usize, usize>) {
        let side = |(here, record): &Entry| here.cmp(&number).then_with(|| record.id().cmp(id));
        let piece = self.0.partition_point(|piece| piece.entries.first().is_some_and(|it| side(it).is_le()));
        let piece = piece.saturating_sub(1);
        (piece, self.0.get(piece).map_or(Err(0), |piece| piece.entries.binary_search_by(side)))
    }

    pub(super) fn get(&self, number: u64, id: &Id) -> Option<&Record> {
        let (piece, at) = self.find(number, id);
        Some(&self.0.get(piece)?.entries.get(at.ok()?)?.1)
    }

    /// The record that so many come before.
    pub(super) fn nth(&self, nth: usize) -> Option<&Record> {
        let piece = self.0.get(self.0.partition_point(|piece| piece.start <= nth).checked_sub(1)?)?;
        Some(&piece.entries.get(nth - piece.start)?.1)
    }

    /// How many come before a record; before where it would stand, when it is not here.
    pub(super) fn rank(&self, number: u64, id: &Id) -> Result<usize, usize> {
        let (piece, at) = self.find(number, id);
        let start = self.0.get(piece).map_or(0, |piece| piece.start);
        at.map(|at| start + at).map_err(|at| start + at)
    }

    /// How many have a smaller number.
    pub(super) fn rank_before(&self, number: u64) -> usize {
        let before = |(here, _): &Entry| *here < number;
        let piece = self.0.partition_point(|piece| piece.entries.first().is_some_and(before));
        let piece = piece.checked_sub(1).and_then(|piece| self.0.get(piece));
        piece.map_or(0, |piece| piece.start + piece.entries.partition_point(before))
    }

    /// What it replaces.
    pub(super) fn insert(&mut self, number: u64, record: Record) -> Option<Record> {
        let (mut piece, at) = self.find(number, record.id());
        let pieces = Rc::make_mut(&mut self.0);
        if pieces.is_empty() {
            pieces.push(Piece::default());
        }
        let entries = Rc::make_mut(&mut pieces[piece].entries);
        let mut at = match at {
            Ok(at) => return Some(mem::replace(&mut entries[at].1, record)),
            Err(at) => at,
        };
        if entries.len() == PIECE {
            // What comes in order leaves full pieces behind.
            let cut = if at == PIECE { PIECE } else { PIECE / 2 };
            let rest = Rc::new(entries.split_off(cut));
            let start = pieces[piece].start + cut;
            pieces.insert(piece + 1, Piece { start, entries: rest });
            if at >= cut {
                (piece, at) = (piece + 1, at - cut);
            }
        }
        Rc::make_mut(&mut pieces[piece].entries).insert(at, (number, record));
        pieces[piece + 1..].iter_mut().for_each(|later| later.start += 1);
        None
    }

    pub(super) fn remove(&mut self, number: u64, id: &Id) -> Option<Record> {
        let (piece, at) = self.find(number, id);
        let at = at.ok()?;
        let pieces = Rc::make_mut(&mut self.0);
        pieces[piece + 1..].iter_mut().for_each(|later| later.start -= 1);
        let entries = Rc::make_mut(&mut pieces[piece].entries);
        let (_, record) = entries.remove(at);
        if entries.is_empty() {
            pieces.remove(piece);
        }
        Some(record)
    }

    /// In order.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.0.iter().flat_map(|piece| piece.entries.iter()).map(|(_, record)| record)
    }

    /// Whether the two are one value: always right when it says yes, and it looks at no record.
    pub(super) fn ptr_eq(&self, other: &Ordered) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// What is otherwise than before: what was, and what is. Pieces that both share are not visited.
    pub(super) fn changed_since<'a>(
        &'a self,
        before: &'a Ordered,
    ) -> impl Iterator<Item = (Option<&'a Record>, Option<&'a Record>)> {
        let (mut old, mut new) = (Walk { left: &before.0, at: 0 }, Walk { left: &self.0, at: 0 });
        let next = move || {
            loop {
                if let (Some(was), Some(is)) = (old.whole(), new.whole())
                    && Rc::ptr_eq(was, is)
                {
                    old.skip();
                    new.skip();
                    continue;
                }
                let side = match (old.entry(), new.entry()) {
                    (Some(was), Some(is)) => was.0.cmp(&is.0).then_with(|| was.1.id().cmp(is.1.id())),
                    (Some(_), None) => Ordering::Less,
                    (None, Some(_)) => Ordering::Greater,
                    (None, None) => return None,
                };
                let was = if side.is_le() { old.step() } else { None };
                let is = if side.is_ge() { new.step() } else { None };
                if was != is {
                    return Some((was, is));
                }
            }
        };
        iter::from_fn(next)
    }
}

/// Goes through records in order.
struct Walk<'a> {
    /// The piece that it is in, and all after it.
    left: &'a [Piece],
    /// The place in that piece, which ends after it.
    at: usize,
}

impl<'a> Walk<'a> {
    /// The piece that comes next, if all of it does.
    fn whole(&self) -> Option<&'a Rc<Vec<Entry>>> {
        self.left.first().filter(|_| self.at == 0).map(|piece| &piece.entries)
    }

    fn entry(&self) -> Option<&'a Entry> {
        self.left.first()?.entries.get(self.at)
    }

    fn step(&mut self) -> Option<&'a Record> {
        let (_, record) = self.entry()?;
        self.at += 1;
        if self.entry().is_none() {
            self.skip();
        }
        Some(record)
    }

    fn skip(&mut self) {
        self.left = self.left.get(1..).unwrap_or_default();
        self.at = 0;
    }
}

/// Records of one kind, by id. One type for all kinds: each further one would be its whole code once
/// more in what a visitor downloads.
#[derive(Clone, Debug, Default)]
pub(super) struct Records(Ordered);

/// An id's first bytes as a number, in the order of ids: only where they are the same the id itself
/// is looked for, which lies elsewhere in memory.
fn number(id: &Id) -> u64 {
    let mut first = [0; 8];
    first.iter_mut().zip(id.as_str().bytes()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(first)
}

impl Records {
    pub(super) fn get(&self, id: &Id) -> Option<&Record> {
        self.0.get(number(id), id)
    }

    /// What it replaces.
    pub(super) fn insert(&mut self, record: Record) -> Option<Record> {
        self.0.insert(number(record.id()), record)
    }

    /// Takes in all of `other`, in a time that grows with the smaller of the two; `None` when both
    /// have a record of the same id.
    pub(super) fn join(&mut self, other: &Records) -> Option<()> {
        let whole = self.len() + other.len();
        let mut less = other.clone();
        if self.len() < other.len() {
            mem::swap(self, &mut less);
        }
        for record in less.values() {
            self.insert(record.clone());
        }
        (self.len() == whole).then_some(())
    }

    pub(super) fn remove(&mut self, id: &Id) -> Option<Record> {
        self.0.remove(number(id), id)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// In order of the ids.
    pub(super) fn values(&self) -> impl Iterator<Item = &Record> {
        self.0.values()
    }

    /// [`Ordered::ptr_eq`].
    pub(super) fn ptr_eq(&self, other: &Records) -> bool {
        self.0.ptr_eq(&other.0)
    }

    /// [`Ordered::changed_since`].
    pub(super) fn changed_since<'a>(
        &'a self,
        before: &'a Records,
    ) -> impl Iterator<Item = (Option<&'a Record>, Option<&'a Record>)> {
        self.0.changed_since(&before.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Label, Part};

    fn id(name: &str) -> Id {
        Id::new(name).expect("an id")
    }

    fn record(name: &str, said: &str) -> Record {
        Record::Label(Rc::new(Label::new(id(name), Part::Label, said)))
    }

    #[test]
    fn the_order_is_that_of_ids_whatever_they_begin_with() {
        // Shorter than a number, as long, longer, and alike in their first bytes.
        let names =
            ["a", "a.", "a0", "abcdefgh", "abcdefg", "abcdefgh-2", "abcdefgh-10", "abcdefgi", "Z", "_", "-"];
        let mut records = Records::default();
        for name in names {
            assert_eq!(records.insert(record(name, "")), None);
        }
        let mut sorted = names.map(id);
        sorted.sort();
        assert_eq!(records.values().map(Record::id).collect::<Vec<_>>(), sorted.each_ref());
        assert_eq!(records.insert(record("abcdefgh-2", "")), Some(record("abcdefgh-2", "")));
        let before = records.clone();
        assert_eq!(records.remove(&id("abcdefgh")), Some(record("abcdefgh", "")));
        assert_eq!(records.get(&id("abcdefgh")), None);
        assert_eq!(records.get(&id("abcdefgh-10")), Some(&record("abcdefgh-10", "")));
        let changes: Vec<_> = records.changed_since(&before).collect();
        assert_eq!(changes, [(Some(&record("abcdefgh", "")), None)]);
    }

    /// So many ids as make some pieces; a number for each, which few share.
    const IDS: usize = 3 * PIECE;

    fn name(which: usize) -> (u64, String) {
        ((which * 7919 % IDS / 3) as u64, format!("id-{which}"))
    }

    /// What is done: to which ids, from one on, how many, and what with.
    fn deeds() -> impl Strategy<Value = Vec<(usize, usize, bool, u8)>> {
        let many = prop_oneof![4 => 1..4usize, 1 => 1..IDS];
        vec((0..IDS, many, any::<bool>(), 0..3u8), 1..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Beside an ordered map of the standard library, whatever is put in, replaced and taken out.
        #[test]
        fn it_is_an_ordered_map_that_tells_what_changed(deeds in deeds()) {
            let (mut records, mut map) = (Ordered::default(), BTreeMap::new());
            let mut earlier = vec![(records.clone(), map.clone())];
            for (first, many, puts, said) in deeds {
                for which in (first..first + many).map(|it| it % IDS) {
                    let (number, name) = name(which);
                    let key = (number, id(&name));
                    if puts {
                        let new = record(&name, &said.to_string());
                        prop_assert_eq!(records.insert(number, new.clone()), map.insert(key, new));
                    } else {
                        prop_assert_eq!(records.remove(number, &key.1), map.remove(&key));
                    }
                }
                prop_assert!(records.0.iter().all(|piece| (1..=PIECE).contains(&piece.entries.len())));
                prop_assert_eq!(records.len(), map.len());
                prop_assert!(records.values().eq(map.values()));
                prop_assert!(records.values().rev().eq(map.values().rev()));
                for (nth, ((number, id), record)) in map.iter().enumerate() {
                    prop_assert_eq!(records.nth(nth), Some(record));
                    prop_assert_eq!(records.rank(*number, id), Ok(nth));
                    prop_assert_eq!(records.get(*number, id), Some(record));
                }
                prop_assert_eq!(records.nth(map.len()), None);
                for which in (0..IDS).step_by(41) {
                    let (number, name) = name(which);
                    let key = (number, id(&name));
                    let rank = map.range(..&key).count();
                    prop_assert_eq!(records.rank(number, &key.1).is_ok(), map.contains_key(&key));
                    prop_assert_eq!(records.rank(number, &key.1).unwrap_or_else(|it| it), rank);
                    prop_assert_eq!(records.rank_before(number), map.keys().filter(|it| it.0 < number).count());
                }
                for (then, was) in &earlier {
                    let told: Vec<_> = records.changed_since(then).collect();
                    let both = was.keys().chain(map.keys()).collect::<std::collections::BTreeSet<_>>();
                    let changes = both.into_iter().map(|key| (was.get(key), map.get(key)));
                    let changes: Vec<_> = changes.filter(|(was, is)| was != is).collect();
                    prop_assert_eq!(told, changes);
                }
                earlier.push((records.clone(), map.clone()));
            }
        }
    }
}
