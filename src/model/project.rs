use std::cmp::Ordering;
use std::rc::Rc;

use super::records::{Ordered, Records};
use super::{Actor, Annotation, Article, Change, Id, Label, Link, Part, Rest, default_labels};
use crate::text::{Place, in_order};

/// One thing that is kept: what a storage key holds and what a change replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// An article with its text.
    Article(Rc<Article>),
    /// An annotation.
    Annotation(Rc<Annotation>),
    /// An actor of the registry.
    Actor(Rc<Actor>),
    /// A link.
    Link(Rc<Link>),
    /// A label of the codebook.
    Label(Rc<Label>),
    /// What files said besides.
    Rest(Rc<Rest>),
}

/// Names a [`Record`]. Annotations and links are named with their article, so that
/// what belongs together stands together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordKey {
    /// An article.
    Article(Id),
    /// Article, annotation.
    Annotation(Id, Id),
    /// An actor.
    Actor(Id),
    /// Article, link.
    Link(Id, Id),
    /// A label.
    Label(Id),
    /// What files said besides, in this object.
    Rest(Id),
}

impl Record {
    /// The id of what it is about.
    pub(super) fn id(&self) -> &Id {
        match self {
            Record::Article(it) => &it.id,
            Record::Annotation(it) => &it.id,
            Record::Actor(it) => &it.id,
            Record::Link(it) => &it.id,
            Record::Label(it) => &it.id,
            Record::Rest(it) => &it.id,
        }
    }

    /// The record's name.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        match self {
            Record::Article(article) => RecordKey::Article(article.id.clone()),
            Record::Annotation(it) => RecordKey::Annotation(it.article.clone(), it.id.clone()),
            Record::Actor(actor) => RecordKey::Actor(actor.id.clone()),
            Record::Link(link) => RecordKey::Link(link.article.clone(), link.id.clone()),
            Record::Label(label) => RecordKey::Label(label.id.clone()),
            Record::Rest(rest) => RecordKey::Rest(rest.id.clone()),
        }
    }
}

/// Annotations in text order.
type List = Rc<Vec<Rc<Annotation>>>;

/// A list for each paragraph that has one, by its number. In pieces, which clones share: a change
/// copies a piece and the names of all, which costs less than one more type of map.
#[derive(Clone, Debug, Default)]
struct Lists(Vec<Rc<Vec<Option<List>>>>);

impl Lists {
    /// So many paragraphs make a piece.
    const PIECE: usize = 64;

    fn get(&self, paragraph: usize) -> Option<&List> {
        self.0.get(paragraph / Lists::PIECE)?.get(paragraph % Lists::PIECE)?.as_ref()
    }

    fn set(&mut self, paragraph: usize, list: Vec<Rc<Annotation>>) {
        let (piece, at) = (paragraph / Lists::PIECE, paragraph % Lists::PIECE);
        if piece >= self.0.len() {
            self.0.resize_with(piece + 1, Rc::default);
        }
        let piece = Rc::make_mut(&mut self.0[piece]);
        if at >= piece.len() {
            piece.resize(at + 1, None);
        }
        piece[at] = (!list.is_empty()).then(|| Rc::new(list));
    }
}

/// The annotations of one article, findable by place.
#[derive(Clone, Debug, Default)]
pub struct Annotations {
    /// In text order.
    in_order: Ordered,
    /// What touches each paragraph; a list is replaced only when it changes, so that
    /// comparing pointers tells whether a paragraph must be painted again.
    by_paragraph: Lists,
    /// How many there are of each label; labels are few.
    counts: Vec<(Id, usize)>,
    /// The article's links, by id.
    links: Rc<Vec<Rc<Link>>>,
}

impl Annotations {
    /// In text order: begins first, longest, then by id.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Annotation>> {
        self.in_order.values().filter_map(annotation)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.in_order.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many have this label.
    #[must_use]
    pub fn count_of(&self, label: &Id) -> usize {
        self.counts.iter().find(|(id, _)| id == label).map_or(0, |(_, count)| *count)
    }

    /// Those that touch a paragraph, in text order; `None` for none.
    #[must_use]
    pub fn in_paragraph(&self, paragraph: usize) -> Option<&Rc<Vec<Rc<Annotation>>>> {
        self.by_paragraph.get(paragraph)
    }

