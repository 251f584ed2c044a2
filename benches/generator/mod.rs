//! Long texts with many annotations.

use verbatim::edit::{Command, apply};
use verbatim::format::export;
use verbatim::model::{Actor, Annotation, Article, Attributes, Id, Link, Project, Record, Target};
use verbatim::text::Span;

/// A file of so many bytes of text and so many annotations, overlapping and nested; always
/// the same for the same numbers.
pub(crate) fn file((bytes, n): (usize, usize)) -> String {
    let mut random = 7u64;
    let mut next = move |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let words = ["the", "minister", "said", "“no”", "if", "Kabul", "agrees,", "recognition", "will", "come."];
    let mut text = String::from("A long text\n\n");
    let mut starts = Vec::new();
    while text.len() < bytes {
        starts.push(text.len());
        text.push_str(words[next(words.len())]);
        text.push_str(if next(70) == 0 { "\n\n" } else { " " });
    }
    starts.push(text.trim_end().len());
    let article = Article::new(id("bench"), "Bench", &text, 0).into();
    let mut project = apply(&Command::AddArticle { article }, &Project::default()).expect("it is new");
    for number in 0..n {
        let from = next(starts.len() - 40);
        let span = Span::between(starts[from], starts[from + 1 + next(30)] - 1);
        let label = id(["quote", "actor", "condition"][next(3)]);
        let mark = Command::Mark { id: id(&format!("a{number}")), article: id("bench"), span, label, at: 1 };
        project = apply(&mark, &project).expect("words are there");
    }
    export(&project, &[id("bench")])
}

/// A file of so many articles of 3 KB, each with so many annotations.
#[allow(dead_code, reason = "not every bench has a library")]
pub(crate) fn library((articles, n): (usize, usize)) -> String {
    let text = "Der Minister 😃 said: “Only if e\u{301}te\u{301} comes, سلام.” Then he left 中文. ".repeat(40);
    let mut project = Project::default();
    for number in 0..articles {
        let article = id(&format!("article-{number}"));
        let text = format!("Article {number}\n\n{text}\n");
        let made = Article::new(article.clone(), &format!("Article {number}"), &text, number as u64).into();
        project = apply(&Command::AddArticle { article: made }, &project).expect("it is new");
        let starts: Vec<usize> = text.match_indices("Minister").map(|(at, _)| at).collect();
        for mark in 0..n {
            let start = starts[mark % starts.len()];
            let span = Span::between(start, start + 8 + if mark < starts.len() { 0 } else { 5 });
            let label = id(["quote", "actor", "condition"][mark % 3]);
            let mark = id(&format!("{number}-{mark}"));
            let mark = Command::Mark { id: mark, article: article.clone(), span, label, at: 1 };
            project = apply(&mark, &project).expect("words are there");
        }
    }
    let ids: Vec<Id> = project.articles().iter().map(|article| article.id.clone()).collect();
    export(&project, &ids)
}

/// A file with so many actors, and so many links from quotes to mentions of them.
#[allow(dead_code, reason = "not every bench has a registry")]
pub(crate) fn registry((actors, links): (usize, usize)) -> String {
    const IN_ONE: usize = 1_000;
    let first = ["Ada", "Bö", "Chen", "Dalia", "E\u{301}va", "Farid", "Grete", "Hamid", "Inès", "Jun"];
    let last =
        ["Lindqvist", "Marković", "Nguyễn", "Okafor", "Petrova", "Rahimi", "سلام", "王", "Torres", "Weiß"];
    let mut records = Vec::new();
    for number in 0..actors {
        let surname = format!("{} {}", last[number / 10 % 10], number / 100);
        let mut actor =
            Actor::new(id(&format!("actor-{number}")), &format!("{} {surname}", first[number % 10]));
        actor.aliases = vec![surname.into(), format!("Minister {number}").into()];
        records.push(Record::Actor(actor.into()));
    }
    let passage = "“We come 😃,” she said. ";
    let ids: Vec<Id> = (0..links / IN_ONE).map(|number| id(&format!("article-{number}"))).collect();
    let mut project = Project::default();
    for (number, article) in ids.iter().enumerate() {
        let text = format!("Article {number}\n\n{}\n", (passage.repeat(10) + "\n").repeat(IN_ONE / 10));
        let made = Article::new(article.clone(), &format!("Article {number}"), &text, number as u64).into();
        project = apply(&Command::AddArticle { article: made }, &project).expect("it is new");
        for (place, (at, _)) in text.match_indices("“We").enumerate() {
            let mut mark = |name: String, words: &str, label: &str| {
                let start = at + text[at..].find(words).expect("it is there");
                let (span, label) = (Span::between(start, start + words.len()), id(label));
                let mark = Command::Mark { id: id(&name), article: article.clone(), span, label, at: 1 };
                project = apply(&mark, &project).expect("words are there");
            };
            let (quote, mention) = (format!("q{number}-{place}"), format!("m{number}-{place}"));
            mark(quote.clone(), "“We come 😃,”", "quote");
            mark(mention.clone(), "she", "actor");
            let mut named = Annotation::clone(project.annotation(&id(&mention)).expect("it is there"));
            named.actor = Some(id(&format!("actor-{}", (number * IN_ONE + place * 7) % actors)));
            records.push(Record::Annotation(named.into()));
            records.push(Record::Link(
                Link {
                    id: id(&format!("l{number}-{place}")),
                    article: article.clone(),
                    kind: Link::SOURCE.into(),
                    from: id(&quote),
                    to: Target::Annotation(id(&mention)),
                    attributes: Attributes::new(),
                    unknown: None,
                }
                .into(),
            ));
        }
    }
    let project = project.with_all(records).expect("they fit");
    export(&project, &ids)
}

/// An id that is fine.
pub(crate) fn id(name: &str) -> Id {
    Id::new(name).expect("a fine id")
}
