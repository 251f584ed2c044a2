//! Files and pasted text on their way in.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::File;

use crate::browser::worker::{self, Cancel};
use crate::browser::{clock, files};
use crate::edit::{Command, apply};
use crate::format::{self, Contents, Decoded, FileRead, Problem, Unpacker};
use crate::model::{Article, Id, Project};

/// At most this many problems of one file are listed.
const PROBLEMS: usize = 12;
/// At most this many bytes of one file are read: 256 MiB.
const MAX_BYTES: f64 = 268_435_456.0;

/// What became of one file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    /// The file's name.
    pub(super) name: String,
    /// What was read, or why nothing was.
    pub(super) told: Result<Vec<String>, Vec<String>>,
}

/// A command, the article to show after it if it has one, and what the report says.
type Read = (Command, Option<Id>, Vec<String>);

/// Hears the text of a long file's first article as soon as it is known.
pub(super) type Ahead = Rc<dyn Fn(&Article)>;

/// How far the reading is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Progress {
    /// The file that is being read.
    pub(super) name: String,
    /// Its number, from 1.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
    /// Stops it.
    pub(super) cancel: Cancel,
}

/// Reads files one after the other; the commands that they amount to, each with the
/// article to show after it, and what became of each file. A refused file changes nothing.
/// `here` gives the project as it is, which may change while a file is read: each is merged
/// with what is here when it has been read. `tell` hears what is being read; `None` when that was
/// cancelled. Not generic: what is rehearsed is what reads later.
pub(super) async fn read(
    files: Vec<File>,
    here: &dyn Fn() -> Project,
    tell: &dyn Fn(Progress),
    ahead: &Ahead,
) -> Option<(Vec<(Command, Option<Id>)>, Vec<Outcome>)> {
    let mut commands: Vec<(Command, Option<Id>)> = Vec::new();
    let mut outcomes = Vec::new();
    let mut base = here();
    // With what the files before amount to.
    let mut project = base.clone();
    let mut left = files.len();
    let cancel = Cancel::default();
    let of = files.len();
    for file in files {
        let name = file.name();
        tell(Progress { name: name.clone(), number: of - left + 1, of, cancel: cancel.clone() });
        left -= 1;
        let found = read_one(&file, &name, &cancel, Rc::clone(ahead)).await;
        if cancel.is_set() {
            return None;
        }
        let now = here();
        if now != base {
            let with = |project: Project, (command, _): &(Command, _)| match apply(command, &project) {
                Ok(after) => after,
                Err(_) => project,
            };
            project = commands.iter().fold(now.clone(), with);
            base = now;
        }
        let told = match found.and_then(|found| amounts_to(found, &name, &project)) {
            // The session applies it; here it is for the next file to see.
            Ok((command, article, lines)) if left == 0 => {
                commands.push((command, article));
                Ok(lines)
            }
            Ok((command, article, lines)) => match apply(&command, &project) {
                Ok(after) => {
                    project = after;
                    commands.push((command, article));
                    Ok(lines)
                }
                Err(_) => Err(vec!["It does not fit what is here already.".into()]),
            },
            Err(lines) => Err(lines),
        };
        outcomes.push(Outcome { name, told });
    }
    Some((commands, outcomes))
}

async fn read_one(file: &File, name: &str, cancel: &Cancel, ahead: Ahead) -> Result<FileRead, Vec<String>> {
    let trouble = |why| vec![super::words::trouble(&why)];
    // Asked once: a browser has to look at the disk for it.
    let size = file.size();
    if size > MAX_BYTES {
        return Err(vec!["It is larger than 256 MB.".into()]);
    }
    let lower = name.to_ascii_lowercase();
    if ![".json", ".txt", ".md", ".text"].iter().any(|end| lower.ends_with(end)) {
        return Err(vec!["Only .txt, .md and .verbatim.json files are read.".into()]);
    }
    // A text that tells its encoding needs no second module.
    if !lower.ends_with(".json") {
        let bytes = files::read_bytes(file).await.map_err(trouble)?;
        if let Some(decoded) = format::decode_unicode(&bytes) {
            return Ok(FileRead::Text(decoded));
        }
    }
    let unpacker = Rc::new(RefCell::new(Unpacker::default()));
    let take = {
        let unpacker = Rc::clone(&unpacker);
        move |piece: &[u8]| {
            let mut unpacker = unpacker.borrow_mut();
            let waits = unpacker.ahead().is_none();
            unpacker.take(piece);
            if let Some(article) = unpacker.ahead().filter(|_| waits) {
                ahead(article);
            }
        }
    };
    worker::read(file, size, cancel, Box::new(take)).await.map_err(trouble)?;
    unpacker.take().finish().ok_or_else(|| vec!["It could not be read to its end.".into()])
}

