//! Commands, undo and the session: pictures and random sequences.

use std::rc::Rc;

use proptest::prelude::*;
use verbatim::edit::{
    Action, Command, Edge, Notice, Of, Reach, Refusal, Selection, Session, Step, Toward, Unit, Walk, apply,
};
use verbatim::format::{After, StepHead, change_line, export, read_change};
use verbatim::model::{
    Annotation, Arrivals, Article, By, Change, Id, Link, Origin, Project, Record, RecordKey, Target,
};
use verbatim::text::edges::is_grapheme_edge;
use verbatim::text::{Policy, Side, Span};

const TEXT: &str = "Töne e\u{301} 😃\n\n“Wir, 👨‍👩‍👧‍👦,” said سلام at 中文.\nIf it rains, no.\n";

fn id(name: &str) -> Id {
    Id::new(name).expect("a fine id")
}

fn session() -> Session {
    let article = Article::new(id("t"), "Töne", TEXT, 1).into();
    let added = apply(&Command::AddArticle { article }, &Project::default()).expect("a new article");
    Session::new(added)
}

fn mark(name: &str, start: usize, end: usize, label: &str) -> Command {
    Command::Mark { id: id(name), article: id("t"), span: Span::between(start, end), label: id(label), at: 5 }
}

/// One line an annotation: label, words, note.
fn picture(session: &Session) -> String {
    let article = session.project.article(&id("t")).expect("it is there");
    let all = session.project.annotations_of(&id("t"));
    let line = |it: &std::rc::Rc<verbatim::model::Annotation>| {
        format!("{} [{}] {}\n", it.label, article.words(it.spans()[0]), it.note)
    };
    all.map(|all| all.iter().map(line).collect()).unwrap_or_default()
}

fn does(session: &Session, action: Action) -> Session {
    session.step(action).unwrap_or_else(|| session.clone())
}

/// The same at a time of its own, so that two deeds are never one gesture.
fn does_at(session: &Session, action: impl Into<Act>, number: usize) -> Session {
    let at = number as u64 * 1_000_000;
    let next = match action.into() {
        Act::Do(action) => session.step_at(action, at),
        Act::Reach(reach) => session.reach_at(reach, at),
    };
    next.unwrap_or_else(|| session.clone())
}

/// What can be done to a session.
enum Act {
    Do(Action),
    Reach(Reach),
}

impl From<Action> for Act {
    fn from(action: Action) -> Act {
        Act::Do(action)
    }
}

impl From<Reach> for Act {
    fn from(reach: Reach) -> Act {
        Act::Reach(reach)
    }
}

/// Selects the words from the first to the last of two that are in the text.
fn selects(session: &Session, first: &str, last: &str) -> Session {
    let start = TEXT.find(first).expect("it is there");
    let end = TEXT.find(last).expect("it is there") + last.len();
    does(session, Action::Select(Some(Selection { anchor: start, head: end })))
}

/// The words of each part of the only annotation.
fn parts(session: &Session) -> Vec<&'static str> {
    session.listed()[0].spans().iter().filter_map(|span| span.of(TEXT)).collect()
}

#[test]
fn a_quote_has_as_many_parts_as_are_added_and_keeps_the_rest() {
    let mut now = selects(&session(), "“Wir,", "“Wir,");
    now = does(&now, Action::MarkSelection { id: id("m"), label: id("quote"), at: 1 });
    now = does(&now, Action::Do(Command::Note { id: id("m"), note: "Who?".into(), at: 1 }));
    now = does(&selects(&now, "سلام", "at"), Action::AddPart);
    now = does(&selects(&now, "If", "rains"), Action::AddPart);
    assert_eq!(parts(&now), ["“Wir,", "سلام at", "If it rains"]);
    // Parts that meet are one.
    now = does(&selects(&now, " 👨", " said "), Action::AddPart);
    assert_eq!(parts(&now), ["“Wir,", "👨‍👩‍👧‍👦,” said", "سلام at", "If it rains"]);
    // A piece out of a part, then the part at the caret.
    now = does(&selects(&now, "it", "it"), Action::TakeOut);
    assert_eq!(parts(&now), ["“Wir,", "👨‍👩‍👧‍👦,” said", "سلام at", "If", "rains"]);
    now = does(&now, Action::TakeOut);
    assert_eq!(parts(&now), ["“Wir,", "👨‍👩‍👧‍👦,” said", "سلام at", "rains"]);
    // On other words as a whole.
    now = does(&selects(&now, "中文", "中文"), Action::Reselect);
    assert_eq!(parts(&now), ["中文"]);
    assert_eq!((&*now.listed()[0].note, now.focus), ("Who?", Some(id("m"))));
}

#[test]
fn what_would_leave_nothing_of_an_annotation_is_refused() {
    let marked = does(
        &selects(&session(), "said", "said"),
        Action::MarkSelection { id: id("m"), label: id("quote"), at: 1 },
    );
    for (selected, action) in [("said سلام", Action::TakeOut), ("\n\n", Action::Reselect)] {
        let after = does(&selects(&marked, selected, selected), action);
        assert_eq!(after.project, marked.project, "{selected}");
    }
    let nothing = does(&marked, Action::TakeOut);
    assert!(matches!(nothing.notice, Some((_, Notice::NothingSelected))));
    let unfocused = does(&does(&marked, Action::Focus(None)), Action::AddPart);
    assert!(matches!(unfocused.notice, Some((_, Notice::NothingFocused))));
}

