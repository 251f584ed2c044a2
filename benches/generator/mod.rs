//! Long texts with many annotations.

use verbatim::edit::{Command, apply};
use verbatim::format::export;
use verbatim::model::{Article, Id, Project};
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

/// An id that is fine.
pub(crate) fn id(name: &str) -> Id {
    Id::new(name).expect("a fine id")
}