    /// The annotation of that number in text order, from 0.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Rc<Annotation>> {
        self.in_order.nth(number).and_then(annotation)
    }

    /// The number of `annotation` in text order; where it would stand, when it is not here.
    ///
    /// # Errors
    /// The number that it would have.
    pub fn number_of(&self, annotation: &Annotation) -> Result<usize, usize> {
        self.in_order.rank(place(annotation), &annotation.id)
    }

    /// How many begin before a byte.
    #[must_use]
    pub fn number_before(&self, byte: usize) -> usize {
        self.in_order.rank_before(pair(byte, 0))
    }

    fn put_link(&mut self, link: &Rc<Link>) {
        let links = Rc::make_mut(&mut self.links);
        match links.binary_search_by(|it| it.id.cmp(&link.id)) {
            Ok(at) => links[at] = Rc::clone(link),
            Err(at) => links.insert(at, Rc::clone(link)),
        }
    }

    fn take_link(&mut self, id: &Id) {
        if let Ok(at) = self.links.binary_search_by(|it| it.id.cmp(id)) {
            Rc::make_mut(&mut self.links).remove(at);
        }
    }

    fn count(&mut self, label: &Id) {
        match self.counts.iter_mut().find(|(id, _)| id == label) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((label.clone(), 1)),
        }
    }

    fn insert(&mut self, annotation: &Rc<Annotation>, article: &Article) {
        self.in_order.insert(place(annotation), Record::Annotation(Rc::clone(annotation)));
        self.count(&annotation.label);
        for paragraph in touched(annotation, article, 0) {
            let mut list = self.by_paragraph.get(paragraph).map_or_else(Vec::new, |list| list.to_vec());
            let at = list.partition_point(|other| in_text_order(other, annotation).is_lt());
            list.insert(at, Rc::clone(annotation));
            self.by_paragraph.set(paragraph, list);
        }
    }

    /// Many at once, none of which is here yet: each paragraph's list is made once.
    fn insert_all(&mut self, mut all: Vec<Rc<Annotation>>, article: &Article) {
        // By places that lie side by side in memory; looking into each annotation for each
        // comparison would take most of the time.
        let mut order: Vec<Place> = Vec::with_capacity(all.len());
        for (number, annotation) in all.iter().enumerate() {
            let extent = annotation.extent();
            order.push((extent.start(), usize::MAX - extent.end(), number));
        }
        let mut order = in_order(order);
        // Of those on the same words, few, the id decides.
        for here in 1..order.len() {
            let mut at = here;
            while at > 0
                && order[at - 1].0 == order[at].0
                && order[at - 1].1 == order[at].1
                && all[order[at].2].id < all[order[at - 1].2].id
            {
                order.swap(at - 1, at);
                at -= 1;
            }
        }
        all = order.into_iter().map(|(.., number)| Rc::clone(&all[number])).collect();
        let Some(first) = all.first() else { return };
        let begin = article.paragraph_at(first.extent().start());
        let mut lists: Vec<Vec<Rc<Annotation>>> = Vec::new();
        let mut near = begin;
        for annotation in &all {
            near = article.paragraph_near(near, annotation.extent().start());
            for paragraph in touched(annotation, article, near) {
                let at = paragraph - begin;
                if at >= lists.len() {
                    lists.resize_with(at + 1, Vec::new);
                }
                lists[at].push(Rc::clone(annotation));
            }
            self.count(&annotation.label);
        }
        for (at, new) in lists.into_iter().enumerate().filter(|(_, list)| !list.is_empty()) {
            let paragraph = begin + at;
            let Some(older) = self.by_paragraph.get(paragraph) else {
                self.by_paragraph.set(paragraph, new);
                continue;
            };
            // Both are in order.
            let mut older = older.iter().cloned().peekable();
            let mut list = Vec::with_capacity(new.len() + older.len());
            for annotation in new {
                while let Some(before) = older.next_if(|it| in_text_order(it, &annotation).is_lt()) {
                    list.push(before);
                }
                list.push(annotation);
            }
            list.extend(older);
            self.by_paragraph.set(paragraph, list);
        }
        for annotation in all {
            self.in_order.insert(place(&annotation), Record::Annotation(annotation));
        }
    }

    /// Many at once: each paragraph's list is made once.
    fn remove_all(&mut self, all: &[Rc<Annotation>], article: &Article) {
        let mut changed = vec![false; article.paragraphs().len()];
        for annotation in all {
            if !self.has(annotation) {
                continue;
            }
            self.in_order.remove(place(annotation), &annotation.id);
            if let Some((_, count)) = self.counts.iter_mut().find(|(id, _)| *id == annotation.label) {
                *count -= 1;
            }
            for paragraph in touched(annotation, article, 0) {
                changed[paragraph] = true;
            }
        }
        for (paragraph, _) in changed.iter().enumerate().filter(|(_, changed)| **changed) {
            self.relist(paragraph);
        }
    }

    /// Whether this very value is here.
    fn has(&self, annotation: &Rc<Annotation>) -> bool {
        let here = self.in_order.get(place(annotation), &annotation.id);
        here.is_some_and(|here| matches!(here, Record::Annotation(it) if Rc::ptr_eq(it, annotation)))
    }

    /// Makes a paragraph's list anew from what is still here.
    fn relist(&mut self, paragraph: usize) {
        let Some(list) = self.by_paragraph.get(paragraph) else { return };
        let left: Vec<_> = list.iter().filter(|it| self.has(it)).cloned().collect();
        self.by_paragraph.set(paragraph, left);
    }

    fn remove(&mut self, annotation: &Rc<Annotation>, article: &Article) {
        self.remove_all(std::slice::from_ref(annotation), article);
    }
}

