//! Who said it and to whom: the words and mentions around a cue.

use std::ops::Range;

use super::frame::{BACK, SOURCE_AFTER, SOURCE_BEFORE, Scene, Source, TOLD};
use super::passage::Hit;
use crate::text::Span;

/// An appositive has no more words than this.
const APPOSITIVE: usize = 14;

/// The words before a verb that may be its source.
struct Subject {
    words: Range<usize>,
    /// With what belongs to them, an appositive: a mention may be there.
    whole: Range<usize>,
    /// Whom it is said to, where that stands between: to reporters.
    addressee: Option<Range<usize>>,
}

impl Scene<'_> {
    /// The source and the addressee of a cue. `depth` is how many other cues may be asked.
    pub(super) fn said(&self, cue: &Hit, depth: usize) -> (Option<Source>, Option<Source>) {
        let passage = &self.passage;
        let language = passage.language;
        let words = &cue.words;
        let after = words.end.checked_sub(1).filter(|it| passage.joined(*it)).map(|_| words.end);
        if cue.group == SOURCE_AFTER {
            let source = after.and_then(|it| self.phrase_after(it)).and_then(|it| self.source(&it, &it, cue));
            return (source.or_else(|| self.mention_after(cue)), None);
        }
        // A clause or a quotation is before it: said Lavrov, a déclaré Lavrov.
        let mut first = words.start;
        while first > 0 && passage.joined(first - 1) && self.is_between(first - 1) {
            first -= 1;
        }
        let begins = first.checked_sub(1).is_none_or(|it| !passage.joined(it) || passage.taken(it));
        let follows = first.checked_sub(1).is_some_and(|it| passage.taken(it) || self.is_quoted(it));
        let inverted = || {
            let mut at = after.filter(|_| cue.group != TOLD && cue.group != SOURCE_BEFORE)?;
            while self.is_between(at) && passage.joined(at) {
                at += 1;
            }
            self.phrase_after(at)
        };
        if self.is_passive(cue) {
            let subject = self.subject(words.start).map(|it| it.words).filter(|_| cue.group == TOLD);
            let by = after.filter(|it| passage.is("by", *it) && passage.joined(*it));
            let by = by.and_then(|it| self.phrase_after(it + 1));
            let of = |it: Range<usize>| self.source(&it, &it, cue);
            return (by.and_then(of), subject.and_then(of));
        }
        let (mut source, mut addressee, mut next) = (None, None, after);
        let before = || self.subject(words.start);
        let early = (language.verb_first || follows).then(inverted).flatten();
        let usual = if early.is_none() { before() } else { None };
        let late = || begins.then(inverted).flatten();
        if let Some(it) = usual {
            source = self.source(&it.words, &it.whole, cue);
            addressee = it.addressee.and_then(|it| self.source(&it, &it, cue));
        } else if let Some(it) = early.or_else(late) {
            source = self.source(&it, &it, cue);
            next = it.end.checked_sub(1).filter(|it| passage.joined(*it)).map(|_| it.end);
        }
        addressee = addressee.or_else(|| {
            let to = next.filter(|it| passage.is(language.towards, *it) && passage.joined(*it));
            let told = after.filter(|_| cue.group == TOLD);
            let phrase = told.or(to.map(|it| it + 1)).and_then(|it| self.phrase_after(it));
            phrase.or_else(|| self.message(cue)).and_then(|it| self.source(&it, &it, cue))
        });
        // He came, saw and said: the subject stands farther ahead.
        let source = source.or_else(|| {
            let mine = passage.sentence_of_word(words.start);
            let same =
                |it: &&Hit| it.words.start < words.start && passage.sentence_of_word(it.words.start) == mine;
            let other = self.cues.iter().rev().find(same).filter(|_| depth > 0);
            other
                .and_then(|it| self.said(it, depth - 1).0)
                .or_else(|| self.mention_before(cue))
                .or_else(|| self.opening(mine, cue))
        });
        (source, addressee)
    }

    /// Whether something is told of the one before the verb, who then is no source.
    fn is_passive(&self, cue: &Hit) -> bool {
        let passage = &self.passage;
        let last = passage.word(cue.words.end.saturating_sub(1));
        let mut at = cue.words.start;
        let mut passive = false;
        while at > 0 && passage.joined(at - 1) && self.is_between(at - 1) {
            at -= 1;
            passive |= passage.is(passage.language.passive, at);
        }
        passive && (last.ends_with("ed") || last == "told" || last == "said")
    }

    /// The source in the sentences before a sentence: that of their cue, or else the first
    /// mention of the one directly before.
    pub(super) fn earlier(&self, sentence: usize) -> Option<Source> {
        let passage = &self.passage;
        for before in (sentence.saturating_sub(BACK)..sentence).rev() {
            let cue = self.cues.iter().find(|it| passage.sentence_of_word(it.words.start) == before);
            if let Some(source) = cue.and_then(|it| self.said(it, BACK).0) {
                return Some(source);
            }
        }
        let before = *passage.sentences.get(sentence.checked_sub(1)?)?;
        let first = self.mentions.iter().position(|it| before.contains(*it) && self.is_free(*it));
        first.map(Source::Mention)
    }

    /// What may be told about some words: a span of the paragraph outside of the quote.
    pub(super) fn told(&self, words: &Range<usize>) -> Option<Span> {
        self.passage.span(words).filter(|it| self.is_free(*it))
    }

    /// Whether a span shares nothing with the quote.
    fn is_free(&self, span: Span) -> bool {
        !self.quote.iter().any(|it| it.overlaps(span))
    }

    /// The mention in a phrase that is nearest to its cue, the longest of those as near; or the
    /// phrase's words.
    fn source(&self, words: &Range<usize>, whole: &Range<usize>, cue: &Hit) -> Option<Source> {
        let cue = self.passage.span(&cue.words)?;
        let place = self.passage.span(whole)?;
        let mine = |(_, it): &(usize, &Span)| it.overlaps(place) && !it.overlaps(cue) && self.is_free(**it);
        let far = |it: &Span| {
            let gap = it.start().saturating_sub(cue.end()) + cue.start().saturating_sub(it.end());
            (gap, usize::MAX - it.len())
        };
        let nearest = self.mentions.iter().enumerate().filter(mine).min_by_key(|(_, it)| far(it));
        let mention = nearest.map(|(number, _)| Source::Mention(number));
        mention.or_else(|| self.told(words).filter(|it| !it.overlaps(cue)).map(Source::Words))
    }

    /// The next mention after a cue, in its sentence.
    fn mention_after(&self, cue: &Hit) -> Option<Source> {
        let end = self.passage.span(&cue.words)?.end();
        let sentence = *self.passage.sentences.get(self.passage.sentence_of_word(cue.words.start))?;
        let mine = |it: &Span| end <= it.start() && sentence.contains(*it) && self.is_free(*it);
        self.mentions.iter().position(mine).map(Source::Mention)
    }

    /// The last mention before a cue in its sentence, one that begins a clause rather.
    fn mention_before(&self, cue: &Hit) -> Option<Source> {
        let passage = &self.passage;
        let start = passage.span(&cue.words)?.start();
        let sentence = *passage.sentences.get(passage.sentence_of_word(cue.words.start))?;
        let mine =
            |(_, it): &(usize, &Span)| it.end() <= start && sentence.contains(**it) && self.is_free(**it);
        let begins = |it: &Span| {
            let first = passage.words_of(*it).start;
            let first = first - usize::from(first > 0 && passage.is(passage.language.articles, first - 1));
            first == 0 || !passage.joined(first - 1)
        };
        let all = || self.mentions.iter().enumerate().filter(mine);
        let found = all().rfind(|(_, it)| begins(it)).or_else(|| all().next_back());
        found.map(|(number, _)| Source::Mention(number))
    }

    /// The name or pronoun that a sentence opens with.
    fn opening(&self, sentence: usize, cue: &Hit) -> Option<Source> {
        let passage = &self.passage;
        let words = passage.words_of(*passage.sentences.get(sentence)?);
        let mut at = words.start;
        // However, he.
        if passage.is(passage.language.stops, at) && !passage.joined(at) {
            at += 1;
        }
        let phrase = self.phrase_after(at).filter(|it| it.end <= cue.words.start)?;
        let named = passage.language.cased
            && phrase.clone().any(|it| passage.is_capital(it) || passage.is_pronoun(it));
        self.source(&phrase, &phrase, cue).filter(|_| named)
    }

    /// Whom a letter or the like is addressed to, in a cue's sentence.
    fn message(&self, cue: &Hit) -> Option<Range<usize>> {
        let passage = &self.passage;
        let language = passage.language;
        let mine = passage.sentence_of_word(cue.words.start);
        let words = passage.sentences.get(mine).map(|it| passage.words_of(*it))?;
        let hits = passage.find(language.messages, "", "");
        let hit = hits.into_iter().find(|it| {
            words.contains(&it.words.start)
                && !it.words.clone().any(|at| passage.taken(at) || self.is_quoted(at))
        })?;
        passage.joined(hit.words.end - 1).then(|| self.phrase_after(hit.words.end)).flatten()
    }

    /// Whether a word may stand between a source and its verb.
    fn is_between(&self, at: usize) -> bool {
        let passage = &self.passage;
        !passage.taken(at)
            && (passage.is(passage.language.between, at)
                || passage.is(passage.language.dates, at)
                || passage.language.noun_signs.starts_with("the ")
                    && passage.word(at).ends_with("ly")
                    && !passage.is_capital(at))
    }

    /// Whether a cue holds a word.
    fn is_cue(&self, at: usize) -> bool {
        let index = self.cues.partition_point(|it| it.words.end <= at);
        self.cues.get(index).is_some_and(|it| it.words.contains(&at))
    }

    /// What stands before a verb as its subject, behind adverbs and auxiliary verbs.
    fn subject(&self, verb: usize) -> Option<Subject> {
        let passage = &self.passage;
        let language = passage.language;
        let mut end = verb;
        while end > 0 && passage.joined(end - 1) && self.is_between(end - 1) {
            end -= 1;
        }
        let mut last = end.checked_sub(1)?;
        // Lavrov, who said; a man who said.
        let relative = passage.is(language.relatives, last) && !passage.taken(last) && passage.joined(last);
        if relative && last > 0 {
            end = last;
            last -= 1;
        }
        let comma =
            |at: usize| passage.gap(at).is_some_and(|it| matches!(it.trim(), "," | "،" | "，" | "–" | "—"));
        if passage.joined(last) || relative && comma(last) {
            let words = self.phrase_before(end)?;
            let whole = words.clone();
            // To reporters said: whom it is said to stands between.
            let towards = words.start.checked_sub(1).filter(|it| {
                passage.is(language.towards, *it) && passage.joined(*it) && *it > 0 && passage.joined(*it - 1)
            });
            let Some(towards) = towards else { return Some(Subject { words, whole, addressee: None }) };
            let subject = self.phrase_before(towards)?;
            return Some(Subject { whole: subject.clone(), words: subject, addressee: Some(words) });
        }
        if !comma(last) || end != verb && !self.is_between(end) {
            return None;
        }
        // Lavrov, the foreign minister, said; the minister, Lavrov, said.
        let mut first = last;
        while first > 0 && passage.joined(first - 1) && !self.is_cue(first) && end - first < APPOSITIVE {
            first -= 1;
        }
        if first == 0 || !comma(first - 1) || (first..end).any(|at| self.is_cue(at) || passage.taken(at)) {
            return None;
        }
        let before = self.phrase_before(first)?;
        let name = language.cased && (first..end).all(|at| passage.is_capital(at));
        let whole = before.start..end;
        Some(Subject { words: if name { first..end } else { before }, whole, addressee: None })
    }

    /// The noun phrase that ends before a word.
    fn phrase_before(&self, end: usize) -> Option<Range<usize>> {
        let passage = &self.passage;
        let language = passage.language;
        let last = end.checked_sub(1)?;
        if passage.taken(last) || self.is_cue(last) {
            return None;
        }
        if passage.is_pronoun(last) {
            return Some(last..end);
        }
        // From here on it is a name, or has an article: it may be told.
        let mut sure = end;
        // From here on there are nouns.
        let mut nouns = end;
        let mut at = end;
        while at > 0 && end - at < language.longest {
            if at < end && !passage.joined(at - 1) {
                break;
            }
            at -= 1;
            let joins = passage.is(language.joints, at) || passage.is(language.places, at);
            if passage.taken(at) || self.is_cue(at) {
                break;
            } else if joins && at + 1 < end && at > 0 && passage.joined(at - 1) {
                // Only within, and not where a sentence begins: In Moscow.
                continue;
            } else if passage.is(language.articles, at) || passage.is(language.determiners, at) {
                if at + 1 < end {
                    sure = at + usize::from(passage.is(language.articles, at));
                }
                let joint = at.checked_sub(1).filter(|it| passage.joined(*it));
                let goes_on = joint
                    .is_some_and(|it| passage.is(language.joints, it) || passage.is(language.places, it));
                if !goes_on {
                    break;
                }
            } else if passage.is(language.stops, at) || passage.is_pronoun(at) {
                break;
            } else if language.cased && passage.is_capital(at) {
                (sure, nouns) = (at, at);
            } else {
                nouns = at;
            }
        }
        let few = if language.cased { 4 } else { language.longest };
        let start = if nouns < sure && end - nouns <= few { nouns } else { sure };
        (start < end).then_some(start..end)
    }

    /// The noun phrase that begins at a word.
    fn phrase_after(&self, from: usize) -> Option<Range<usize>> {
        let passage = &self.passage;
        let language = passage.language;
        if passage.taken(from) || self.is_cue(from) || from >= passage.words.len() {
            return None;
        }
        let mut first = from;
        if passage.is(language.articles, first) && passage.joined(first) {
            first += 1;
        } else if passage.is_pronoun(first) && !passage.is(language.determiners, first) {
            return Some(first..first + 1);
        }
        let determined = passage.is(language.determiners, first);
        let mut at = first + usize::from(determined && passage.joined(first));
        let (mut end, mut named, mut nouns) = (first, false, 0);
        while at < passage.words.len() && at - first < language.longest {
            let is = |list| passage.is(list, at);
            if passage.taken(at) || self.is_cue(at) {
                break;
            }
            if end > first && is(language.joints) && passage.joined(at) {
                let article =
                    passage.is(language.articles, at + 1) || passage.is(language.determiners, at + 1);
                if article && passage.joined(at + 1) {
                    at += 2;
                } else if passage.is_capital(at + 1) {
                    at += 1;
                } else {
                    break;
                }
                (named, nouns) = (false, 0);
                continue;
            }
            let divides = is(language.stops)
                || is(language.links)
                || is(language.towards)
                || is(language.between)
                || is(language.dates)
                || is(language.articles)
                || is(language.determiners)
                || passage.is_pronoun(at);
            if divides {
                break;
            }
            if language.cased && passage.is_capital(at) {
                named = true;
            } else if named || language.cased && nouns == if first > from || determined { 3 } else { 2 } {
                break;
            } else {
                nouns += 1;
            }
            end = at + 1;
            if !passage.joined(at) {
                break;
            }
            at += 1;
        }
        (end > first).then_some(first..end)
    }
}
