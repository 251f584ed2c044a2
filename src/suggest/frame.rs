use std::ops::Range;

use super::language::has;
use super::passage::{Hit, Passage};
use crate::text::{Span, edges};

/// How a quote renders what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteType {
    /// All of the content in quotation marks.
    Direct,
    /// None of it.
    Indirect,
    /// A part of it.
    Mixed,
    /// A few words in quotation marks from which the writer keeps aloof, without a cue.
    Scare,
}

impl QuoteType {
    /// The names of all of them in files.
    pub const NAMES: [&str; 4] = [
        QuoteType::Direct.as_str(),
        QuoteType::Indirect.as_str(),
        QuoteType::Mixed.as_str(),
        QuoteType::Scare.as_str(),
    ];

    /// The name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            QuoteType::Direct => "direct",
            QuoteType::Indirect => "indirect",
            QuoteType::Mixed => "mixed",
            QuoteType::Scare => "scare",
        }
    }
}

/// Who said it, or to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A mention that is marked already, by its number in the mentions that were given.
    Mention(usize),
    /// Words that nobody has marked: a name with its title, a noun, or a pronoun. Without a
    /// definite article at their start.
    Words(Span),
}

/// What surrounds a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// How it renders what was said.
    pub kind: QuoteType,
    /// The word or phrase that tells that something is said. Never within the quote.
    pub cue: Option<Span>,
    /// Who said it. Words never overlap the quote or the cue.
    pub source: Option<Source>,
    /// To whom it was said, where the text says so.
    pub addressee: Option<Source>,
}

/// Quotation marks around more words than this are no scare quotes.
const SCARE: usize = 3;
/// How many sentences back a source is looked for.
pub(super) const BACK: usize = 3;

// The groups of `Language::cues`.
pub(super) const TOLD: usize = 1;
const NAMED: usize = 2;
pub(super) const SOURCE_AFTER: usize = 3;
pub(super) const SOURCE_BEFORE: usize = 4;

/// What surrounds a quote: `quote` are the spans of its content, with or without their marks;
/// `mentions` are those of actors that are marked in the article, in text order. `paragraph` is
/// the one that the quote begins in; what of the quote lies elsewhere is not looked at.
#[must_use]
pub fn frame(text: &str, paragraph: Span, quote: &[Span], mentions: &[Span]) -> Frame {
    let quote: Vec<Span> = quote.iter().filter_map(|it| it.clip(paragraph)).collect();
    let passage = Passage::new(text, paragraph, &quote, |it| it.cues);
    let language = passage.language;
    let cues = passage.find(language.cues, language.endings, language.dates);
    let mut scene = Scene { passage, quote, mentions, cues: Vec::new() };
    scene.cues = cues.into_iter().filter(|it| scene.may_be_cue(it)).collect();
    scene.frame()
}

/// A quote and what is around it.
pub(super) struct Scene<'a> {
    pub(super) passage: Passage<'a>,
    /// In the paragraph.
    pub(super) quote: Vec<Span>,
    pub(super) mentions: &'a [Span],
    /// In text order, none within the quote or another quotation.
    pub(super) cues: Vec<Hit>,
}

