use super::passage::{Hit, Passage};
use crate::text::Span;

/// What a condition makes of what it is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConditionKind {
    /// It must come true first: if, provided that, depends on.
    Activation,
    /// It limits: only, must, without.
    Constraint,
    /// It ends or begins at a time: until, by, no later than.
    Deadline,
    /// It takes something out: unless, except.
    Exception,
    /// Something is given for it: in exchange for.
    Exchange,
    /// What happens if not: otherwise, or else.
    Consequence,
}

impl ConditionKind {
    /// All of them, as the cues of a language are grouped.
    const ALL: [ConditionKind; 6] = [
        ConditionKind::Activation,
        ConditionKind::Constraint,
        ConditionKind::Deadline,
        ConditionKind::Exception,
        ConditionKind::Exchange,
        ConditionKind::Consequence,
    ];

    /// The names of all of them in files.
    pub const NAMES: [&str; 6] = [
        ConditionKind::Activation.as_str(),
        ConditionKind::Constraint.as_str(),
        ConditionKind::Deadline.as_str(),
        ConditionKind::Exception.as_str(),
        ConditionKind::Exchange.as_str(),
        ConditionKind::Consequence.as_str(),
    ];

    /// The name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ConditionKind::Activation => "activation",
            ConditionKind::Constraint => "constraint",
            ConditionKind::Deadline => "deadline",
            ConditionKind::Exception => "exception",
            ConditionKind::Exchange => "exchange",
            ConditionKind::Consequence => "consequence",
        }
    }
}

/// A cue outside of the condition that is farther from it than this belongs to something else;
/// words.
const FAR: usize = 12;