#[test]
fn a_gesture_on_a_boundary_is_one_step() {
    let nudge = |forward| Reach::Nudge { edge: Edge::End, unit: Unit::Word, forward };
    let mut now = selects(&session(), "said", "said");
    now = does_at(&now, Action::MarkSelection { id: id("m"), label: id("quote"), at: 1 }, 1);
    now = does_at(&now, Action::Grab(Some(Edge::End)), 2);
    for (number, forward) in [(3, true), (4, true), (5, true), (6, false)] {
        now = does_at(&now, nudge(forward), number);
    }
    assert_eq!(parts(&now), ["said سلام at"]);
    now = does_at(&does_at(&now, Action::Undo, 7), Action::Grab(None), 8);
    assert_eq!(parts(&now), ["said"]);
    // Without holding it each key is a step of its own.
    for number in [9, 10] {
        now = does_at(&now, nudge(true), number);
    }
    assert_eq!(parts(&does_at(&now, Action::Undo, 11)), ["said سلام"]);
}

#[test]
fn walks_stop_where_they_are_told_to_and_lead_back() {
    let mut now = session();
    for (name, words, label) in [("a", "Töne", "quote"), ("b", "said", "actor"), ("c", "rains", "quote")] {
        let at = TEXT.find(words).expect("it is there");
        now = does(&now, Action::Do(mark(name, at, at + words.len(), label)));
    }
    now = does(&now, Action::Do(Command::Note { id: id("a"), note: "!".into(), at: 1 }));
    now = does(&now, Action::Focus(Some(id("a"))));
    let to = |walk, of| does(&now, Action::Walk(walk, of)).focus.map(|it| it.to_string()).unwrap_or_default();
    assert_eq!(to(Walk::Next, Of::SameLabel), "c");
    assert_eq!(to(Walk::Previous, Of::SameLabel), "c");
    assert_eq!(to(Walk::Next, Of::Label(id("actor"))), "b");
    assert_eq!(to(Walk::Previous, Of::NoNote), "c");
    assert_eq!(to(Walk::Next, Of::NoLink), "b");
    let away = does(&does(&now, Action::Walk(Walk::Next, Of::Listed)), Action::Walk(Walk::Next, Of::Listed));
    assert_eq!(away.focus, Some(id("c")));
    let back = does(&does(&away, Action::GoBack), Action::GoBack);
    assert_eq!((back.focus, back.selection), (Some(id("a")), now.selection));
}

#[test]
fn the_last_thing_is_done_again_to_what_is_here() {
    let repeat = |name: &str| Action::Repeat(id(name));
    let mut now = selects(&session(), "said", "said");
    now = does(&now, Action::MarkSelection { id: id("m"), label: id("actor"), at: 1 });
    now = does(&selects(&now, "rains", "rains"), repeat("n"));
    assert_eq!(picture(&now), "actor [said] \nactor [rains] \n");
    now = does(&now, Action::Do(Command::Note { id: id("n"), note: "x".into(), at: 1 }));
    now = does(&does(&now, Action::Focus(Some(id("m")))), repeat("o"));
    assert_eq!(picture(&now), "actor [said] x\nactor [rains] x\n");
    now = does(&now, Action::Do(Command::Remove { ids: vec![id("m")] }));
    now = does(&does(&now, Action::Focus(Some(id("n")))), repeat("o"));
    assert_eq!(picture(&now), "");
}

#[test]
fn a_mark_is_trimmed_whole_and_in_text_order() {
    let quote = TEXT.find('“').expect("there is one");
    let family = TEXT.find('👨').expect("there is one");
    let mut now = session();
    now = does(&now, Action::Do(mark("late", family + 4, family + 7, "actor")));
    now = does(&now, Action::Do(mark("early", quote - 1, family - 1, "quote")));
    assert_eq!(picture(&now), "quote [“Wir,] \nactor [👨‍👩‍👧‍👦] \n");
}

#[track_caller]
fn refused(command: Command, expected: Refusal) {
    let before = session();
    let after = does(&before, Action::Do(command));
    assert_eq!(after.notice.map(|(_, notice)| notice), Some(Notice::Refused(expected)));
    assert_eq!(after.project, before.project);
    assert!(after.history.last().is_none());
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let blank = TEXT.find("\n\n").expect("there is one");
    refused(mark("x", blank, blank + 2, "quote"), Refusal::NothingThere);
    refused(mark("x", 0, TEXT.len() + 1, "quote"), Refusal::OutsideText);
    refused(mark("x", 0, 2, "quote"), Refusal::OutsideText);
    refused(mark("x", 0, 5, "mood"), Refusal::NoSuchLabel);
    refused(Command::Remove { ids: vec![id("x")] }, Refusal::NoSuchAnnotation);
    refused(Command::RenameArticle { id: id("t"), title: " ".into() }, Refusal::NoTitle);
    refused(Command::RemoveArticle { id: id("u") }, Refusal::NoSuchArticle);
}

#[test]
fn undo_leaves_what_another_tab_did_since_and_says_so() {
    let mut here = does(&session(), Action::Do(mark("m", 0, 5, "quote")));
    let there = does(&here, Action::Do(Command::Relabel { id: id("m"), label: id("actor"), at: 9 }));
    let news = there.project.changes_since(&here.project).into_iter().map(|it| (it.key, it.after)).collect();
    here = does(&here, Action::Outside(news));
    here = does(&here, Action::Undo);
    assert_eq!(picture(&here), "actor [Töne] \n");
    assert!(matches!(&here.notice, Some((_, Notice::Undone(kept))) if kept.kept == 1));
}

/// What another tab has done, as this one hears of it.
fn news(there: &Session, here: &Session) -> Action {
    let changes = there.project.changes_since(&here.project);
    Action::Outside(changes.into_iter().map(|it| (it.key, it.after)).collect())
}

