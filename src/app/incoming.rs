//! Files and pasted text on their way in.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::File;

use crate::browser::{clock, files, worker};
use crate::edit::{Command, apply};
use crate::format::{self, Decoded, Problem};
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

/// A command, the article to show after it, and what the report says.
type Read = (Command, Id, Vec<String>);

/// Files that are read quickly, in bytes: nobody needs to be told.
const QUICK: f64 = 500_000.0;

/// How far the reading is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Progress {
    /// The file that is being read.
    pub(super) name: String,
    /// Its number, from 1.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
    /// Set to stop before the next file.
    pub(super) cancelled: Rc<Cell<bool>>,
}

/// Reads files one after the other; the commands that they amount to, each with the
/// article to show after it, and what became of each file. A refused file changes
/// nothing. `tell` hears what is being read when it may take long; `None` when that was
/// cancelled.
pub(super) async fn read(
    files: Vec<File>,
    mut project: Project,
    tell: impl Fn(Progress),
) -> Option<(Vec<(Command, Id)>, Vec<Outcome>)> {
    let mut commands = Vec::new();
    let mut outcomes = Vec::new();
    let mut left = files.len();
    let cancelled = Rc::new(Cell::new(false));
    let slow = files.iter().map(|file| file.size()).sum::<f64>() > QUICK;
    let of = files.len();
    for file in files {
        let name = file.name();
        if slow {
            let number = of - left + 1;
            tell(Progress { name: name.clone(), number, of, cancelled: Rc::clone(&cancelled) });
            // Until it is on the screen.
            clock::frame().await;
        }
        if cancelled.get() {
            return None;
        }
        left -= 1;
        let told = match read_one(&file, &name, &project).await {
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
    // Pressed while the last one was being read.
    if slow {
        clock::frame().await;
    }
    (!cancelled.get()).then_some((commands, outcomes))
}

async fn read_one(file: &File, name: &str, project: &Project) -> Result<Read, Vec<String>> {
    if file.size() > MAX_BYTES {
        return Err(vec!["It is larger than 256 MB.".into()]);
    }
    let bytes = files::read_bytes(file).await.map_err(|why| vec![super::words::trouble(&why)])?;
    let decoded = match format::decode_unicode(&bytes) {
        Some(decoded) => decoded,
        None => {
            let read = worker::read(&bytes).await;
            let (text, encoding, replaced) = read.map_err(|why| vec![super::words::trouble(&why)])?;
            Decoded { text, encoding, bom: false, replaced }
        }
    };
    if name.ends_with(".json") {
        return project_file(&decoded.text, name, project);
    }
    if !name.ends_with(".txt") && !name.ends_with(".md") && !name.ends_with(".text") {
        return Err(vec!["Only .txt, .md and .verbatim.json files are read.".into()]);
    }
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
    Ok((Command::AddArticle { article }, id, lines))
}

fn project_file(json: &str, name: &str, project: &Project) -> Result<Read, Vec<String>> {
    let imported = format::import(json, project).map_err(|problems| told(&problems))?;
    let report = imported.report;
    let Some((article, _)) = report.articles.first().cloned() else {
        return Err(vec!["There is no article in it.".into()]);
    };
    let mut lines: Vec<String> =
        report.articles.iter().map(|(_, title)| format!("Article: {title}")).collect();
    lines.push(format!(
        "Annotations: {} new, {} changed, {} same, {} refused",
        report.new,
        report.changed,
        report.same,
        report.refused.len()
    ));
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
