//! Who says what: frames, links, the registry and the codebook; pictures and random sequences.

use std::rc::Rc;

use proptest::prelude::*;
use verbatim::edit::{
    Action, Command, Deed, Draft, Mentions, Notice, Refusal, Session, Who, apply, is_value_of, mentions_of,
    uses_of,
};
use verbatim::format::{After, StepHead, change_line, export, import, read_change};
use verbatim::model::{
    Actor, Annotation, Article, Attributes, Id, Label, Link, Logic, Objection, Part, Project, RecordKey,
    Role, Target, text_value, word,
};
use verbatim::text::Span;

const TEXT: &str = "“Wir gehen e\u{301} 😃”, said Töne, سلام. If it rains, and the 中文 agree, he stays.\n";

fn id(name: &str) -> Id {
    Id::new(name).expect("a fine id")
}

fn span(words: &str) -> Span {
    let at = TEXT.find(words).expect("it is there");
    Span::between(at, at + words.len())
}

/// An article, a quote `q` in it, two conditions `c` and `d`, mentions `m` and `n`, actors `a`, `b`.
fn project() -> Project {
    let article = Article::new(id("t"), "Töne", TEXT, 1).into();
    let mut now = apply(&Command::AddArticle { article }, &Project::default()).expect("a new article");
    for (name, words, label) in [
        ("q", "“Wir gehen e\u{301} 😃”", "quote"),
        ("c", "If it rains", "condition"),
        ("d", "the 中文 agree", "condition"),
        ("m", "Töne", "actor"),
        ("n", "he", "actor"),
    ] {
        let span = span(words);
        let mark = Command::Mark { id: id(name), article: id("t"), span, label: id(label), at: 5 };
        now = apply(&mark, &now).expect(name);
    }
    drafted(&now, |draft| {
        draft.put_actor(Actor { aliases: vec!["Antonia".into()], ..Actor::new(id("a"), "Töne") })?;
        draft.put_actor(Actor { note: "سلام".into(), ..Actor::new(id("b"), "Bö 😃") })
    })
    .expect("two actors")
}