#[test]
fn undo_takes_away_nothing_that_another_tab_works_on() {
    let article = Article::new(id("u"), "U", TEXT, 1).into();
    let mut here = does(&session(), Action::Do(Command::AddArticle { article }));
    let there = does(
        &here,
        Action::Do(Command::Mark {
            id: id("theirs"),
            article: id("u"),
            span: Span::between(0, 5),
            label: id("quote"),
            at: 9,
        }),
    );
    here = does(&here, news(&there, &here));
    let undone = does(&here, Action::Undo);
    assert_eq!(undone.project, there.project);
    assert!(matches!(&undone.notice, Some((_, Notice::Undone(kept))) if kept.kept == 1));
    // An annotation to which another tab has linked one of its own.
    let mut here = does(&session(), Action::Do(mark("m", 0, 5, "quote")));
    let marked = does(&here, Action::Do(mark("a", 0, 9, "actor")));
    let link = Link {
        id: id("l"),
        article: id("t"),
        kind: Link::SOURCE.into(),
        from: id("m"),
        to: Target::Annotation(id("a")),
        attributes: Default::default(),
        unknown: None,
    };
    let linked = marked.project.with(Record::Link(link.into())).expect("it fits");
    here = does(&here, news(&Session::new(linked.clone()), &here));
    let undone = does(&here, Action::Undo);
    assert_eq!(undone.project, linked);
    assert!(matches!(&undone.notice, Some((_, Notice::Undone(kept))) if kept.kept == 1));
}

#[test]
fn a_part_that_is_added_while_a_boundary_is_held_is_a_step_of_its_own() {
    let nudge = || Reach::Nudge { edge: Edge::End, unit: Unit::Word, forward: true };
    let mut now = selects(&session(), "said", "said");
    now = does_at(&now, Action::MarkSelection { id: id("m"), label: id("quote"), at: 1 }, 1);
    now = does_at(&now, Action::Grab(Some(Edge::End)), 2);
    now = does_at(&now, nudge(), 3);
    now = does_at(&selects(&now, "If", "rains"), Action::AddPart, 4);
    assert_eq!(parts(&now), ["said سلام", "If it rains"]);
    now = does_at(&now, nudge(), 5);
    assert_eq!(parts(&now), ["said سلام", "If it rains, no"]);
    now = does_at(&now, Action::Undo, 6);
    assert_eq!(parts(&now), ["said سلام", "If it rains"]);
}

#[test]
fn keys_hold_no_boundary_of_what_has_the_focus_next() {
    let mut now = selects(&session(), "said", "said");
    now = does_at(&now, Action::MarkSelection { id: id("m"), label: id("quote"), at: 1 }, 1);
    now = does_at(&now, Action::Grab(Some(Edge::Start)), 2);
    now = selects(&now, "If", "rains");
    now = does_at(&now, Action::MarkSelection { id: id("n"), label: id("quote"), at: 3 }, 3);
    assert_eq!((now.focus.clone(), now.grabbed), (Some(id("n")), None));
}

#[test]
fn the_word_at_the_caret_is_selected_whole() {
    let word_at = |words: &str| {
        let at = TEXT.find(words).expect("it is there");
        let at = Some(Selection { anchor: at, head: at });
        let now = does(&does(&session(), Action::Select(at)), Action::SelectWord);
        now.selection.map(|it| TEXT[it.span().start()..it.span().end()].to_owned()).unwrap_or_default()
    };
    assert_eq!(word_at("id سلام"), "said");
    assert_eq!(word_at("لام"), "سلام");
    assert_eq!(word_at("ne e"), "Töne");
    assert_eq!(word_at("e\u{301}"), "e\u{301}");
}

#[test]
fn removing_an_article_takes_its_annotations_and_undo_brings_both_back() {
    let marked = does(&session(), Action::Do(mark("m", 0, 5, "quote")));
    let removed = does(&marked, Action::Do(Command::RemoveArticle { id: id("t") }));
    assert!(removed.project.articles().is_empty());
    assert!(removed.project.annotation(&id("m")).is_none());
    let back = does(&removed, Action::Undo);
    assert_eq!(back.project, marked.project);
    assert_eq!(picture(&back), picture(&marked));
}

#[test]
fn picks_cycle_from_the_innermost_outward() {
    let ids = ["outer", "middle", "inner"];
    let mut now = session();
    for (depth, name) in ids.iter().enumerate() {
        now = does(&now, Action::Do(mark(name, [0, 1, 3][depth], 5, "quote")));
    }
    now = does(&now, Action::Focus(None));
    let picked: Vec<String> = (0..4)
        .map(|_| {
            now = does(&now, Action::Pick(ids.map(id).to_vec()));
            now.focus.as_ref().map(Id::to_string).unwrap_or_default()
        })
        .collect();
    assert_eq!(picked.join(" "), "inner middle outer inner");
}

#[test]
fn walking_goes_through_all_and_round() {
    let mut now = session();
    for (name, start) in [("one", 0), ("two", 9), ("three", 20)] {
        now = does(&now, Action::Do(mark(name, start, TEXT.len() - 1, "quote")));
    }
    now = does(&now, Action::Focus(None));
    now = does(&now, Action::Select(None));
    let mut walk = |walk: Walk| {
        now = does(&now, Action::Walk(walk, Of::Listed));
        now.focus.as_ref().map(Id::to_string).unwrap_or_default()
    };
    let there = [walk(Walk::Next), walk(Walk::Next), walk(Walk::Next), walk(Walk::Next)];
    let back = [walk(Walk::Previous), walk(Walk::Previous)];
    assert_eq!(there.join(" "), "one two three one");
    assert_eq!(back.join(" "), "three two");
}