/// The kind of a condition and the cue that shows it. The cue stands at the condition's start,
/// directly before it, within it, or elsewhere in its sentence, in this order. `paragraph` is
/// the one that the condition begins in.
#[must_use]
pub fn condition(text: &str, paragraph: Span, spans: &[Span]) -> (Option<ConditionKind>, Option<Span>) {
    let spans: Vec<Span> = spans.iter().filter_map(|it| it.clip(paragraph)).collect();
    let passage = Passage::new(text, paragraph, &spans, |it| it.conditions);
    let language = passage.language;
    let found = passage.find(language.conditions, language.endings, language.dates);
    let far = |hit: &Hit| {
        let vague = if hit.words.len() == 1 && passage.is(language.vague, hit.words.start) { 6 } else { 0 };
        let each = spans.iter().filter_map(|span| {
            let own = passage.words_of(*span);
            let sentence = passage.sentence_of_word(hit.words.start);
            let mine = passage.sentence(span.start())..=passage.sentence(span.end().saturating_sub(1));
            if own.is_empty() || !mine.contains(&sentence) {
                return None;
            }
            if own.start <= hit.words.start && hit.words.start < own.end {
                // Deep within is as far as directly before at most.
                return Some((hit.words.start - own.start).min(FAR) + vague);
            }
            let (between, side) = if hit.words.end <= own.start {
                (own.start - hit.words.end, 1)
            } else {
                (hit.words.start.saturating_sub(own.end), 3)
            };
            (between <= FAR).then_some(2 * between + side + vague)
        });
        each.min()
    };
    let all = found.iter().filter_map(|hit| Some((far(hit)?, hit)));
    let Some((_, nearest)) = all.min_by_key(|(far, _)| *far) else { return (None, None) };
    let kind = ConditionKind::ALL.get(nearest.group).copied();
    passage.span(&nearest.words).map_or((None, None), |cue| (kind, Some(cue)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{edges, paragraphs};

    const SAMPLE: &str = include_str!("../../assets/afghanistan-conference-in-moscow.txt");

    fn told(text: &str, words: &str) -> String {
        let at = text.find(words).unwrap_or_else(|| panic!("{words} is there"));
        let span = Span::between(at, at + words.len());
        let paragraph = paragraphs(text).into_iter().find(|it| it.span.contains(span)).expect("it is there");
        let (kind, cue) = condition(text, paragraph.span, &[span]);
        let cue = cue.and_then(|it| it.of(text));
        format!("{} | {}", kind.map_or("-", ConditionKind::as_str), cue.unwrap_or("-"))
    }

    #[test]
    fn the_sample() {
        assert_eq!(told(SAMPLE, "the implementation of promises"), "activation | depends on");
        assert_eq!(
            told(
                SAMPLE,
                "The recognition of the new government in Kabul depends on the implementation of promises"
            ),
            "activation | depends on"
        );
        assert_eq!(told(SAMPLE, "The Taliban delegation initially made no statement."), "- | -");
    }

    #[test]
    fn english() {
        let text = "We help if they agree 😃 e\u{301}. Aid comes provided that it is safe. They must not enter without a \
            permit. Pay by 31 August, or by the end of May. We stay until they leave. All may go, unless they \
            fought. They give gas in exchange for wheat. Sign now, otherwise we leave.";
        assert_eq!(told(text, "if they agree"), "activation | if");
        assert_eq!(told(text, "they agree"), "activation | if");
        assert_eq!(told(text, "it is safe"), "activation | provided that");
        assert_eq!(told(text, "without a"), "constraint | without");
        assert_eq!(told(text, "must not enter"), "constraint | must");
        assert_eq!(told(text, "by 31 August"), "deadline | by");
        assert_eq!(told(text, "by the end of May"), "deadline | by");
        assert_eq!(told(text, "they leave"), "deadline | until");
        assert_eq!(told(text, "fought"), "exception | unless");
        assert_eq!(told(text, "unless they"), "exception | unless");
        assert_eq!(told(text, "wheat"), "exchange | in exchange for");
        assert_eq!(told(text, "otherwise we leave"), "consequence | otherwise");
    }

    #[test]
    fn other_languages() {
        assert_eq!(
            told("Wir helfen nur, wenn die Lage ruhig ist.", "die Lage ruhig ist"),
            "activation | wenn"
        );
        assert_eq!(
            told("Alle dürfen bleiben, es sei denn, sie lügen.", "sie lügen"),
            "exception | es sei denn"
        );
        assert_eq!(told("Die Hilfe hängt von der Lage ab.", "der Lage"), "activation | hängt");
        assert_eq!(
            told("Nous aidons à condition que le pays soit calme.", "le pays"),
            "activation | à condition que"
        );
        assert_eq!(told("Il part, sauf s’il pleut.", "sauf s’il pleut"), "exception | sauf");
        assert_eq!(told("La ayuda llega a cambio de la paz.", "la paz"), "exchange | a cambio de");
        assert_eq!(told("Мы поможем, если они согласны.", "они согласны"), "activation | если");
        assert_eq!(told("如果他们同意，我们就帮助。", "他们同意"), "activation | 如果");
        assert_eq!(told("ما کمک می‌کنیم اگر صلح باشد.", "صلح باشد"), "activation | اگر");
    }

    #[test]
    fn all_spans_of_words_in_the_sample_are_fine() {
        for paragraph in paragraphs(SAMPLE) {
            let words: Vec<Span> = edges::words(SAMPLE, paragraph.span).collect();
            for (number, first) in words.iter().enumerate() {
                // All of the nearer ends, and some of the farther: each takes a millisecond here.
                let ends = words[number..].iter().enumerate().filter(|(far, _)| *far < 9 || far % 7 == 0);
                for (_, last) in ends {
                    let span = Span::between(first.start(), last.end());
                    let (kind, cue) = condition(SAMPLE, paragraph.span, &[span]);
                    assert_eq!(kind.is_some(), cue.is_some());
                    let Some(cue) = cue else { continue };
                    assert!(paragraph.span.contains(cue) && edges::tidy(SAMPLE, cue) == Some(cue));
                }
            }
        }
    }

    /// Every pair of ends, cut characters and all.
    #[test]
    fn nothing_panics_on_whatever_is_cut() {
        let text = "😃 if e\u{301}, by 3\u{301} May 如果 «اگر» unless\u{301}\r\nэ если";
        for a in 0..text.len() + 2 {
            for b in a..text.len() + 2 {
                let span = Span::between(a, b);
                for paragraph in [span, Span::between(0, text.len())] {
                    if let (_, Some(cue)) = condition(text, paragraph, &[span]) {
                        assert!(paragraph.contains(cue) && edges::tidy(text, cue) == Some(cue));
                    }
                }
            }
        }
        assert_eq!(condition("", Span::between(0, 0), &[]), (None, None));
    }
}