fn amounts_to(found: FileRead, name: &str, project: &Project) -> Result<Read, Vec<String>> {
    match found {
        FileRead::Text(decoded) => text_file(decoded, name),
        FileRead::Project(contents) => project_file(*contents, name, project),
        FileRead::Bad(problems) => Err(told(&problems)),
    }
}

fn text_file(decoded: Decoded, name: &str) -> Result<Read, Vec<String>> {
    if decoded.text.trim().is_empty() {
        return Err(vec!["There is no text in it.".into()]);
    }
    let mut lines = vec![format!(
        "Text, {}{}",
        decoded.encoding,
        if decoded.bom { " with a byte order mark" } else { "" }
    )];
    if decoded.replaced > 0 {
        lines.push(format!(
            "{} places could not be read in this encoding; they show as \u{FFFD}.",
            decoded.replaced
        ));
    }
    let title = format::title_of(&decoded.text, name);
    let article = new_article(&title, &decoded.text);
    if article.line_ends == crate::model::LineEnds::Converted {
        lines.push("Line ends became LF.".into());
    }
    let id = article.id.clone();
    Ok((Command::AddArticle { article }, Some(id), lines))
}

fn project_file(contents: Contents, name: &str, project: &Project) -> Result<Read, Vec<String>> {
    let imported = format::merge(contents, project).map_err(|problems| told(&problems))?;
    let report = imported.report;
    let article = report.articles.first().map(|(id, _)| id.clone());
    if article.is_none() && imported.records.others.is_empty() {
        return Err(vec!["There is no article in it, and nothing that is not here already.".into()]);
    }
    let mut lines: Vec<String> =
        report.articles.iter().map(|(_, title)| format!("Article: {title}")).collect();
    lines.push(format!(
        "Annotations: {} new, {} changed, {} same, {} refused",
        report.new,
        report.changed,
        report.same,
        report.refused.len()
    ));
    if !report.articles_kept.is_empty() {
        lines.push(format!(
            "Articles titled or described otherwise in the file, and left as they are here: {}",
            report.articles_kept.join(", ")
        ));
    }
    if !report.labels_kept.is_empty() {
        lines.push(format!(
            "Described otherwise in the file, and left as they are here: {}",
            report.labels_kept.join(", ")
        ));
    }
    if !report.labels_new.is_empty() {
        lines.push(format!("Codebook, newer in the file: {}", report.labels_new.join(", ")));
    }
    if report.actors + report.links > 0 {
        lines.push(format!("Actors: {} new. Links: {} new", report.actors, report.links));
    }
    if !report.actors_kept.is_empty() {
        lines.push(format!(
            "Actors described otherwise in the file, and left as they are here: {}",
            report.actors_kept.join(", ")
        ));
    }
    lines.extend(report.refused);
    Ok((Command::Import { records: imported.records, from: name.into() }, article, lines))
}

fn told(problems: &[Problem]) -> Vec<String> {
    let mut lines: Vec<String> = problems
        .iter()
        .take(PROBLEMS)
        .map(|problem| format!("{}: {}", problem.place, problem.message))
        .collect();
    if problems.len() > PROBLEMS {
        lines.push(format!("… and {} more.", problems.len() - PROBLEMS));
    }
    lines.push("Nothing was changed.".into());
    lines
}

/// A new article of this text.
pub(super) fn new_article(title: &str, text: &str) -> Rc<Article> {
    Rc::new(Article::new(Id::from_random(clock::random_u128()), title, text, clock::now()))
}