#[test]
fn the_caret_visits_every_grapheme_and_comes_back() {
    let mut now = session();
    let mut there = vec![0];
    while there.last() != Some(&TEXT.len()) {
        now = does(&now, Action::Move { toward: Toward::NextGrapheme, extend: false });
        there.push(now.selection.expect("there is a caret").head);
    }
    assert!(there.iter().all(|at| verbatim::text::edges::is_grapheme_edge(TEXT, *at)));
    let mut back = vec![TEXT.len()];
    while back.last() != Some(&0) {
        now = does(&now, Action::Move { toward: Toward::PreviousGrapheme, extend: true });
        back.push(now.selection.expect("there is a selection").head);
    }
    back.reverse();
    assert_eq!(there, back);
    assert_eq!(now.selection, Some(Selection { anchor: TEXT.len(), head: 0 }));
}

#[test]
fn the_caret_goes_from_word_to_word_across_paragraphs_and_back() {
    let mut now = session();
    let mut go = |forward, extend| {
        let toward = if forward { Toward::WordEnd } else { Toward::WordStart };
        now = does(&now, Action::Move { toward, extend });
        now.selection.expect("there is a caret")
    };
    let words: Vec<Span> = verbatim::text::edges::words(TEXT, Span::between(0, TEXT.len())).collect();
    assert!(words.iter().any(|it| it.of(TEXT) == Some("سلام")) && TEXT.contains("\n\n"));
    for word in &words {
        assert_eq!(go(true, false), Selection { anchor: word.end(), head: word.end() });
    }
    // Past the last word the text ends.
    assert_eq!(go(true, false).head, TEXT.len());
    // A paragraph that begins with none is gone back to as well.
    let mut starts: Vec<usize> = words.iter().map(|it| it.start()).chain(TEXT.find('“')).collect();
    starts.sort_unstable();
    for head in starts.into_iter().rev() {
        assert_eq!(go(false, true), Selection { anchor: TEXT.len(), head });
    }
    assert_eq!(go(false, false), Selection { anchor: 0, head: 0 });
}

/// One of the things an analyst may do; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Deed {
    Mark(usize, usize, u8),
    Relabel(usize, u8),
    Note(usize, String),
    Remove(usize),
    RemoveAll,
    Rename(String),
    Select(usize, usize),
    Focus(usize),
    Grab(bool),
    Nudge(bool, u8, bool),
    Reselect,
    AddPart,
    TakeOut,
    Widen,
    Narrow,
    Repeat,
    MarkAll(usize, u8),
    Policy(u8),
    Travel(isize),
    Undo,
    Redo,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let n = TEXT.len() + 2;
    let deed = prop_oneof![
        4 => (0..n, 0..n, 0..4u8).prop_map(|(a, b, label)| Deed::Mark(a, b, label)),
        2 => (0..9usize, 0..4u8).prop_map(|(at, label)| Deed::Relabel(at, label)),
        2 => (0..9usize, "[a-z😃]{0,3}").prop_map(|(at, note)| Deed::Note(at, note)),
        2 => (0..9usize).prop_map(Deed::Remove),
        1 => Just(Deed::RemoveAll),
        1 => "[a-z ]{0,3}".prop_map(Deed::Rename),
        4 => (0..TEXT.len(), 0..TEXT.len()).prop_map(|(a, b)| Deed::Select(a, b)),
        3 => (0..9usize).prop_map(Deed::Focus),
        1 => any::<bool>().prop_map(Deed::Grab),
        5 => (any::<bool>(), 0..3u8, any::<bool>()).prop_map(|(end, unit, on)| Deed::Nudge(end, unit, on)),
        2 => Just(Deed::Reselect),
        3 => Just(Deed::AddPart),
        2 => Just(Deed::TakeOut),
        1 => Just(Deed::Widen),
        1 => Just(Deed::Narrow),
        1 => Just(Deed::Repeat),
        1 => (0..20usize, 0..3u8).prop_map(|(at, label)| Deed::MarkAll(at, label)),
        1 => (0..9u8).prop_map(Deed::Policy),
        1 => (-3..3isize).prop_map(Deed::Travel),
        2 => Just(Deed::Undo),
        1 => Just(Deed::Redo),
    ];
    prop::collection::vec(deed, 0..40)
}