/// Annotations with their articles' ids; an article may come more than once.
type ByArticle = Vec<(Id, Vec<Rc<Annotation>>)>;

fn add(lists: &mut ByArticle, annotation: Rc<Annotation>) {
    match lists.last_mut().filter(|(article, _)| *article == annotation.article) {
        Some((_, list)) => list.push(annotation),
        None => lists.push((annotation.article.clone(), vec![annotation])),
    }
}

/// Begins first, then longest, then by id.
fn in_text_order(a: &Annotation, b: &Annotation) -> Ordering {
    place(a).cmp(&place(b)).then_with(|| a.id.cmp(&b.id))
}

/// A number in text order: of what begins first, then of what is longest.
fn place(annotation: &Annotation) -> u64 {
    let extent = annotation.extent();
    pair(extent.start(), !extent.end())
}

/// Two numbers of 32 bits as one, in their order; a browser's memory has no longer text.
fn pair(high: usize, low: usize) -> u64 {
    (high as u64) << 32 | u64::from(low as u32)
}

/// The paragraphs that an annotation's spans touch, each once, in order; they are found soonest where
/// the first is `near`.
fn touched(annotation: &Annotation, article: &Article, near: usize) -> impl Iterator<Item = usize> {
    let mut next = 0;
    annotation.spans().iter().flat_map(move |span| {
        let begin = article.paragraph_near(near, span.start());
        let first = begin.max(next);
        next = article.paragraph_near(begin, span.end() - 1) + 1;
        first..next
    })
}

/// The annotations of each article, by the article's id. Articles are some thousands at most: a
/// list that is copied costs less than one more type of map.
#[derive(Clone, Debug, Default)]
struct Placed(Rc<Vec<(Id, Rc<Annotations>)>>);

impl Placed {
    fn place(&self, article: &Id) -> Result<usize, usize> {
        self.0.binary_search_by(|(here, _)| here.cmp(article))
    }

    fn get(&self, article: &Id) -> Option<&Annotations> {
        self.place(article).ok().and_then(|at| self.0.get(at)).map(|(_, annotations)| &**annotations)
    }

    /// Those of an article, to be changed; none yet for one that is new here.
    fn of(&mut self, article: &Id) -> &mut Annotations {
        let at = self.place(article);
        let all = Rc::make_mut(&mut self.0);
        let at = at.unwrap_or_else(|at| {
            all.insert(at, (article.clone(), Rc::default()));
            at
        });
        Rc::make_mut(&mut all[at].1)
    }