/// What is done in a draft.
type Make = fn(&mut Draft<'_>) -> Result<(), Refusal>;

/// What another tab has done, as this one hears of it.
fn heard(here: &Session, there: &Project) -> Session {
    let changes = there.changes_since(&here.project);
    let news = Action::Outside(changes.into_iter().map(|it| (it.key, it.after)).collect());
    here.step(news).expect("something is new")
}

#[test]
fn undo_takes_away_no_actor_and_no_entry_that_another_tab_uses() {
    let makes: [(RecordKey, Make); 3] = [
        (RecordKey::Actor(id("new")), |draft| draft.put_actor(Actor::new(id("new"), "Lawrow 😃"))),
        (RecordKey::Label(id("new")), |draft| draft.put_entry(Label::new(id("new"), Part::Label, "سلام"))),
        (RecordKey::Label(id("new")), |draft| draft.put_entry(Label::new(id("new"), Part::Topic, "中文"))),
    ];
    let uses: [Make; 3] = [
        |draft| draft.link_who(Link::SOURCE, &id("q"), &Who::Actor(id("new"))),
        |draft| draft.mark(&id("t"), span("agree"), &id("new")).map(drop),
        |draft| draft.link(Link::TOPIC, &id("q"), Target::Topic(id("new"))).map(drop),
    ];
    for ((key, make), used) in makes.into_iter().zip(uses) {
        let made = drafted(&project(), make).expect("it is new");
        let (before, mut ids) = (project(), || id("x"));
        let mut draft = Draft::new(&before, 9, &mut ids);
        make(&mut draft).expect("it is new");
        let command = draft.command(Deed::Link, "new");
        let here = Session::new(before).step(Action::Do(command)).expect("it is new");
        assert!(here.project.get(&key).is_some(), "{key:?}");
        let there = drafted(&made, used).expect("it is there");
        let undone = heard(&here, &there).step(Action::Undo).expect("a step");
        assert_eq!(undone.project, heard(&here, &there).project, "{key:?} is had");
        assert!(matches!(&undone.notice, Some((_, Notice::Undone(kept))) if kept.kept == 1));
        // What nobody has goes.
        assert!(here.step(Action::Undo).expect("a step").project.get(&key).is_none(), "{key:?}");
    }
}

#[test]
fn the_same_words_are_marked_once_however_they_are_selected() {
    let all = "Töne, ";
    let at = TEXT.find(all).expect("it is there");
    let wide = Span::between(at, at + all.len() - 1);
    let with_space = Span::between(at - 1, at + "Töne".len());
    for selected in [span("Töne"), with_space] {
        let after = drafted(&project(), |draft| {
            assert_eq!(draft.mark(&id("t"), selected, &id("actor"))?, id("m"));
            Ok(())
        });
        assert_eq!(after.expect("it is marked").annotations().count(), project().annotations().count());
    }
    let after = drafted(&project(), |draft| draft.mark(&id("t"), wide, &id("actor")).map(drop));
    assert_eq!(after.expect("other words").annotations().count(), project().annotations().count() + 1);
}

/// The project after a draft, applied as a command.
fn drafted(
    project: &Project,
    make: impl FnOnce(&mut Draft<'_>) -> Result<(), Refusal>,
) -> Result<Project, Refusal> {
    let mut number = project.links().count() + project.annotations().count() + project.actors().count();
    let mut ids = || loop {
        number += 1;
        let next = id(&format!("x{number}"));
        let is_free = project.annotation(&next).is_none() && project.link(&next).is_none();
        if is_free && project.actor(&next).is_none() && project.entry(&next).is_none() {
            return next;
        }
    };
    let mut draft = Draft::new(project, 9, &mut ids);
    make(&mut draft)?;
    let wanted = draft.project().clone();
    let after = apply(&draft.command(Deed::Link, "x"), project)?;
    assert_eq!(after, wanted, "the command does what was drafted");
    Ok(after)
}

/// One line a link: kind, from, to.
fn links(project: &Project) -> Vec<String> {
    let mut lines: Vec<String> =
        project.links().map(|it| format!("{} {} {}", it.kind, it.from, it.to.id())).collect();
    lines.sort();
    lines
}

#[test]
fn a_frame_is_one_step_and_all_of_it_is_in_the_file() {
    let before = project();
    let after = drafted(&before, |draft| {
        draft.set(&id("q"), Annotation::TYPE, Some(text_value("direct")))?;
        draft.cue(&id("q"), span("said"))?;
        draft.link_who(Link::SOURCE, &id("q"), &Who::Annotation(id("m")))?;
        draft.link_who(Link::ADDRESSEE, &id("q"), &Who::Words(span("سلام")))?;
        draft.mean(&[id("m"), id("n")], Some(&id("a")))
    })
    .expect("it makes sense");
    let quote = after.annotation(&id("q")).expect("it stays");
    assert_eq!(quote.word(Annotation::TYPE), Some("direct"));
    assert_eq!(mentions_of(&after, &id("a")), [id("m"), id("n")]);
    let kinds: Vec<_> = after.links().map(|it| &*it.kind).collect();
    assert_eq!(kinds.len(), 3);
    assert_eq!(after.label(&id("cue")).map(|it| it.revision), Some(1));
    // The cue is a mark of its own; another takes its place.
    let cue = |project: &Project| {
        let link = project.links().find(|it| *it.kind == *Link::CUE).map(|it| it.to.id().clone());
        let cue = project.annotation(&link.expect("a cue")).cloned().expect("its mark");
        cue.spans()[0].of(TEXT).map(str::to_owned)
    };
    assert_eq!(cue(&after).as_deref(), Some("said"));
    let other = drafted(&after, |draft| draft.cue(&id("q"), span("gehen"))).expect("another cue");
    assert_eq!((cue(&other).as_deref(), other.links().count()), (Some("gehen"), 3));
    // There and back.
    let file = export(&after, &[id("t")]);
    let read = import(&file, &Project::default()).expect("our own file");
    let there = read.records.put_into(&Project::default()).expect("it fits");
    assert_eq!(export(&there, &[id("t")]), file);
    assert_eq!(read.report.links, 3);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let before = project();
    let refused = |make: &dyn Fn(&mut Draft<'_>) -> Result<(), Refusal>| drafted(&before, make).err();
    let to = |name: &str| Target::Annotation(id(name));
    let link = |kind: &'static str, from: &'static str, target: Target| {
        refused(&|draft| draft.link(kind, &id(from), target.clone()).map(drop))
    };
    assert_eq!(link(Link::SOURCE, "q", to("q")), Some(Refusal::Link(Objection::ToItself)));
    assert_eq!(link(Link::SOURCE, "q", to("gone")), Some(Refusal::Link(Objection::NoSuchAnnotation)));
    assert_eq!(link(Link::SOURCE, "gone", to("q")), Some(Refusal::NoSuchAnnotation));
    assert_eq!(link(Link::SOURCE, "q", Target::Actor(id("z"))), Some(Refusal::Link(Objection::NoSuchActor)));
    assert_eq!(link(Link::TOPIC, "q", Target::Topic(id("z"))), Some(Refusal::Link(Objection::NoSuchTopic)));
    let circle = refused(&|draft| {
        draft.link(Link::CONDITIONS, &id("c"), to("d"))?;
        draft.link(Link::CONDITIONS, &id("d"), to("q"))?;
        draft.link(Link::CONDITIONS, &id("q"), to("c")).map(drop)
    });
    assert_eq!(circle, Some(Refusal::Link(Objection::Circle)));
    assert_eq!(refused(&|draft| draft.put_actor(Actor::new(id("e"), " \u{a0}"))), Some(Refusal::NoName));
    assert_eq!(refused(&|draft| draft.merge_actors(&id("a"), &id("a"))), Some(Refusal::SameTwice));
    let never = refused(&|draft| {
        draft.set_distinct(&id("b"), &id("a"), true)?;
        draft.merge_actors(&id("a"), &id("b"))
    });
    assert_eq!(never, Some(Refusal::Distinct));
    let again = drafted(&before, |draft| {
        draft.set_distinct(&id("b"), &id("a"), true)?;
        draft.set_distinct(&id("a"), &id("b"), false)?;
        draft.merge_actors(&id("a"), &id("b"))
    });
    assert!(again.is_ok());
    assert_eq!(refused(&|draft| draft.remove_entry(&id("quote"))), Some(Refusal::InUse));
    assert_eq!(
        refused(&|draft| draft.merge_entries(&id("actor"), &id("quote"))),
        Some(Refusal::DefaultLabel)
    );
    // A command that was not drafted is looked at too.
    let link = Link {
        id: id("l"),
        article: id("t"),
        kind: Link::SOURCE.into(),
        from: id("q"),
        to: to("q"),
        attributes: Attributes::new(),
        unknown: None,
    };
    let records = vec![verbatim::model::Record::Link(link.into())];
    let command = Command::Revise { deed: Deed::Link, name: "".into(), records, gone: Vec::new() };
    assert_eq!(apply(&command, &before).err(), Some(Refusal::Link(Objection::ToItself)));
}

#[test]
fn two_actors_become_one_with_all_that_they_have() {
    let before = drafted(&project(), |draft| {
        draft.put_actor(Actor {
            kind: "person".into(),
            roles: vec![Role { name: "chair".into(), from: "2021".into(), ..Role::default() }],
            identifier: "Q1".into(),
            ..Actor::new(id("a"), "Töne")
        })?;
        draft.put_actor(Actor {
            kind: "group".into(),
            aliases: vec!["Töne".into(), "B".into()],
            note: "سلام".into(),
            identifier: "Q2".into(),
            ..Actor::new(id("b"), "Bö 😃")
        })?;
        draft.new_actor("Third").and_then(|third| draft.set_distinct(&third, &id("b"), true))?;
        draft.mean(&[id("m")], Some(&id("a")))?;
        draft.mean(&[id("n")], Some(&id("b")))?;
        draft.link(Link::SOURCE, &id("q"), Target::Actor(id("a")))?;
        draft.link(Link::SOURCE, &id("q"), Target::Actor(id("b")))?;
        draft.link(Link::RESPONSIBLE, &id("c"), Target::Actor(id("b"))).map(drop)
    })
    .expect("it makes sense");
    let after = drafted(&before, |draft| draft.merge_actors(&id("a"), &id("b"))).expect("one actor");
    let one = after.actor(&id("a")).expect("it stays");
    let names: Vec<_> = one.names().map(|it| &**it).collect();
    assert_eq!(names, ["Töne", "Bö 😃", "B"]);
    assert_eq!((&*one.note, &*one.kind, &*one.identifier, one.roles.len()), ("سلام", "person", "Q1", 1));
    assert_eq!(one.attributes.get("kind of Bö 😃").and_then(|it| word(it)), Some("group"));
    assert_eq!(one.attributes.get("identifier of Bö 😃").and_then(|it| word(it)), Some("Q2"));
    assert_eq!(mentions_of(&after, &id("a")), [id("m"), id("n")]);
    assert_eq!(links(&after), ["responsible c a", "source q a"]);
    let third = after.actors().find(|it| &*it.name == "Third").expect("it stays");
    assert!(Draft::are_distinct(&after, &third.id, &id("a")), "what holds for one of two holds for both");
    assert!(after.actor(&id("b")).is_none());

    let split = drafted(&after, |draft| draft.split_actor(&id("a"), &[id("n")], "Bö").map(drop));
    let split = split.expect("two again");
    assert_eq!(mentions_of(&split, &id("a")), [id("m")]);
    for (mentions, left) in [(Mentions::Free, 5), (Mentions::Remove, 3)] {
        let without = drafted(&after, |draft| draft.remove_actor(&id("a"), &mentions)).expect("it goes");
        assert_eq!((without.annotations().count(), without.links().count()), (left, 0), "{mentions:?}");
        assert!(without.annotations().all(|it| it.actor.is_none()));
        assert!(third.distinct.len() == 1 && without.actors().all(|it| it.distinct.is_empty()));
    }
}

#[test]
fn the_codebook_changes_and_no_annotation_is_lost() {
    let mut now = project();
    for (part, name) in [(Part::Topic, "Peace"), (Part::Topic, "Frieden"), (Part::Label, "Claim")] {
        now = drafted(&now, |draft| draft.new_entry(part, name).map(drop)).expect(name);
    }
    assert_eq!(now.codebook_version(), 3);
    let named = |project: &Project, part, name: &str| {
        let entry = project.entries(part).into_iter().find(|it| &*it.name == name).map(|it| it.id.clone());
        entry.expect(name)
    };
    let (peace, frieden) = (named(&now, Part::Topic, "Peace"), named(&now, Part::Topic, "Frieden"));
    let claim = named(&now, Part::Label, "Claim");
    now = drafted(&now, |draft| {
        let link = draft.link(Link::TOPIC, &id("q"), Target::Topic(frieden.clone()))?;
        draft.set_of_link(&link, "stance", Some(text_value("support")))?;
        draft.put_entry(Label {
            parent: Some(peace.clone()),
            ..Label::new(frieden.clone(), Part::Topic, "Frieden")
        })
    })
    .expect("a topic with a stance");
    assert_eq!(uses_of(&now, &frieden), 1);
    assert_eq!(uses_of(&now, &peace), 1, "what is below it");
    let below = drafted(&now, |draft| {
        draft.put_entry(Label {
            parent: Some(frieden.clone()),
            ..Label::new(peace.clone(), Part::Topic, "Peace")
        })
    });
    assert_eq!(below.err(), Some(Refusal::BelowItself));
    let key = drafted(&now, |draft| {
        draft.put_entry(Label { key: "q".into(), ..Label::new(claim.clone(), Part::Label, "Claim") })
    });
    assert_eq!(key.err(), Some(Refusal::KeyInUse));
    let merged = drafted(&now, |draft| draft.merge_entries(&peace, &frieden)).expect("one topic");
    assert_eq!(links(&merged), [format!("topic q {peace}")]);
    assert_eq!(merged.links().next().and_then(|it| word(it.attributes.get("stance")?)), Some("support"));
    assert_eq!(drafted(&merged, |draft| draft.merge_entries(&claim, &peace)).err(), Some(Refusal::OtherPart));
    // A label's annotations go with it; its version is theirs.
    let mark =
        Command::Mark { id: id("k"), article: id("t"), span: span("stays"), label: claim.clone(), at: 5 };
    let marked = apply(&mark, &merged).expect("the new label");
    let version = marked.codebook_version();
    assert!(version > 3 && marked.annotation(&id("k")).is_some_and(|it| it.origin.codebook == version));
    let merged = drafted(&marked, |draft| draft.merge_entries(&id("quote"), &claim)).expect("one label");
    assert!(merged.annotation(&id("k")).is_some_and(|it| it.label == id("quote")));
    assert!(merged.codebook_version() > version);
    let moved = drafted(&merged, |draft| draft.move_entry(&id("condition"), -2)).expect("first");
    assert_eq!(moved.labels().first().map(|it| it.id.as_str()), Some("condition"));
    let values = Label { values: vec!["yes".into()], ..Label::new(id("v"), Part::Attribute, "Sure?") };
    assert!(is_value_of(&values, "\"yes\"") && !is_value_of(&values, "\"no\"") && !is_value_of(&values, "3"));
}

#[test]
fn an_entry_is_split_and_what_had_it_has_the_new_one() {
    let mut now = project();
    now = drafted(&now, |draft| {
        let topic = draft.new_entry(Part::Topic, "Peace 😃")?;
        draft.link(Link::TOPIC, &id("q"), Target::Topic(topic.clone()))?;
        draft.split_entry(&topic, &[id("q")], "Talks")?;
        draft.split_entry(&id("condition"), &[id("d")], "Deadline").map(drop)
    })
    .expect("it makes sense");
    let named =
        |part, name: &str| now.entries(part).into_iter().find(|it| &*it.name == name).map(|it| it.id.clone());
    let talks = named(Part::Topic, "Talks").expect("it is new");
    assert_eq!(links(&now), [format!("topic q {talks}")]);
    assert_eq!(now.annotation(&id("d")).map(|it| it.label.clone()), named(Part::Label, "Deadline"));
    assert_eq!(now.annotation(&id("c")).map(|it| it.label.as_str()), Some("condition"));
}

#[test]
fn a_file_whose_links_make_no_sense_is_read_without_them() {
    let whole = drafted(&project(), |draft| {
        draft.link(Link::CONDITIONS, &id("c"), Target::Annotation(id("d")))?;
        draft.link(Link::CONDITIONS, &id("d"), Target::Annotation(id("q"))).map(drop)
    })
    .expect("links");
    let file = export(&whole, &[id("t")]);
    for (there, instead, why) in [
        ("\"annotation\": \"q\"", "\"annotation\": \"c\"", "by it something would condition itself"),
        ("\"annotation\": \"q\"", "\"annotation\": \"d\"", "it leads to where it begins"),
        (
            "\"annotation\": \"q\"",
            "\"annotation\": \"z\"",
            "an annotation that it links is not in its article",
        ),
        ("\"annotation\": \"q\"", "\"actor\": \"z\"", "its actor is not in the registry"),
        ("\"annotation\": \"q\"", "\"topic\": \"z\"", "its topic is not in the codebook"),
    ] {
        let read = import(&file.replace(there, instead), &Project::default()).expect("it can be read");
        assert_eq!((read.report.links, read.report.refused.len()), (1, 1), "{why}");
        assert!(
            read.report.refused[0].starts_with("articles[0].links[") && read.report.refused[0].ends_with(why)
        );
    }
}

/// More than are changed one by one: the same comes of it.
#[test]
fn what_many_annotations_have_is_merged_at_once() {
    let mut now = drafted(&project(), |draft| draft.new_entry(Part::Label, "Claim").map(drop)).expect("new");
    let claim = now.labels().last().expect("labels").id.clone();
    let words = "“Wir gehen e\u{301} 😃”, said Töne, سلام.";
    for (number, word) in words.split(' ').cycle().take(40).enumerate() {
        let name = id(&format!("many{number}"));
        let mark = Command::Mark {
            id: name.clone(),
            article: id("t"),
            span: span(word),
            label: claim.clone(),
            at: 5,
        };
        now = apply(&mark, &now).expect("words are there");
        if number % 2 == 0 {
            now = drafted(&now, |draft| draft.mean(&[name], Some(&id("b")))).expect("somebody");
        }
    }
    let merged = drafted(&now, |draft| {
        draft.merge_entries(&id("quote"), &claim)?;
        draft.merge_actors(&id("a"), &id("b"))
    })
    .expect("one of each");
    let all = merged.annotations_of(&id("t")).expect("they are there");
    assert_eq!((all.count_of(&id("quote")), all.count_of(&claim)), (41, 0));
    assert_eq!(mentions_of(&merged, &id("a")).len(), 20);
    assert!(all.iter().filter(|it| it.id.as_str().starts_with("many")).all(|it| it.origin.modified == 9));
    let paragraph = all.in_paragraph(0).expect("they stand in the first");
    assert!(paragraph.iter().all(|it| merged.annotation(&it.id).is_some_and(|here| Rc::ptr_eq(here, it))));
}

#[test]
fn what_two_actors_were_is_kept_however_often_they_are_merged() {
    let mut now = drafted(&project(), |draft| {
        draft.put_actor(Actor {
            kind: "person".into(),
            unknown: Some("{\"x\":1}".into()),
            ..Actor::new(id("a"), "Töne")
        })
    })
    .expect("a person");
    for (kind, colour) in [("state", "amber"), ("group", "blue"), ("group", "blue")] {
        now = drafted(&now, |draft| {
            let other = Actor { kind: kind.into(), colour: colour.into(), ..Actor::new(id("f"), "Foo") };
            draft.put_actor(Actor { unknown: Some("{\"y\":2}".into()), ..other })?;
            draft.merge_actors(&id("a"), &id("f"))
        })
        .expect("one");
    }
    let values = &now.actor(&id("a")).expect("it stays").attributes;
    let kept: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        kept,
        [
            "colour of Foo=\"blue\"",
            "kind of Foo=\"state\"",
            "kind of Foo 2=\"group\"",
            "members of Foo={\"y\":2}"
        ]
    );
}

#[test]
fn a_file_with_keys_twice_hinders_nothing_else() {
    let twice = Label { key: "q".into(), ..Label::new(id("slogan"), Part::Label, "Slogan 😃") };
    let before = project().with(verbatim::model::Record::Label(twice.into())).expect("it fits");
    let moved = drafted(&before, |draft| draft.move_entry(&id("condition"), -1)).expect("it moves");
    assert_eq!(moved.labels()[1].id, id("condition"));
    let renamed = drafted(&before, |draft| {
        let old = Label::clone(before.entry(&id("slogan")).expect("it is there"));
        draft.put_entry(Label { name: "Parole".into(), ..old })
    });
    assert!(renamed.is_ok());
    // Into its own grandchild.
    let mut now = before;
    for (name, parent) in [("one", None), ("two", Some("one")), ("three", Some("two"))] {
        let entry = Label { parent: parent.map(id), ..Label::new(id(name), Part::Topic, name) };
        now = drafted(&now, |draft| draft.put_entry(entry)).expect(name);
    }
    let merged = drafted(&now, |draft| draft.merge_entries(&id("three"), &id("one"))).expect("one less");
    assert_eq!(merged.lineage(&id("two")).iter().map(|it| &*it.name).collect::<Vec<_>>(), ["two", "three"]);
}

#[test]
fn the_version_goes_on_when_an_entry_goes_and_touches_no_other() {
    let with = drafted(&project(), |draft| draft.new_entry(Part::Topic, "Peace").map(drop)).expect("a topic");
    let topic = with.entries(Part::Topic)[0].id.clone();
    let without = drafted(&with, |draft| draft.remove_entry(&topic)).expect("it goes");
    assert_eq!((with.codebook_version(), without.codebook_version()), (1, 2));
    assert!(without.labels().iter().all(|label| label.revision == 0));
    // The file carries it, and takes over nothing that somebody else defined.
    let file = export(&without, &[id("t")]);
    let theirs = drafted(&project(), |draft| {
        let quote = Label::clone(project().entry(&id("quote")).expect("it is there"));
        draft.put_entry(Label { definition: "Their own 😃".into(), ..quote })
    })
    .expect("a definition");
    let read = import(&file, &theirs).expect("our own file");
    let both = read.records.put_into(&theirs).expect("it fits");
    assert_eq!(both.entry(&id("quote")).map(|it| &*it.definition), Some("Their own 😃"));
    assert_eq!(both.codebook_version(), 2);
    let highest = Label { revision: u64::MAX, order: u64::MAX, ..Label::new(id("z"), Part::Topic, "Z") };
    let full = project().with(verbatim::model::Record::Label(highest.into())).expect("it fits");
    let more = drafted(&full, |draft| draft.new_entry(Part::Topic, "More").map(drop)).expect("no overflow");
    assert_eq!(more.codebook_version(), u64::MAX);
}

#[test]
fn a_session_lets_go_of_a_label_that_went() {
    let before =
        drafted(&project(), |draft| draft.new_entry(Part::Label, "Claim").map(drop)).expect("a label");
    let claim =
        before.labels().into_iter().find(|it| &*it.name == "Claim").map(|it| it.id.clone()).expect("it");
    let mut now = Session::new(before.clone());
    for action in [Action::Show(Some(claim.clone())), Action::Stick(Some(claim.clone()))] {
        now = now.step(action).expect("a step");
    }
    let mut ids = || id("none");
    let mut draft = Draft::new(&before, 3, &mut ids);
    draft.merge_entries(&id("quote"), &claim).expect("one label");
    let after = now.step(Action::Do(draft.command(Deed::MergeEntries, "Quote"))).expect("a step");
    assert_eq!((after.filter, after.sticky), (None, None));
    // A value with a quotation mark is a value.
    let values = Label { values: vec!["a \"b\"".into()], ..Label::new(id("v"), Part::Attribute, "V") };
    assert!(is_value_of(&values, &text_value("a \"b\"")));
}

#[test]
fn links_go_with_what_they_hang_on_and_come_back() {
    let before = drafted(&project(), |draft| {
        draft.link(Link::CONDITIONS, &id("c"), Target::Annotation(id("q")))?;
        draft.link(Link::CONDITIONS, &id("d"), Target::Annotation(id("q")))?;
        draft.link(Link::SOURCE, &id("q"), Target::Annotation(id("m"))).map(drop)
    })
    .expect("links");
    let session = Session::new(before.clone());
    let removed = session.step(Action::Do(Command::Remove { ids: vec![id("c"), id("m")] })).expect("a step");
    assert_eq!(links(&removed.project), ["conditions d q"]);
    assert_eq!(removed.step(Action::Undo).expect("a step").project, before);
    let logic = Logic::parse("a or b", &[id("c"), id("d")]).expect("a formula");
    let left = logic.pruned(&|it| removed.project.annotation(it).is_some());
    assert_eq!(left, Some(Logic::Is(id("d"))));
}

/// What may happen, in any order.
#[derive(Clone, Debug)]
enum Deal {
    Mean(usize, usize),
    Link(usize, usize, usize),
    ToActor(usize, usize),
    Merge(usize, usize),
    Split(usize, usize),
    Distinct(usize, usize, bool),
    RemoveActor(usize, bool),
    Remove(usize),
    Rename(usize, String),
    Entry(String),
    MergeEntries(usize, usize),
    Undo,
    Redo,
}

fn deals() -> impl Strategy<Value = Vec<Deal>> {
    let n = 0..9usize;
    let one = prop_oneof![
        (n.clone(), n.clone()).prop_map(|(a, b)| Deal::Mean(a, b)),
        (0..4usize, n.clone(), n.clone()).prop_map(|(k, a, b)| Deal::Link(k, a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Deal::ToActor(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Deal::Merge(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Deal::Split(a, b)),
        (n.clone(), n.clone(), any::<bool>()).prop_map(|(a, b, is)| Deal::Distinct(a, b, is)),
        (n.clone(), any::<bool>()).prop_map(|(a, is)| Deal::RemoveActor(a, is)),
        n.clone().prop_map(Deal::Remove),
        (n.clone(), "[a-zé😃 ]{0,6}").prop_map(|(a, name)| Deal::Rename(a, name)),
        "[a-zé中 ]{0,4}".prop_map(Deal::Entry),
        (n.clone(), n).prop_map(|(a, b)| Deal::MergeEntries(a, b)),
        Just(Deal::Undo),
        Just(Deal::Redo),
    ];
    prop::collection::vec(one, 1..40)
}

fn nth<T>(all: impl Iterator<Item = T>, n: usize) -> Option<T> {
    let all: Vec<T> = all.collect();
    let len = all.len();
    all.into_iter().nth(n.checked_rem(len)?)
}

fn action(deal: &Deal, project: &Project, number: usize) -> Option<Action> {
    let annotation = |n: usize| nth(project.annotations().map(|it| it.id.clone()), n);
    let actor = |n: usize| nth(project.actors().map(|it| it.id.clone()), n);
    let topic = |n: usize| nth(project.entries(Part::Topic).into_iter().map(|it| it.id.clone()), n);
    let mut next = 0;
    let mut ids = || {
        next += 1;
        id(&format!("s{number}.{next}"))
    };
    let mut draft = Draft::new(project, number as u64, &mut ids);
    let kinds = [Link::SOURCE, Link::CONDITIONS, Link::CUE, Link::OTHERWISE];
    let done = match deal {
        Deal::Undo => return Some(Action::Undo),
        Deal::Redo => return Some(Action::Redo),
        Deal::Remove(n) => return Some(Action::Do(Command::Remove { ids: vec![annotation(*n)?] })),
        Deal::Mean(m, a) => draft.mean(&[annotation(*m)?], actor(*a).as_ref()),
        Deal::Link(kind, from, to) => {
            draft.link(kinds[*kind], &annotation(*from)?, Target::Annotation(annotation(*to)?)).map(drop)
        }
        Deal::ToActor(from, to) => {
            draft.link(Link::SOURCE, &annotation(*from)?, Target::Actor(actor(*to)?)).map(drop)
        }
        Deal::Merge(a, b) => draft.merge_actors(&actor(*a)?, &actor(*b)?),
        Deal::Split(a, m) => draft.split_actor(&actor(*a)?, &[annotation(*m)?], "New").map(drop),
        Deal::Distinct(a, b, is) => draft.set_distinct(&actor(*a)?, &actor(*b)?, *is),
        Deal::RemoveActor(a, free) => {
            draft.remove_actor(&actor(*a)?, if *free { &Mentions::Free } else { &Mentions::Remove })
        }
        Deal::Rename(a, name) => {
            let old = Actor::clone(project.actor(&actor(*a)?)?);
            draft.put_actor(Actor { name: name.as_str().into(), ..old })
        }
        Deal::Entry(name) => draft.new_entry(Part::Topic, name).map(drop),
        Deal::MergeEntries(a, b) => draft.merge_entries(&topic(*a)?, &topic(*b)?),
    };
    done.ok()?;
    Some(Action::Do(draft.command(Deed::Actor, "x")))
}

/// Nothing leads to what is not there.
fn is_whole(project: &Project) -> Result<(), TestCaseError> {
    for link in project.links() {
        prop_assert_eq!(project.objection(link), None, "{:?}", link);
    }
    for annotation in project.annotations() {
        prop_assert!(annotation.actor.as_ref().is_none_or(|it| project.actor(it).is_some()));
        prop_assert!(project.label(&annotation.label).is_some());
    }
    for actor in project.actors() {
        prop_assert!(actor.distinct.iter().all(|it| project.actor(it).is_some() && *it != actor.id));
        prop_assert!(!actor.name.trim().is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_registry_stays_whole_and_every_step_can_be_taken_back(deals in deals()) {
        let mut now = Session::new(project());
        let first = now.project.clone();
        for (number, deal) in deals.iter().enumerate() {
            let Some(action) = action(deal, &now.project, number) else { continue };
            let before = mentions(&now.project);
            now = now.step_at(action, number as u64 * 1_000_000).unwrap_or(now);
            is_whole(&now.project)?;
            match deal {
                Deal::Merge(..) | Deal::Distinct(..) | Deal::Rename(..) | Deal::MergeEntries(..) => {
                    prop_assert_eq!(before, mentions(&now.project), "no mention is lost");
                }
                Deal::Split(..) => prop_assert!(before <= mentions(&now.project)),
                _ => {}
            }
        }
        let last = now.project.clone();
        let all = now.history.len();
        let mut back = now.step(Action::Travel(-(all as isize))).unwrap_or_else(|| now.clone());
        prop_assert_eq!(&back.project, &first);
        prop_assert_eq!(export(&back.project, &[id("t")]), export(&first, &[id("t")]));
        back = back.step(Action::Travel(all as isize)).unwrap_or(back);
        prop_assert_eq!(export(&back.project, &[id("t")]), export(&last, &[id("t")]));
        // There and back through a file.
        let read = import(&export(&last, &[id("t")]), &Project::default()).expect("our own file");
        let there = read.records.put_into(&Project::default()).expect("it fits");
        prop_assert_eq!(export(&there, &[id("t")]), export(&last, &[id("t")]));
    }

    #[test]
    fn texts_are_values_and_values_texts(text in any::<String>()) {
        let value = text_value(&text);
        let read: String = serde_json::from_str(&value).expect("it is JSON");
        prop_assert_eq!(&read, &text);
        prop_assert!(word(&value).is_none_or(|it| it == text));
    }
}

/// How many mentions mean somebody.
fn mentions(project: &Project) -> usize {
    project.annotations().filter(|it| it.actor.is_some()).count()
}

#[test]
fn a_revision_is_kept_and_read_again() {
    let before = project();
    let step = {
        let session = Session::new(before.clone());
        let mut n = 0;
        let mut ids = || {
            n += 1;
            id(&format!("k{n}"))
        };
        let mut draft = Draft::new(&before, 3, &mut ids);
        draft.merge_actors(&id("a"), &id("b")).expect("one");
        let after =
            session.step(Action::Do(draft.command(Deed::MergeActors, "Töne 😃 سلام"))).expect("a step");
        after.history.last().cloned().expect("it is there").clone()
    };
    let (kind, text) = step.recipe();
    let head = StepHead::new(kind, &text, step.at, 0);
    let after = before.with_all(step.changes.iter().filter_map(|it| it.after.clone())).expect("it fits");
    let mut lines = String::new();
    for change in &step.changes {
        change_line(&mut lines, change, &after, After::Told);
    }
    let value = head.line() + &lines;
    let (head, lines) = StepHead::read(&value).expect("our own");
    let changes = lines.lines().map(|line| read_change(line, &before, |_| None).flatten().expect("a change"));
    let again =
        verbatim::edit::Step::of_recipe(&head.kind, &head.text, changes.collect(), head.at).expect("a step");
    assert_eq!(again, *step);
}