fn action(deed: &Deed, number: usize, session: &Session) -> Act {
    let label = |n: u8| id(["quote", "actor", "condition", "mood"][usize::from(n)]);
    let listed = session.listed();
    let some = |at: usize| listed.get(at).map_or_else(|| id("none"), |it| it.id.clone());
    // Far apart, so that notes never join and each command is a step.
    let at = number as u64 * 1_000_000;
    let command = match deed {
        Deed::Mark(a, b, n) => {
            let name = id(&format!("m{number}"));
            Command::Mark { id: name, article: id("t"), span: Span::between(*a, *b), label: label(*n), at }
        }
        Deed::Relabel(which, n) => Command::Relabel { id: some(*which), label: label(*n), at },
        Deed::Note(which, note) => Command::Note { id: some(*which), note: note.as_str().into(), at },
        Deed::Remove(which) => Command::Remove { ids: vec![some(*which)] },
        Deed::RemoveAll => Command::Remove { ids: listed.iter().map(|it| it.id.clone()).collect() },
        Deed::Rename(title) => Command::RenameArticle { id: id("t"), title: title.as_str().into() },
        Deed::MarkAll(first, n) => {
            let words = |at: usize| (id(&format!("f{number}-{at}")), id("t"), Span::between(at, at + 3));
            let fits = |it: &(Id, Id, Span)| it.2.of(TEXT).is_some_and(|words| !words.trim().is_empty());
            let marks = (*first..TEXT.len() - 3).step_by(11).map(words).filter(fits).collect();
            Command::MarkAll { marks, label: label(*n), actor: None, at }
        }
        Deed::Policy(n) => {
            let side = |n: u8| [Side::AsSelected, Side::In, Side::Out][usize::from(n % 3)];
            let policy = Policy { quotation_marks: side(*n), final_punctuation: side(n / 3) };
            Command::SetPolicy { label: id("quote"), policy }
        }
        // The page selects at edges of characters only.
        Deed::Select(a, b) => {
            let edge = |at: usize| verbatim::text::edges::grapheme_edge_before(TEXT, at);
            return Action::Select(Some(Selection { anchor: edge(*a), head: edge(*b) })).into();
        }
        Deed::Focus(which) => return Action::Focus(Some(some(*which))).into(),
        Deed::Grab(end) => return Action::Grab(Some(if *end { Edge::End } else { Edge::Start })).into(),
        Deed::Nudge(end, unit, forward) => {
            return Reach::Nudge {
                edge: if *end { Edge::End } else { Edge::Start },
                unit: [Unit::Grapheme, Unit::Word, Unit::Sentence][usize::from(*unit)],
                forward: *forward,
            }
            .into();
        }
        Deed::Reselect => return Action::Reselect.into(),
        Deed::AddPart => return Action::AddPart.into(),
        Deed::TakeOut => return Action::TakeOut.into(),
        Deed::Widen => return Reach::Widen.into(),
        Deed::Narrow => return Reach::Narrow.into(),
        Deed::Repeat => return Action::Repeat(id(&format!("r{number}"))).into(),
        Deed::Travel(steps) => return Action::Travel(*steps).into(),
        Deed::Undo => return Action::Undo.into(),
        Deed::Redo => return Action::Redo.into(),
    };
    Action::Do(command).into()
}

/// The session after a restart: everything that it knows of its history went through stored lines.
fn restarted(session: &Session) -> Session {
    let step = |step: &std::rc::Rc<Step>| {
        let (kind, text) = step.recipe();
        let mut value = StepHead::new(kind, &text, step.at, 0).line();
        for change in &step.changes {
            change_line(&mut value, change, &session.project, After::Told);
        }
        let (head, lines) = StepHead::read(&value).expect("it is of this version");
        let changes: Option<Vec<_>> =
            lines.lines().map(|line| read_change(line, &session.project, |_| None)?).collect();
        let changes = changes.expect("every line is read");
        let back = Step::of_recipe(&head.kind, &head.text, changes, head.at).expect("a step");
        assert_eq!(back.changes, step.changes);
        std::rc::Rc::new(back)
    };
    let mut done: Vec<_> = session.history.done().map(step).collect();
    let mut undone: Vec<_> = session.history.undone().map(step).collect();
    done.reverse();
    undone.reverse();
    does(&Session::new(session.project.clone()), Action::Recall(done, undone))
}

#[test]
fn what_was_done_before_a_history_is_recalled_stands_on_it() {
    let first = does(&session(), Action::Do(mark("a", 0, 5, "quote")));
    let both = does(&first, Action::Do(mark("b", 0, 5, "actor")));
    let taken_back = does(&both, Action::Undo);
    let recalled = restarted(&taken_back);
    assert!(recalled.history.next().is_some());
    assert_eq!(does(&recalled, Action::Redo).project, both.project);
    // Something was done before the history was read.
    let early = does(&Session::new(taken_back.project.clone()), Action::Do(mark("c", 0, 5, "condition")));
    let done = taken_back.history.done().cloned().collect();
    let undone = taken_back.history.undone().cloned().collect();
    let mut now = does(&early, Action::Recall(done, undone));
    assert!(now.history.next().is_none());
    assert_eq!(now.history.len(), 2);
    now = does(&does(&now, Action::Undo), Action::Undo);
    assert_eq!(now.project, session().project);
}

/// A large step leaves what it made to what is stored; what somebody else changed since is not
/// its own any more.
#[test]
fn a_step_may_leave_what_it_made_to_what_is_stored() {
    let now = does(&session(), Action::Do(mark("a", 0, 5, "quote")));
    let change = now.history.last().expect("a step").changes[0].clone();
    let mut line = String::new();
    change_line(&mut line, &change, &now.project, After::Stored);
    assert!(!line.contains("Töne"));
    let read = |project: &Project| read_change(line.trim_end(), project, |key| project.get(key));
    assert_eq!(read(&now.project), Some(Some(change)));
    let changed = does(&now, Action::Do(Command::Relabel { id: id("a"), label: id("actor"), at: 99 }));
    assert_eq!(read(&changed.project), Some(None));
    assert_eq!(read(&session().project), Some(None));
}

/// What stands in an article that somebody else removed is passed over, and the steps before it stay.
#[test]
fn a_step_in_an_article_that_is_gone_has_nothing_left() {
    let now = does(&session(), Action::Do(mark("a", 0, 5, "quote")));
    let change = now.history.last().expect("a step").changes[0].clone();
    let mut line = String::new();
    change_line(&mut line, &change, &now.project, After::Told);
    let read = |project: &Project| read_change(line.trim_end(), project, |_| None);
    assert_eq!(read(&now.project), Some(Some(change)));
    assert_eq!(read(&Project::default()), Some(None));
    let broken = format!("{}\t\tbroken", line.split('\t').next().expect("a key"));
    assert_eq!(read_change(&broken, &now.project, |_| None), None);
}