    fn remove(&mut self, article: &Id) {
        if let Ok(at) = self.place(article) {
            Rc::make_mut(&mut self.0).remove(at);
        }
    }
}

macro_rules! of_kind {
    ($($name:ident: $kind:ident)+) => { $(
        fn $name(record: &Record) -> Option<&Rc<$kind>> {
            if let Record::$kind(it) = record { Some(it) } else { None }
        }
    )+ };
}

of_kind! { article: Article annotation: Annotation actor: Actor link: Link label: Label rest: Rest }

/// Everything that is kept: articles, annotations, actors, links and the codebook.
///
/// A clone is cheap and shares structure. Invariant: an annotation's article is
/// there, and its spans fit that article's text.
#[derive(Clone, Debug)]
pub struct Project {
    articles: Records,
    annotations: Records,
    actors: Records,
    links: Records,
    labels: Records,
    rest: Records,
    placed: Placed,
}

impl Default for Project {
    fn default() -> Project {
        let mut labels = Records::default();
        for label in default_labels() {
            labels.insert(Record::Label(Rc::new(label)));
        }
        Project {
            articles: Records::default(),
            annotations: Records::default(),
            actors: Records::default(),
            links: Records::default(),
            labels,
            rest: Records::default(),
            placed: Placed::default(),
        }
    }
}

impl Project {
    /// An article by its id.
    #[must_use]
    pub fn article(&self, id: &Id) -> Option<&Rc<Article>> {
        self.articles.get(id).and_then(article)
    }

    /// The articles, oldest first.
    #[must_use]
    pub fn articles(&self) -> Vec<&Rc<Article>> {
        // By id, which decides between those of one moment.
        let articles: Vec<_> = self.articles.values().filter_map(article).collect();
        let place = |(number, it): (usize, &&Rc<Article>)| {
            ((it.added >> 24) as usize, (it.added & 0xFF_FFFF) as usize, number)
        };
        in_order(articles.iter().enumerate().map(place).collect())
            .into_iter()
            .map(|it| articles[it.2])
            .collect()
    }

    /// An annotation by its id, whatever its article.
    #[must_use]
    pub fn annotation(&self, id: &Id) -> Option<&Rc<Annotation>> {
        self.annotations.get(id).and_then(annotation)
    }

    /// All annotations, by id.
    pub fn annotations(&self) -> impl Iterator<Item = &Rc<Annotation>> {
        self.annotations.values().filter_map(annotation)
    }

    /// The annotations of an article; `None` when it has none.
    #[must_use]
    pub fn annotations_of(&self, article: &Id) -> Option<&Annotations> {
        self.placed.get(article)
    }

    /// The actors, by id.
    pub fn actors(&self) -> impl Iterator<Item = &Rc<Actor>> {
        self.actors.values().filter_map(actor)
    }

    /// An actor by its id.
    #[must_use]
    pub fn actor(&self, id: &Id) -> Option<&Rc<Actor>> {
        self.actors.get(id).and_then(actor)
    }

    /// A link by its id, whatever its article.
    #[must_use]
    pub fn link(&self, id: &Id) -> Option<&Rc<Link>> {
        self.links.get(id).and_then(link)
    }

    /// The links of an article, by id.
    pub fn links_of(&self, article: &Id) -> impl Iterator<Item = &Rc<Link>> {
        self.placed.get(article).into_iter().flat_map(|all| all.links.iter())
    }

    /// All links, by id.
    pub fn links(&self) -> impl Iterator<Item = &Rc<Link>> {
        self.links.values().filter_map(link)
    }

    /// Of these records the actors and entries of the codebook that an annotation or a link here has.
    pub(crate) fn needed(&self, records: impl Iterator<Item = Record>) -> Vec<Record> {
        let (mut lost, mut needed) = (Records::default(), Vec::new());
        for record in records.filter(|it| matches!(it, Record::Actor(_) | Record::Label(_))) {
            // Of two kinds, with one id: it is not looked which of them is meant.
            needed.extend(lost.insert(record));
        }
        if lost.len() > 0 {
            let mut has = |id: &Id| needed.extend(lost.remove(id));
            for it in self.annotations() {
                has(&it.label);
                it.actor.iter().for_each(&mut has);
            }
            self.links().for_each(|link| has(link.to.id()));
        }
        needed
    }