impl Scene<'_> {
    fn frame(&self) -> Frame {
        let nothing = |kind| Frame { kind, cue: None, source: None, addressee: None };
        let Some(window) = self.window() else { return nothing(self.kind()) };
        let kind = self.kind();
        let within = self.nearest(&window);
        if kind == QuoteType::Direct && self.is_aloof(&window, within) {
            return nothing(QuoteType::Scare);
        }
        let beside =
            || (kind == QuoteType::Direct && self.stands_alone(&window)).then(|| self.beside(&window));
        let cue = within.or_else(|| beside().flatten());
        let (source, addressee) = cue.map_or((None, None), |cue| self.said(cue, BACK));
        // What was found by way of another sentence may stand in the quote's own.
        let source = source.or_else(|| self.earlier(window.start));
        let cue = cue.and_then(|cue| self.told(&cue.words));
        Frame { kind, cue, source, addressee: addressee.filter(|it| source != Some(*it)) }
    }

    /// The sentences that the quote touches, by their numbers.
    fn window(&self) -> Option<Range<usize>> {
        let first = self.quote.iter().map(|it| it.start()).min()?;
        let last = self.quote.iter().map(|it| it.end()).max()?;
        let start = self.passage.sentence(first);
        Some(start..self.passage.sentence(last.saturating_sub(1)).max(start) + 1)
    }

    fn kind(&self) -> QuoteType {
        let passage = &self.passage;
        let quoted = |span: Span| passage.quotations.iter().any(|it| it.outer.contains(span));
        let (mut within, mut without) = (0, 0);
        for span in &self.quote {
            let words = passage.words_of(*span);
            if words.is_empty() && edges::tidy(passage.text, *span).is_some_and(quoted) {
                within += 1;
            }
            for (at, word) in passage.words.iter().enumerate().take(words.end).skip(words.start) {
                if quoted(*word) {
                    within += 1;
                } else if without > 0 || within > 0 || !passage.is(passage.language.links, at) {
                    without += 1;
                }
            }
        }
        match (within, without) {
            (0, _) => QuoteType::Indirect,
            (_, 0) => QuoteType::Direct,
            _ => QuoteType::Mixed,
        }
    }

    /// Whether a few words in marks stand in a sentence of the writer's, and no cue leads to them.
    fn is_aloof(&self, window: &Range<usize>, nearest: Option<&Hit>) -> bool {
        let passage = &self.passage;
        let mut length = 0;
        for at in (0..passage.words.len()).filter(|at| passage.taken(*at)) {
            // Two characters to a word.
            length += if passage.word(at).starts_with(is_chinese) { 1 } else { 2 };
        }
        length <= 2 * SCARE
            && !self.stands_alone(window)
            && !self.cues.iter().any(|cue| self.in_window(window, cue) && self.leads(cue))
            && !nearest.is_some_and(|cue| self.leads(cue))
    }

    /// Whether a cue leads directly to the quote, or follows it after a comma.
    fn leads(&self, cue: &Hit) -> bool {
        let passage = &self.passage;
        self.quote.iter().any(|span| {
            let span = self.with_marks(*span);
            let words = passage.words_of(span);
            if cue.words.end <= words.start {
                let mut between = cue.words.end..words.start;
                let end = cue
                    .words
                    .end
                    .checked_sub(1)
                    .and_then(|it| passage.words.get(it))
                    .map_or(0, |it| it.end());
                let gap = passage.text.get(end..span.start()).unwrap_or_default().trim_end();
                (cue.group == NAMED && between.len() <= 6)
                    || gap.ends_with([':', '：'])
                    || between.all(|at| passage.is(passage.language.links, at))
            } else {
                cue.words.start == words.end || self.is_parted(span, words.end)
            }
        })
    }

    /// A span with the quotation marks directly around it.
    fn with_marks(&self, span: Span) -> Span {
        let tidy = edges::tidy(self.passage.text, span).unwrap_or(span);
        let around = self.passage.quotations.iter().find(|it| it.inner == tidy || it.inner == span);
        around.map_or(span, |it| it.outer)
    }

    /// Whether punctuation parts a span from the word after it.
    fn is_parted(&self, span: Span, next: usize) -> bool {
        let text = self.passage.text;
        let after = self.passage.words.get(next).map_or(span.end(), |it| it.start());
        let last = span.of(text).and_then(|it| it.chars().last());
        let parts = |c: char| ",،，!?！？…—–-”»“\"’」』".contains(c);
        last.is_some_and(parts) || text.get(span.end()..after).is_some_and(|it| it.contains(parts))
    }

    /// Whether the quote is all there is of its sentences.
    fn stands_alone(&self, window: &Range<usize>) -> bool {
        window.clone().all(|sentence| self.is_quotation(sentence))
    }

    /// Whether all words of a sentence are the quote's or in quotation marks.
    fn is_quotation(&self, sentence: usize) -> bool {
        let passage = &self.passage;
        let words = passage.sentences.get(sentence).map_or(0..0, |it| passage.words_of(*it));
        words.clone().all(|at| passage.taken(at) || self.is_quoted(at))
    }

    /// Whether a word stands in quotation marks.
    pub(super) fn is_quoted(&self, at: usize) -> bool {
        let word = self.passage.words.get(at);
        word.is_some_and(|it| self.passage.quotations.iter().any(|other| other.outer.contains(*it)))
    }

    /// Whether what looks like a cue may be one.
    fn may_be_cue(&self, hit: &Hit) -> bool {
        let passage = &self.passage;
        let language = passage.language;
        let Some(span) = passage.span(&hit.words) else { return false };
        if self.quote.iter().any(|it| it.overlaps(span)) {
            return false;
        }
        // What another says belongs to the other's words, unless the quote is there too.
        let holds_quote = |outer: Span| self.quote.iter().any(|it| outer.contains(*it) || it.contains(outer));
        if passage.quotations.iter().any(|it| it.outer.contains(span) && !holds_quote(it.outer)) {
            return false;
        }
        let first = hit.words.start;
        let before = first.checked_sub(1);
        let gap = before.and_then(|it| passage.gap(it)).unwrap_or_default();
        let gap_after = passage.gap(hit.words.end.saturating_sub(1)).unwrap_or_default();
        if hit.group == SOURCE_AFTER {
            // So, as a rule, is no cue in the middle of a clause.
            return !passage.is("so 据 據", first) || !before.is_some_and(|it| passage.joined(it));
        }
        // So-called.
        if gap.ends_with('-') || gap_after == "-" && !passage.is("dit", first) {
            return false;
        }
        let Some(before) = before.filter(|it| passage.joined(*it)) else { return true };
        // A name in the middle of a sentence.
        if passage.is_capital(first) && !self.passage.taken(before) {
            return false;
        }
        let noun = has(language.noun_signs, passage.word(before))
            && !(language.noun_signs.starts_with("le ") && passage.is("l", before));
        let of_noun = passage.is("of", before) && !passage.word(first).ends_with("ing");
        !(noun || of_noun)
    }

    fn in_window(&self, window: &Range<usize>, cue: &Hit) -> bool {
        window.contains(&self.passage.sentence_of_word(cue.words.start))
    }

    /// The nearest cue in the quote's own sentences. One after the quote must be parted from it,
    /// or is thought to be farther.
    fn nearest(&self, window: &Range<usize>) -> Option<&Hit> {
        let passage = &self.passage;
        let far = |cue: &&Hit| {
            let each = self.quote.iter().map(|span| {
                let words = passage.words_of(*span);
                let (between, side) = if cue.words.end <= words.start {
                    (cue.words.end..words.start, 0)
                } else {
                    let parted = cue.group == SOURCE_AFTER
                        || cue.group == SOURCE_BEFORE
                        || self.is_parted(*span, words.end);
                    (words.end..cue.words.start, if parted { 1 } else { 12 })
                };
                let quoted = between.clone().any(|at| !passage.taken(at) && self.is_quoted(at));
                let split =
                    between.clone().any(|at| passage.gap(at).is_some_and(|it| it.contains([';', '؛'])));
                let own = passage.sentence_of_word(cue.words.start) == passage.sentence(span.start());
                2 * between.len()
                    + side
                    + if quoted { 6 } else { 0 }
                    + if split { 6 } else { 0 }
                    + if own { 0 } else { 20 }
            });
            each.min().unwrap_or(usize::MAX)
        };
        self.cues.iter().filter(|cue| self.in_window(window, cue)).min_by_key(far)
    }

    /// The first cue of the sentence before, those aside that are all quotation; or else after.
    fn beside(&self, window: &Range<usize>) -> Option<&Hit> {
        let of = |sentence: usize| {
            self.cues.iter().find(|cue| self.passage.sentence_of_word(cue.words.start) == sentence)
        };
        let before = (0..window.start).rev().find(|it| !self.is_quotation(*it));
        before.and_then(of).or_else(|| of(window.end))
    }
}