/// Where others have left nothing of the last step there is nothing to do again, least of all a removal.
#[test]
fn a_step_of_nothing_repeats_nothing() {
    let now = does(&session(), Action::Do(mark("a", 0, 5, "quote")));
    let nothing = Step::of_nothing(9).into();
    let recalled = does(&Session::new(now.project.clone()), Action::Recall(vec![nothing], Vec::new()));
    let focused = does(&recalled, Action::Focus(Some(id("a"))));
    let after = focused.step(Action::Repeat(id("b"))).unwrap_or_else(|| focused.clone());
    assert_eq!((after.project, after.history.len()), (now.project.clone(), 1));
    // Taking it back goes on to what was before it.
    assert_eq!(does(&focused, Action::Undo).project, now.project);
}

/// An article changes by its title and by members that we do not know; either is another state.
#[test]
fn an_article_that_was_changed_since_is_not_ours_to_take_back() {
    let now = session().project;
    let article = |title: &str, unknown: Option<&str>| {
        let mut article = Article::clone(now.articles()[0]);
        (article.title, article.unknown) = (title.into(), unknown.map(Into::into));
        Some(Record::Article(article.into()))
    };
    let unchanged = article("Töne", None);
    let (after, later) =
        (article("Töne", Some("{\"x-a\":1}")), article("Töne", Some("{\"x-a\":1,\"x-b\":2}")));
    let key = after.as_ref().expect("an article").key();
    let change = Change { key, before: unchanged, after: after.clone() };
    let mut line = String::new();
    change_line(&mut line, &change, &now, After::Stored);
    let read = |stored: &Option<Record>| read_change(line.trim_end(), &now, |_| stored.clone());
    assert_eq!(read(&after), Some(Some(change.clone())));
    assert_eq!(read(&later), Some(None));
}

/// A note that is typed on is one step, unless another tab changed the same annotation between.
#[test]
fn a_note_typed_on_leaves_what_another_tab_did_between() {
    let marked = does(&session(), Action::Do(mark("a", 0, 5, "quote")));
    let note = |note: &str, at| Action::Do(Command::Note { id: id("a"), note: note.into(), at });
    let typed = does(&does(&marked, note("e\u{301}", 10)), note("e\u{301} 😃 سلام", 20));
    assert_eq!(typed.history.len(), 2);
    let first = does(&marked, note("e\u{301}", 10));
    let relabel = Command::Relabel { id: id("a"), label: id("actor"), at: 15 };
    let elsewhere = does(&Session::new(first.project.clone()), Action::Do(relabel));
    let annotation = elsewhere.project.annotation(&id("a")).expect("it is there").clone();
    let heard = does(
        &first,
        Action::Outside(vec![(
            RecordKey::Annotation(annotation.article.clone(), id("a")),
            Some(Record::Annotation(annotation)),
        )]),
    );
    let typed = does(&heard, note("e\u{301} 😃", 20));
    let back = does(&typed, Action::Undo);
    let it = back.project.annotation(&id("a")).expect("it is there");
    assert_eq!((it.label.as_str(), &*it.note), ("actor", "e\u{301}"));
}

proptest! {
    #[test]
    fn undo_to_the_start_gives_the_first_state_and_redo_the_last(deeds in deeds()) {
        let first = session();
        let mut now = first.clone();
        for (number, deed) in deeds.iter().enumerate() {
            now = does_at(&now, action(deed, number, &now), number);
            for span in now.listed().iter().flat_map(|it| it.spans().to_vec()) {
                let words = span.of(TEXT).expect("every span fits");
                prop_assert_eq!(words, words.trim());
                prop_assert!([span.start(), span.end()].iter().all(|at| is_grapheme_edge(TEXT, *at)));
            }
        }
        let last = now.clone();
        now = restarted(&now);
        while now.history.last().is_some() {
            now = does(&now, Action::Undo);
        }
        prop_assert_eq!(&now.project, &first.project);
        prop_assert_eq!(picture(&now), picture(&first));
        prop_assert_eq!(export(&now.project, &[id("t")]), export(&first.project, &[id("t")]));
        now = restarted(&now);
        while now.history.next().is_some() {
            now = does(&now, Action::Redo);
        }
        let mut end = last;
        // What was taken back last stays so, where nothing was done since.
        while end.history.next().is_some() {
            end = does(&end, Action::Redo);
        }
        prop_assert_eq!(&now.project, &end.project);
        prop_assert_eq!(export(&now.project, &[id("t")]), export(&end.project, &[id("t")]));
        prop_assert_eq!(picture(&now), picture(&end));
    }

    /// What saving writes is what an observer needs to follow.
    #[test]
    fn changes_carry_one_project_to_the_other(deeds in deeds()) {
        let first = session();
        let mut now = first.clone();
        for (number, deed) in deeds.iter().enumerate() {
            now = does_at(&now, action(deed, number, &now), number);
        }
        let news = now.project.changes_since(&first.project).into_iter().map(|it| (it.key, it.after)).collect();
        let follower = does(&first, Action::Outside(news));
        prop_assert_eq!(&follower.project, &now.project);
        prop_assert_eq!(picture(&follower), picture(&now));
    }
}