    /// The labels in their order; of those of one place the default ones first, then by id.
    #[must_use]
    pub fn labels(&self) -> Vec<&Rc<Label>> {
        self.entries(Part::Label)
    }

    /// A part of the codebook, in its order.
    #[must_use]
    pub fn entries(&self, part: Part) -> Vec<&Rc<Label>> {
        let entries: Vec<_> =
            self.labels.values().filter_map(label).filter(|entry| entry.part == part).collect();
        let default = |entry: &Label| {
            let place = super::DEFAULT_LABELS.iter().position(|(id, ..)| entry.id.as_str() == *id);
            place.unwrap_or(super::DEFAULT_LABELS.len())
        };
        let order = |it: &Label| usize::try_from(it.order).unwrap_or(usize::MAX);
        let place = |(number, it): (usize, &&Rc<Label>)| (order(it), default(it), number);
        in_order(entries.iter().enumerate().map(place).collect())
            .into_iter()
            .map(|it| entries[it.2])
            .collect()
    }

    /// A label by its id.
    #[must_use]
    pub fn label(&self, id: &Id) -> Option<&Rc<Label>> {
        self.entry(id).filter(|entry| entry.part == Part::Label)
    }

    /// An entry of the codebook, whatever its part.
    #[must_use]
    pub fn entry(&self, id: &Id) -> Option<&Rc<Label>> {
        self.labels.get(id).and_then(label)
    }

    /// An entry and those that it is a kind of, from below: what stands in a circle, as in files
    /// that met, is told once.
    #[must_use]
    pub fn lineage(&self, id: &Id) -> Vec<&Rc<Label>> {
        let mut lineage: Vec<&Rc<Label>> = Vec::new();
        let mut next = self.entry(id);
        while let Some(entry) = next.filter(|it| !lineage.iter().any(|seen| seen.id == it.id)) {
            lineage.push(entry);
            next = entry.parent.as_ref().and_then(|id| self.entry(id));
        }
        lineage
    }

    /// The codebook's version: how often it was changed.
    #[must_use]
    pub fn codebook_version(&self) -> u64 {
        let revisions = self.labels.values().filter_map(label).map(|entry| entry.revision);
        let kept = self.rest.values().filter_map(rest).filter_map(|it| it.as_version());
        revisions.chain(kept).max().unwrap_or(0)
    }

    /// What files said in an object besides what we know.
    #[must_use]
    pub fn rest(&self, object: &str) -> Option<&Rc<Rest>> {
        self.rest.get(&Id::new(object).ok()?).and_then(rest)
    }

    /// The record of that name.
    #[must_use]
    pub fn get(&self, key: &RecordKey) -> Option<Record> {
        let found = match key {
            RecordKey::Article(id) => self.articles.get(id),
            RecordKey::Annotation(_, id) => self.annotations.get(id),
            RecordKey::Actor(id) => self.actors.get(id),
            RecordKey::Link(_, id) => self.links.get(id),
            RecordKey::Label(id) => self.labels.get(id),
            RecordKey::Rest(id) => self.rest.get(id),
        };
        found.filter(|record| record.key() == *key).cloned()
    }

    /// With this record, new or in place of the one of the same name. `None` when it
    /// would break the invariant: no such article, a span that does not fit the
    /// text, or an annotation's id that is in use in another article.
    #[must_use]
    pub fn with(&self, record: Record) -> Option<Project> {
        let mut next = self.clone();
        match record {
            Record::Annotation(annotation) => {
                let article = self.article(&annotation.article)?;
                let fits = |span: &crate::text::Span| span.of(article.text()).is_some();
                if !annotation.spans().iter().all(fits) {
                    return None;
                }
                let placed = next.placed.of(&annotation.article);
                if let Some(old) = self.annotation(&annotation.id) {
                    if old.article != annotation.article {
                        return None;
                    }
                    placed.remove(old, article);
                }
                placed.insert(&annotation, article);
                next.annotations.insert(Record::Annotation(annotation));
            }
            Record::Article(ref article) => {
                let kept = self.article(&article.id);
                if kept.is_some_and(|old| old.text() != article.text()) {
                    return None;
                }
                next.articles.insert(record);
            }
            Record::Actor(_) => {
                next.actors.insert(record);
            }
            Record::Link(link) => next.put_link(link)?,
            Record::Label(_) => {
                next.labels.insert(record);
            }
            Record::Rest(_) => {
                next.rest.insert(record);
            }
        }
        Some(next)
    }

