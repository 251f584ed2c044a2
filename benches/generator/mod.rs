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

/// An id that is fine.
pub(crate) fn id(name: &str) -> Id {
    Id::new(name).expect("a fine id")
}