/// What is read from the stores comes in beside what was done meanwhile, and takes nothing back.
#[test]
fn what_is_read_meanwhile_keeps_what_was_done() {
    let start = session();
    let after = TEXT.find("If").expect("it is there");
    let marks = |places: &[(&str, usize, usize)]| {
        places.iter().fold(start.project.clone(), |project, (name, from, to)| {
            let made = does(&start, Action::Do(mark(name, *from, *to, "actor"))).project;
            let made = made.annotation(&id(name)).expect("it was made").clone();
            project.with(Record::Annotation(made)).expect("it fits")
        })
    };
    let names = |session: &Session| -> Vec<String> {
        session
            .project
            .annotations_of(&id("t"))
            .into_iter()
            .flat_map(|it| it.iter())
            .map(|it| it.id.to_string())
            .collect()
    };
    let read = |before: &Project, after: &Project| Action::Loaded(Box::new([before.clone(), after.clone()]));
    let (some, all) = (marks(&[("a", 0, 5)]), marks(&[("a", 0, 5), ("b", after, after + 2)]));
    let now = does(&start, read(&start.project, &some));
    assert!(now.project.is(&some), "it is taken as it is");
    assert_eq!(now.history.len(), 0);
    // Something of what came is changed, and something is added, before the rest comes.
    let now = does(&now, Action::Do(Command::Relabel { id: id("a"), label: id("quote"), at: 5 }));
    let now = does(&now, Action::Do(mark("mine", 0, 9, "quote")));
    let now = does(&now, read(&some, &all));
    assert_eq!(names(&now), ["mine", "a", "b"]);
    assert_eq!(now.project.annotation(&id("a")).expect("it is there").label, id("quote"));
    // What was removed here stays away, even when it is read once more.
    let now = does(&now, Action::Do(Command::Remove { ids: vec![id("a")] }));
    let now = does(&now, read(&some, &all));
    assert_eq!(names(&now), ["mine", "b"]);
}

/// Records that come at once are what they would be one after the other.
#[test]
fn many_records_at_once_are_as_one_by_one() {
    let base = does(&session(), Action::Do(mark("a", 0, 5, "quote"))).project;
    let with = |name: &str, start, end, label| {
        let made = does(&session(), Action::Do(mark(name, start, end, label))).project;
        Record::Annotation(made.annotation(&id(name)).expect("it was made").clone())
    };
    let after = TEXT.find("If").expect("it is there");
    let records = [
        with("b", 0, 9, "actor"),
        with("a", 0, 5, "condition"),
        with("b", after, after + 2, "quote"),
        with("c", 0, TEXT.len(), "quote"),
    ];
    let one_by_one = records
        .iter()
        .try_fold(base.clone(), |project, record| project.with(record.clone()))
        .expect("they fit");
    let at_once = base.with_all(records.iter().cloned()).expect("they fit");
    let look = |project: &Project| {
        let all = project.annotations_of(&id("t")).expect("there are some");
        let paragraphs: Vec<Vec<String>> = (0..6)
            .map(|n| {
                all.in_paragraph(n).into_iter().flat_map(|it| it.iter()).map(|it| it.id.to_string()).collect()
            })
            .collect();
        let counts = ["quote", "actor", "condition"].map(|label| all.count_of(&id(label)));
        (
            all.iter().map(|it| (it.id.to_string(), it.label.to_string())).collect::<Vec<_>>(),
            paragraphs,
            counts,
        )
    };
    assert_eq!(at_once, one_by_one);
    assert_eq!(look(&at_once), look(&one_by_one));
    assert_eq!(look(&at_once).2, [2, 0, 1]);
    let keys: Vec<RecordKey> = records.iter().map(Record::key).collect();
    let gone = at_once.without_all(&keys);
    assert!(gone.annotations_of(&id("t")).is_none_or(|all| all.is_empty() && all.in_paragraph(0).is_none()));
    assert_eq!(look(&at_once), look(&one_by_one), "the project before is as it was");
}

/// Whether records come in pieces, whatever their order, or as a whole that was put together ahead:
/// it is what they are one by one, in the whole text and in each paragraph.
#[test]
fn what_arrives_in_pieces_or_as_a_whole_is_as_one_by_one() {
    const LINE: &str = "Er 😃 sagte e\u{301}: سلام 中文.\n";
    const LINES: usize = 9;
    let text = LINE.repeat(LINES);
    let article = Rc::new(Article::new(id("long"), "Long", &text, 0));
    let bare = does(&session(), Action::Do(Command::AddArticle { article: Rc::clone(&article) })).project;
    // In text order; one reaches over three lines, two are on the same words.
    let places =
        [(0, 2), (3, 9), (3, 9), (LINE.len(), 3 * LINE.len() + 2), (4 * LINE.len(), 4 * LINE.len() + 2)];
    let marks: Vec<Record> = places
        .iter()
        .enumerate()
        .map(|(number, (start, end))| {
            let name = ["e", "a", "d", "c", "b"][number];
            let span = Span::between(*start, *end);
            let origin = Origin { by: By::Hand, coder: "".into(), created: 0, modified: 0, codebook: 0 };
            let made = Annotation::of_spans(id(name), id("long"), id("quote"), &[span], origin);
            Record::Annotation(Rc::new(made.expect("a fine span")))
        })
        .collect();
    let look = |project: &Project| {
        let all = project.annotations_of(&id("long")).expect("there are some");
        let names = |it: &Rc<Annotation>| it.id.to_string();
        let lines: Vec<Vec<String>> = (0..=LINES)
            .map(|line| all.in_paragraph(line).into_iter().flat_map(|it| it.iter().map(names)).collect())
            .collect();
        (all.iter().map(names).collect::<Vec<_>>(), lines, all.count_of(&id("quote")))
    };
    let one_by_one =
        marks.iter().try_fold(bare.clone(), |project, mark| project.with(mark.clone())).expect("they fit");
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 4, 0, 3, 2]] {
        let ordered: Vec<Record> = order.iter().map(|at| marks[*at].clone()).collect();
        for piece in 1..=marks.len() {
            let mut now = bare.clone();
            let mut alone = Project::default();
            alone.put_all(&mut [Record::Article(Rc::clone(&article))].into_iter()).expect("it fits");
            for piece in ordered.chunks(piece) {
                now.put_all(&mut piece.iter().cloned()).expect("they fit");
                alone.put_all(&mut piece.iter().cloned()).expect("they fit");
            }
            assert_eq!((&now, look(&now)), (&one_by_one, look(&one_by_one)));
            // Into a project that has more, or less, and into one that has it already.
            let before = does(&session(), Action::Do(mark("z", 0, 5, "quote"))).project;
            let whole = Arrivals { whole: alone.clone(), others: Vec::new() };
            for before in [before.clone(), Project::default(), one_by_one.clone()] {
                let after = whole.put_into(&before).expect("it fits");
                let each = before
                    .with_all(alone.changes_since(&Project::default()).into_iter().filter_map(|it| it.after));
                assert_eq!(Some(&after), each.as_ref());
                assert_eq!(look(&after), look(&one_by_one));
            }
            assert_eq!(before.joined(&alone), Some(whole.put_into(&before).expect("it fits")));
            assert_eq!(one_by_one.joined(&alone), None);
        }
    }
}