    fn put_link(&mut self, new: Rc<Link>) -> Option<()> {
        self.article(&new.article)?;
        if let Some(old) = self.links.get(&new.id).and_then(link).filter(|old| old.article != new.article) {
            let (old, article) = (old.id.clone(), old.article.clone());
            self.placed.of(&article).take_link(&old);
        }
        self.placed.of(&new.article).put_link(&new);
        self.links.insert(Record::Link(new));
        Some(())
    }

    /// With all of these records, in order: [`Project::with`] for each, in less time for many
    /// annotations. `None` when one would break the invariant.
    #[must_use]
    pub fn with_all(&self, records: impl IntoIterator<Item = Record>) -> Option<Project> {
        let mut next = self.clone();
        next.put_all(&mut records.into_iter())?;
        Some(next)
    }

    /// Becomes [`Project::with_all`] of these records. After `None` what is here is of no use.
    #[must_use]
    pub fn put_all(&mut self, records: &mut dyn Iterator<Item = Record>) -> Option<()> {
        let (mut gone, mut new) = (ByArticle::new(), ByArticle::new());
        let mut replaces = false;
        // The one that the annotation before stands in.
        let mut within: Option<Rc<Article>> = None;
        for record in records {
            if let Record::Link(link) = record {
                self.put_link(link)?;
                continue;
            }
            let Record::Annotation(annotation) = &record else {
                *self = self.with(record)?;
                within = None;
                continue;
            };
            if within.as_ref().is_none_or(|article| article.id != annotation.article) {
                within = Some(Rc::clone(self.article(&annotation.article)?));
            }
            let article = within.as_ref()?;
            if !annotation.spans().iter().all(|span| span.of(article.text()).is_some()) {
                return None;
            }
            let annotation = Rc::clone(annotation);
            if let Some(Record::Annotation(old)) = self.annotations.insert(record) {
                if old.article != annotation.article {
                    return None;
                }
                replaces = true;
                add(&mut gone, old);
            }
            add(&mut new, annotation);
        }
        self.displace_all(gone);
        self.place_all(new, replaces);
        Some(())
    }

    /// With the articles of `other` and their annotations, in a time that grows with the smaller of
    /// the two. `None` when an article or an annotation of such an id is here.
    #[must_use]
    pub fn joined(&self, other: &Project) -> Option<Project> {
        let mut next = self.clone();
        next.articles.join(&other.articles)?;
        next.annotations.join(&other.annotations)?;
        for (id, annotations) in other.placed.0.iter() {
            let at = next.placed.place(id).err()?;
            Rc::make_mut(&mut next.placed.0).insert(at, (id.clone(), Rc::clone(annotations)));
        }
        Some(next)
    }

    /// Places annotations. Of one that came twice only the last is here.
    fn place_all(&mut self, new: ByArticle, may_be_twice: bool) {
        for (id, mut annotations) in new {
            if may_be_twice {
                annotations.retain(|it| self.annotation(&it.id).is_some_and(|here| Rc::ptr_eq(here, it)));
            }
            if let Some(article) = self.articles.get(&id).and_then(article) {
                self.placed.of(&id).insert_all(annotations, article);
            }
        }
    }

    /// Whether the registries of the two are one value: always right when it says yes, and it
    /// looks at no record.
    #[must_use]
    pub fn has_registry_of(&self, other: &Project) -> bool {
        self.actors.ptr_eq(&other.actors)
    }

    /// Whether the two are one value, by comparing what they share: always right when it
    /// says yes, and it looks at no record.
    #[must_use]
    pub fn is(&self, other: &Project) -> bool {
        self.articles.ptr_eq(&other.articles)
            && self.annotations.ptr_eq(&other.annotations)
            && self.actors.ptr_eq(&other.actors)
            && self.links.ptr_eq(&other.links)
            && self.labels.ptr_eq(&other.labels)
            && self.rest.ptr_eq(&other.rest)
    }