/// Whether a character is a Chinese one.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::paragraphs;

    const SAMPLE: &str = include_str!("../../assets/afghanistan-conference-in-moscow.txt");

    fn find(text: &str, words: &str) -> Span {
        let at = text.find(words).unwrap_or_else(|| panic!("{words} is there"));
        Span::between(at, at + words.len())
    }

    /// A frame in words: `direct | cue | source > addressee`; a mention in brackets.
    fn told(text: &str, quote: &[&str], mentions: &[&str]) -> String {
        let quote: Vec<Span> = quote.iter().map(|it| find(text, it)).collect();
        let mut marked: Vec<Span> = mentions.iter().map(|it| find(text, it)).collect();
        marked.sort_unstable();
        let paragraph =
            paragraphs(text).into_iter().find(|it| it.span.contains(quote[0])).expect("it is there");
        let frame = frame(text, paragraph.span, &quote, &marked);
        let words = |it: Span| it.of(text).expect("edges are fine").to_owned();
        let source = |it: Option<Source>| match it {
            None => "-".to_owned(),
            Some(Source::Words(it)) => words(it),
            Some(Source::Mention(it)) => format!("[{}]", words(marked[it])),
        };
        let cue = frame.cue.map_or("-".to_owned(), words);
        let to = frame.addressee.map_or(String::new(), |it| format!(" > {}", source(Some(it))));
        format!("{} | {cue} | {}{to}", frame.kind.as_str(), source(frame.source))
    }

    #[test]
    fn the_sample_without_a_mark_in_it() {
        let told = |quote| told(SAMPLE, &[quote], &[]);
        assert_eq!(told("Taliban’s efforts"), "indirect | praises | Russia");
        assert_eq!(told("the cooperation with the Taliban"), "indirect | praised | Foreign Minister Lavrov");
        assert_eq!(
            told("the Taliban ruling in Afghanistan are trying to stabilize the country"),
            "indirect | According to | Kremlin"
        );
        let said = "direct | said | Foreign Minister Sergei Lavrov";
        assert_eq!(
            told(
                "We recognize the efforts that are being made to stabilize the politico-military situation."
            ),
            said
        );
        assert_eq!(
            told(
                "“We recognize the efforts that are being made to stabilize the politico-military situation.”"
            ),
            said
        );
        assert_eq!(
            told(
                "Russia is satisfied with the cooperation of the Afghan authorities in protecting Russians."
            ),
            "indirect | - | Foreign Minister Sergei Lavrov"
        );
        assert_eq!(told("international aid to Afghanistan"), "indirect | called for | Lavrov");
        assert_eq!(
            told(
                "We believe it is time to mobilize the resources of the international community to provide Kabul with effective humanitarian aid."
            ),
            "direct | called for | Lavrov"
        );
        assert_eq!(
            told("how great Afghanistan’s need for aid is and what contribution Russia wants to make"),
            "indirect | left open | he"
        );
        assert_eq!(told("to attend future meetings"), "indirect | agreed | US");
        assert_eq!(told("a destabilization of Central Asia"), "indirect | fears | government in Moscow");
        assert_eq!(
            told(
                "Call on the Taliban movement to prevent Afghanistan from being used as a base for attacks on other countries"
            ),
            "indirect | said | Lavrov"
        );
    }

    #[test]
    fn the_sample_with_its_actors_marked() {
        let mentions = ["the Kremlin", "Sergei Lavrov", "Russia is", "The US", "The government in Moscow"];
        let told = |quote| told(SAMPLE, &[quote], &mentions);
        assert_eq!(told("the Taliban ruling"), "indirect | According to | [the Kremlin]");
        assert_eq!(told("“We recognize the efforts"), "direct | said | [Sergei Lavrov]");
        assert_eq!(told("to attend future meetings"), "indirect | agreed | [The US]");
        assert_eq!(told("a destabilization"), "indirect | fears | [The government in Moscow]");
        assert_eq!(
            told("The recognition of the new government in Kabul depends on the implementation of promises"),
            "indirect | - | [Sergei Lavrov]"
        );
    }

    #[test]
    fn types_are_told_by_marks() {
        let text = "He called the plan “illegal”. She said that the “talks about e\u{301} peace” go on. The \
                    “experts” left 😃. He said that “we agree on all of it”. “No,” she said. They said: “Never.”";
        assert_eq!(told(text, &["illegal"], &[]), "direct | called | He");
        assert_eq!(told(text, &["the “talks about e\u{301} peace” go on"], &[]), "mixed | said | She");
        assert_eq!(told(text, &["experts"], &[]), "scare | - | -");
        assert_eq!(told(text, &["“experts”"], &[]), "scare | - | -");
        assert_eq!(told(text, &["that “we agree on all of it”"], &[]), "direct | said | He");
        assert_eq!(told(text, &["“No,”"], &[]), "direct | said | she");
        assert_eq!(told(text, &["Never."], &[]), "direct | said | They");
        let text = "Lavrov said the “so-called government” must go.";
        assert_eq!(told(text, &["so-called government"], &[]), "scare | - | -");
        assert_eq!(told(text, &["the “so-called government” must go"], &[]), "mixed | said | Lavrov");
    }

    #[test]
    fn a_source_is_found_before_and_after_its_verb() {
        let text = "“We agree,” he said, “but not now.”";
        assert_eq!(told(text, &["We agree,", "but not now."], &[]), "direct | said | he");
        let text = "“We agree,” said Sergei Lavrov, the minister.";
        assert_eq!(told(text, &["“We agree,”"], &[]), "direct | said | Sergei Lavrov");
        assert_eq!(told(text, &["“We agree,”"], &["Lavrov"]), "direct | said | [Lavrov]");
        let text = "The talks go on, a Taliban spokesman said on Tuesday.";
        assert_eq!(told(text, &["The talks go on"], &[]), "indirect | said | a Taliban spokesman");
        assert_eq!(told(text, &["The talks go on"], &["Taliban"]), "indirect | said | [Taliban]");
        let text = "Sergei Lavrov, the Russian foreign minister, has also said that it works.";
        assert_eq!(told(text, &["it works"], &[]), "indirect | said | Sergei Lavrov");
        let text = "The Russian foreign minister, Sergei Lavrov, said that it works.";
        assert_eq!(told(text, &["it works"], &[]), "indirect | said | Sergei Lavrov");
        let text = "Lavrov, who arrived late, praised the hosts and warned that aid must come.";
        assert_eq!(told(text, &["aid must come"], &["Lavrov"]), "indirect | warned | [Lavrov]");
        let text = "Lavrov said it works, adding that aid must come.";
        assert_eq!(told(text, &["aid must come"], &[]), "indirect | adding | Lavrov");
        assert_eq!(told(text, &["it works"], &[]), "indirect | said | Lavrov");
        let text = "A spokesman for the Russian foreign ministry said that it works.";
        assert_eq!(
            told(text, &["it works"], &[]),
            "indirect | said | A spokesman for the Russian foreign ministry"
        );
        let text = "It works, according to Mr. Lavrov. Mr. Smith denied it.";
        assert_eq!(told(text, &["It works"], &[]), "indirect | according to | Mr. Lavrov");
        let text = "In the words of Lavrov, it works.";
        assert_eq!(told(text, &["it works"], &[]), "indirect | In the words of | Lavrov");
    }

    #[test]
    fn a_quotation_of_its_own_takes_the_cue_beside_it() {
        let text = "Lavrov called for aid. “We help. They wait.” “It is time.” Then he left.";
        assert_eq!(told(text, &["“We help. They wait.”"], &["Lavrov"]), "direct | called for | [Lavrov]");
        assert_eq!(told(text, &["It is time."], &["Lavrov"]), "direct | called for | [Lavrov]");
        let text = "“It is time to go home now.” That is what Lavrov said.";
        assert_eq!(told(text, &["It is time to go home now."], &[]), "direct | said | Lavrov");
        assert_eq!(told("“It is time.”", &["It is time."], &[]), "direct | - | -");
    }

    #[test]
    fn whom_it_is_said_to() {
        let text = "Lavrov told reporters in Moscow that it works.";
        assert_eq!(told(text, &["it works"], &[]), "indirect | told | Lavrov > reporters");
        let text = "“It works,” the minister said to the BBC on Monday.";
        assert_eq!(told(text, &["“It works,”"], &[]), "direct | said | minister > BBC");
        let text = "In a letter to Joe Biden, Lavrov wrote that it works.";
        assert_eq!(
            told(text, &["it works"], &["Joe Biden", "Lavrov"]),
            "indirect | wrote | [Lavrov] > [Joe Biden]"
        );
        let text = "He called on the Taliban to let them in.";
        assert_eq!(
            told(text, &["to let them in"], &["the Taliban"]),
            "indirect | called on | He > [the Taliban]"
        );
    }

    #[test]
    fn german() {
        let text = "„Wir sind bereit“, sagte der russische Außenminister Sergej Lawrow am Montag.";
        assert_eq!(
            told(text, &["Wir sind bereit"], &[]),
            "direct | sagte | russische Außenminister Sergej Lawrow"
        );
        let text = "Die Lage ist ruhig, so Lawrow. Er forderte, dass die Hilfe kommt.";
        assert_eq!(told(text, &["Die Lage ist ruhig"], &[]), "indirect | so | Lawrow");
        assert_eq!(told(text, &["die Hilfe kommt"], &[]), "indirect | forderte | Er");
        let text = "Laut dem Kreml ist die Lage ruhig. Dem Kreml zufolge hilft das.";
        assert_eq!(told(text, &["ist die Lage ruhig"], &[]), "indirect | Laut | Kreml");
        assert_eq!(told(text, &["hilft das"], &[]), "indirect | zufolge | Kreml");
        let text = "»Nein, das geht nicht«, sagte er der Zeitung.";
        assert_eq!(told(text, &["Nein, das geht nicht"], &[]), "direct | sagte | er");
    }

    #[test]
    fn french_spanish_russian() {
        let text = "« Nous sommes prêts », a déclaré Sergueï Lavrov à la presse.";
        assert_eq!(told(text, &["Nous sommes prêts"], &[]), "direct | déclaré | Sergueï Lavrov > presse");
        let text = "« Non », dit-il. Selon le Kremlin, la situation est calme.";
        assert_eq!(told(text, &["Non"], &[]), "direct | dit | il");
        assert_eq!(told(text, &["la situation est calme"], &[]), "indirect | Selon | Kremlin");
        let text = "«Estamos listos», declaró Lavrov. Según el Kremlin, la situación es tranquila.";
        assert_eq!(told(text, &["Estamos listos"], &[]), "direct | declaró | Lavrov");
        assert_eq!(told(text, &["la situación es tranquila"], &[]), "indirect | Según | Kremlin");
        let text = "«Мы готовы», — заявил Сергей Лавров. По словам Лаврова, всё идёт хорошо.";
        assert_eq!(told(text, &["Мы готовы"], &[]), "direct | заявил | Сергей Лавров");
        assert_eq!(told(text, &["всё идёт хорошо"], &[]), "indirect | По словам | Лаврова");
    }

    #[test]
    fn persian_arabic_chinese() {
        let text = "سرگئی لاوروف به خبرنگاران گفت: «ما آماده هستیم.»";
        assert_eq!(told(text, &["ما آماده هستیم."], &[]), "direct | گفت | سرگئی لاوروف > خبرنگاران");
        let text = "قال وزير الخارجية سيرغي لافروف إن السلام ممكن.";
        assert_eq!(told(text, &["السلام ممكن"], &[]), "indirect | قال | وزير الخارجية سيرغي لافروف");
        assert_eq!(told(text, &["السلام ممكن"], &["سيرغي لافروف"]), "indirect | قال | [سيرغي لافروف]");
        let text = "俄罗斯外交部长拉夫罗夫说：“我们承认这些努力。”他还表示，会议很重要。";
        assert_eq!(told(text, &["我们承认这些努力。"], &[]), "direct | 说 | 俄罗斯外交部长拉夫罗夫");
        assert_eq!(told(text, &["会议很重要"], &[]), "indirect | 表示 | 他");
        assert_eq!(told(text, &["我们承认这些努力。"], &["拉夫罗夫"]), "direct | 说 | [拉夫罗夫]");
    }

    /// What holds of every frame, whatever the spans.
    fn check(text: &str, paragraph: Span, quote: &[Span], mentions: &[Span]) {
        let frame = frame(text, paragraph, quote, mentions);
        let words = |it: Option<Source>| match it {
            Some(Source::Words(it)) => Some(it),
            Some(Source::Mention(it)) => {
                assert!(!quote.iter().any(|other| other.overlaps(mentions[it])));
                None
            }
            None => None,
        };
        for span in [frame.cue, words(frame.source), words(frame.addressee)].into_iter().flatten() {
            assert!(paragraph.contains(span), "{span:?} of {quote:?}");
            assert_eq!(edges::tidy(text, span), Some(span), "{quote:?}");
            assert!(!quote.iter().any(|it| it.overlaps(span)), "{span:?} in {quote:?}");
        }
    }

    #[test]
    fn all_spans_of_words_in_the_sample_are_framed() {
        let mentions = ["Kremlin", "Sergei Lavrov", "Taliban ruling", "The US"].map(|it| find(SAMPLE, it));
        for paragraph in paragraphs(SAMPLE) {
            let words: Vec<Span> = edges::words(SAMPLE, paragraph.span).collect();
            for (number, first) in words.iter().enumerate() {
                // All of the nearer ends, and some of the farther: each takes a millisecond here.
                let ends = words[number..].iter().enumerate().filter(|(far, _)| *far < 9 || far % 7 == 0);
                for (_, last) in ends {
                    let span = Span::between(first.start(), last.end());
                    check(SAMPLE, paragraph.span, &[span], &mentions);
                }
            }
        }
    }

    #[test]
    fn nothing_panics_on_whatever_is_cut() {
        let text = "He 😃 said: “e\u{301} ‘no’,” Mr. S. O’Brien, who said. „Ja“, so Ü. قال «لا» إن\u{301} 他说：「是」。\r\n👨‍👩‍👧‍👦 a dit-il «x";
        let mut seed = 7_usize;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for round in 0..3_000 {
            let mut cut = || Span::between(random(text.len() + 3), random(text.len() + 3));
            let all = Span::between(0, text.len());
            let paragraph = if round % 3 == 0 { cut() } else { all };
            let quote = [cut(), cut()];
            let mut mentions = [cut(), cut()];
            mentions.sort_unstable();
            check(text, paragraph, &quote[..1 + round % 2], &mentions);
        }
        check("", Span::between(0, 0), &[], &[]);
        check("said", Span::between(0, 4), &[], &[Span::between(9, 12)]);
    }

    #[test]
    fn who_is_spoken_of_in_the_passive_is_no_source() {
        let text =
            "Lavrov spoke first. It was reported that they left. It was confirmed by the BBC that it works.";
        assert_eq!(told(text, &["they left"], &["Lavrov"]), "indirect | reported | [Lavrov]");
        assert_eq!(told(text, &["it works"], &["Lavrov"]), "indirect | confirmed | BBC");
        let text = "Reporters were told by Peskov that it works.";
        assert_eq!(told(text, &["it works"], &[]), "indirect | told | Peskov > Reporters");
    }

    #[test]
    fn other_ways_to_say_it() {
        let text =
            "In an interview with the BBC, Kim Jong Un warned of “serious consequences” if talks fail.";
        assert_eq!(
            told(text, &["“serious consequences” if talks fail"], &["Kim Jong Un"]),
            "mixed | warned | [Kim Jong Un] > BBC"
        );
        let text = "The White House on Tuesday denied that it had agreed.";
        assert_eq!(told(text, &["it had agreed"], &[]), "indirect | denied | White House");
        let text = "The plan failed, according to a report by Reuters. Analysts say it works.";
        assert_eq!(told(text, &["The plan failed"], &["Reuters"]), "indirect | according to | [Reuters]");
        assert_eq!(told(text, &["it works"], &[]), "indirect | say | Analysts");
        let text = "Wie der Sprecher des Ministeriums mitteilte, bleibt die Grenze geschlossen.";
        assert_eq!(
            told(text, &["bleibt die Grenze geschlossen"], &[]),
            "indirect | mitteilte | Sprecher des Ministeriums"
        );
        let text = "拉夫罗夫对记者表示：“会议很重要。”";
        assert_eq!(told(text, &["会议很重要。"], &[]), "direct | 表示 | 拉夫罗夫 > 记者");
    }

    /// A paragraph as long as a book: only what is near is read.
    #[test]
    fn a_long_paragraph_is_read_near_the_quote() {
        let text = "He said “no” and e\u{301} “ ".repeat(20_000);
        let middle = text.find("“no”").map_or(0, |it| it + text.len() / 2);
        let quote = Span::between(middle, middle + "“no”".len());
        check(&text, Span::between(0, text.len()), &[quote], &[]);
    }
}