/// However large the slices are that an article is read in, and in whatever order they come: near each
/// other in the text, backwards, or scattered.
#[test]
fn an_article_read_in_slices_is_as_one_by_one() {
    const LINE: &str = "Er 😃 sagte e\u{301}: سلام 中文.\n";
    const MARKS: usize = 1_500;
    let article = Rc::new(Article::new(id("long"), "Long", &LINE.repeat(MARKS / 2), 0));
    let bare = does(&session(), Action::Do(Command::AddArticle { article })).project;
    let marks: Vec<Record> = (0..MARKS)
        .map(|number| {
            // Two to a line; every tenth is on the words of the one before it.
            let place = (number - usize::from(number % 10 == 9)) / 2 * LINE.len();
            let span = Span::between(place, place + 2 + number % 10 / 9);
            let origin = Origin { by: By::Hand, coder: "".into(), created: 0, modified: 0, codebook: 0 };
            // By id they stand otherwise than by place.
            let name = format!("m{:04}", number * 7 % MARKS);
            let made = Annotation::of_spans(id(&name), id("long"), id("quote"), &[span], origin);
            Record::Annotation(Rc::new(made.expect("a fine span")))
        })
        .collect();
    let look = |project: &Project| -> Vec<String> {
        let all = project.annotations_of(&id("long")).expect("there are some");
        assert_eq!((all.len(), all.count_of(&id("quote"))), (MARKS, MARKS));
        all.iter().map(|it| it.id.to_string()).collect()
    };
    let whole = bare.with_all(marks.iter().cloned()).expect("they fit");
    let mut one_by_one = bare.clone();
    for mark in &marks {
        one_by_one = one_by_one.with(mark.clone()).expect("it fits");
    }
    assert_eq!(look(&whole), look(&one_by_one));
    let backwards: Vec<Record> = marks.iter().rev().cloned().collect();
    let scattered: Vec<Record> = (0..MARKS).map(|number| marks[number * 611 % MARKS].clone()).collect();
    for order in [&marks, &backwards, &scattered] {
        for slice in [1, 3, 40, 400] {
            let mut now = bare.clone();
            for some in order.chunks(slice) {
                now = now.with_all(some.iter().cloned()).expect("they fit");
            }
            assert_eq!((&now, look(&now)), (&one_by_one, look(&one_by_one)), "{slice}");
        }
    }
}

/// Lists of paragraphs are shared between projects in pieces: none is lost at a piece's edge, and
/// those that did not change are the same ones.
#[test]
fn a_long_text_has_every_paragraphs_list() {
    const LINE: &str = "Er 😃 sagte e\u{301}: سلام 中文.\n";
    const LINES: usize = 200;
    const MARKED: [usize; 6] = [0, 63, 64, 127, 128, 199];
    let article = Rc::new(Article::new(id("long"), "Long", &LINE.repeat(LINES), 0));
    let mut now = does(&session(), Action::Do(Command::AddArticle { article }));
    let of_lines = |name: &str, first: usize, lines: usize| Command::Mark {
        id: id(name),
        article: id("long"),
        span: Span::between(first * LINE.len(), (first + lines) * LINE.len()),
        label: id("quote"),
        at: 1,
    };
    for line in MARKED {
        now = does(&now, Action::Do(of_lines(&format!("one-{line}"), line, 1)));
    }
    now = does(&now, Action::Do(of_lines("over", 60, 10)));
    let lists = |session: &Session| {
        let all = session.project.annotations_of(&id("long")).expect("there are some");
        (0..LINES + 100).map(|line| all.in_paragraph(line).cloned()).collect::<Vec<_>>()
    };
    let names = |list: &Option<Rc<Vec<Rc<Annotation>>>>| -> Vec<String> {
        list.iter().flat_map(|list| list.iter()).map(|it| it.id.to_string()).collect()
    };
    let before = lists(&now);
    for (line, list) in before.iter().enumerate() {
        let over = (60..70).contains(&line).then(|| "over".to_owned());
        let one = MARKED.contains(&line).then(|| format!("one-{line}"));
        assert_eq!(names(list), over.into_iter().chain(one).collect::<Vec<_>>(), "paragraph {line}");
    }
    let after = does(&now, Action::Do(Command::Remove { ids: vec![id("one-64")] }));
    for (line, (was, is)) in before.iter().zip(lists(&after)).enumerate() {
        let same = match (was, &is) {
            (Some(was), Some(is)) => Rc::ptr_eq(was, is),
            (was, is) => was.is_none() && is.is_none(),
        };
        assert_eq!(same, line != 64, "paragraph {line}");
    }
    assert_eq!(names(&lists(&after)[64]), ["over"]);
    assert_eq!(lists(&now), before, "the project before is as it was");
}