    /// Without the record of that name. An article takes its annotations and links
    /// with it.
    #[must_use]
    pub fn without(&self, key: &RecordKey) -> Project {
        let mut next = self.clone();
        match key {
            RecordKey::Annotation(article_id, id) => {
                if let (Some(old), Some(article)) = (self.annotation(id), self.article(article_id)) {
                    next.placed.of(article_id).remove(old, article);
                    next.annotations.remove(id);
                }
            }
            RecordKey::Article(id) => {
                for annotation in self.placed.get(id).into_iter().flat_map(Annotations::iter) {
                    next.annotations.remove(&annotation.id);
                }
                for link in self.links_of(id) {
                    next.links.remove(&link.id);
                }
                next.placed.remove(id);
                next.articles.remove(id);
            }
            RecordKey::Actor(id) => {
                next.actors.remove(id);
            }
            RecordKey::Link(article, id) => {
                next.links.remove(id);
                if next.placed.get(article).is_some() {
                    next.placed.of(article).take_link(id);
                }
            }
            RecordKey::Label(id) => {
                next.labels.remove(id);
            }
            RecordKey::Rest(id) => {
                next.rest.remove(id);
            }
        }
        next
    }

    /// Without the records of these names, in order: [`Project::without`] for each, in less
    /// time for many annotations.
    #[must_use]
    pub fn without_all<'a>(&self, keys: impl IntoIterator<Item = &'a RecordKey>) -> Project {
        let mut next = self.clone();
        let mut gone = ByArticle::new();
        for key in keys {
            let RecordKey::Annotation(_, id) = key else {
                next.displace_all(std::mem::take(&mut gone));
                next = next.without(key);
                continue;
            };
            let Some(Record::Annotation(old)) = next.annotations.remove(id) else { continue };
            add(&mut gone, old);
        }
        next.displace_all(gone);
        next
    }

    fn displace_all(&mut self, gone: ByArticle) {
        for (id, annotations) in gone {
            if let Some(article) = self.articles.get(&id).and_then(article) {
                self.placed.of(&id).remove_all(&annotations, article);
            }
        }
    }

    /// What must change to make `before` into `self`; parts that both share are not
    /// visited. Articles come first, so that applying in order keeps the invariant.
    #[must_use]
    pub fn changes_since(&self, before: &Project) -> Vec<Change> {
        let more = self.annotations.len().saturating_sub(before.annotations.len());
        let mut changes = Vec::with_capacity(more);
        for (before, after) in before.records().into_iter().zip(self.records()) {
            collect(&mut changes, before, after);
        }
        changes
    }

    /// All of them, articles before what stands in them.
    fn records(&self) -> [&Records; 6] {
        [&self.labels, &self.rest, &self.actors, &self.articles, &self.annotations, &self.links]
    }
}

/// What comes into a project together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// Articles with all of their annotations, which may have been put together ahead.
    pub whole: Project,
    /// Everything else, articles before what stands in them.
    pub others: Vec<Record>,
}

impl Arrivals {
    /// The project with them; `None` when one would break its invariant.
    #[must_use]
    pub fn put_into(&self, project: &Project) -> Option<Project> {
        let joined = project.joined(&self.whole).or_else(|| {
            // Some of it is here already.
            let each = self.whole.changes_since(&Project::default()).into_iter();
            project.with_all(each.filter_map(|change| change.after))
        });
        joined?.with_all(self.others.iter().cloned())
    }
}

impl PartialEq for Project {
    fn eq(&self, other: &Project) -> bool {
        let [ours, theirs] = [self, other].map(Project::records);
        ours.into_iter().zip(theirs).all(|(ours, theirs)| ours.changed_since(theirs).next().is_none())
    }
}

impl Eq for Project {}

fn collect(changes: &mut Vec<Change>, before: &Records, after: &Records) {
    for (old, new) in after.changed_since(before) {
        if let Some(key) = new.or(old).map(Record::key) {
            changes.push(Change { key, before: old.cloned(), after: new.cloned() });
        }
    }
}
