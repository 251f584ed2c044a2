//! Queries as English sentences: "quotes by Lavrov on recognition with an open condition".

use super::Table;
use super::field::Field;
use super::query::{Node, Query, dates, group};

/// The table of a name, singular or plural.
pub(super) fn table(word: &str) -> Option<Table> {
    let names = [("quote", Table::Quotes), ("mention", Table::Mentions), ("condition", Table::Conditions)];
    let is = |name: &str| {
        let plural = word.strip_suffix(['s', 'S']).unwrap_or(word);
        word.eq_ignore_ascii_case(name) || plural.eq_ignore_ascii_case(name)
    };
    names.into_iter().find(|(name, _)| is(name)).map(|(_, table)| table)
}

/// Words that may stand before what they describe, and the field that has them.
const DESCRIBING: [(&str, Field); 8] = [
    ("direct", Field::Type),
    ("indirect", Field::Type),
    ("mixed", Field::Type),
    ("scare", Field::Type),
    ("open", Field::Status),
    ("met", Field::Status),
    ("refused", Field::Status),
    ("unclear", Field::Status),
];

/// What is read as a sentence; `None` when it is none, and so words and fields.
pub(super) fn read(query: &str) -> Option<Query> {
    let words = words(query)?;
    let mut reader = Reader { words: &words, at: 0, table: Table::Quotes, nodes: Vec::new() };
    let _ = reader.skip("all") || reader.skip("the");
    let mut first = 0;
    while reader.describing(reader.at + first).is_some() {
        first += 1;
    }
    reader.table =
        reader.words.get(reader.at + first).filter(|word| !word.quoted).and_then(|it| table(&it.text))?;
    for _ in 0..first {
        let (word, field) = reader.describing(reader.at)?;
        reader.push(field, word.to_owned())?;
        reader.at += 1;
    }
    reader.at += 1;
    while reader.at < words.len() {
        reader.part()?;
    }
    // The name of the table alone is a word to be found.
    let node = if reader.nodes.is_empty() { None } else { Some(group(reader.nodes, Node::All)) };
    node.map(|node| Query { table: reader.table, node })
}

struct Word {
    text: String,
    /// It stood in quotation marks: a name, whatever it says.
    quoted: bool,
}

/// The words of a sentence; `None` when it has signs that only terms have.
fn words(query: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = query.trim().trim_end_matches(['.', '?', '!']).trim_start();
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '"' => Some('"'),
            '“' => Some('”'),
            _ => None,
        };
        let (text, after) = match close {
            Some(close) => rest[first.len_utf8()..].split_once(close)?,
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        let quoted = close.is_some();
        let text = if quoted { text } else { text.trim_end_matches(',') };
        if text.is_empty() || text.contains('"') || text == "OR" || !quoted && is_of_terms(text) {
            return None;
        }
        words.push(Word { text: text.to_owned(), quoted });
        rest = after.trim_start_matches(',').trim_start();
    }
    Some(words)
}

fn is_of_terms(word: &str) -> bool {
    word.starts_with('-') || word.contains([':', '(', ')', '“', '*', '<', '>'])
}

/// How a part of a sentence begins.
#[derive(Clone, Copy)]
enum Begin {
    /// With a preposition that a name follows.
    Field(Field),
    /// With what it says of a topic that follows.
    Stance(&'static str),
    /// In an article, or in a year.
    In,
    Since,
    Until,
    With,
    Without,
    /// Names of whom a condition wants something: "that Russia must meet".
    That,
    And,
}

struct Reader<'a> {
    words: &'a [Word],
    at: usize,
    table: Table,
    nodes: Vec<Node>,
}

impl<'a> Reader<'a> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.words.get(at).is_some_and(|here| !here.quoted && here.text.eq_ignore_ascii_case(word))
    }

    fn skip(&mut self, word: &str) -> bool {
        let is = self.is(self.at, word);
        self.at += usize::from(is);
        is
    }

    fn describing(&self, at: usize) -> Option<(&'static str, Field)> {
        DESCRIBING.into_iter().find(|(word, _)| self.is(at, word))
    }

    fn push(&mut self, field: Field, value: String) -> Option<()> {
        self.nodes.push(field.is_in(self.table).then_some(Node::Is(field, value))?);
        Some(())
    }

    /// What begins at a word, and how many words that takes.
    fn begin(&self, at: usize) -> Option<(Begin, usize)> {
        use Begin::{And, In, Since, Stance, That, Until, With, Without};
        let of = |table: Table, word: &str| self.table == table && self.is(at, word);
        let field = |field| Some((Begin::Field(field), 1));
        let (quotes, mentions, conditions) = (Table::Quotes, Table::Mentions, Table::Conditions);
        if of(conditions, "set") && self.is(at + 1, "by") {
            return Some((Begin::Field(Field::Setter), 2));
        }
        if of(quotes, "by") || of(quotes, "from") {
            return field(Field::Source);
        }
        if of(conditions, "by") {
            return field(Field::Setter);
        }
        if of(mentions, "of") {
            return field(Field::Actor);
        }
        if of(quotes, "to") {
            return field(Field::Addressee);
        }
        if of(quotes, "on") || of(quotes, "about") {
            return field(Field::Topic);
        }
        if ["on", "of", "for"].into_iter().any(|word| of(conditions, word)) {
            return field(Field::Conditions);
        }
        let others = [
            (of(quotes, "supporting"), Stance("support")),
            (of(quotes, "opposing"), Stance("oppose")),
            (of(conditions, "that") || of(conditions, "which"), That),
            (self.is(at, "in"), In),
            (self.is(at, "since"), Since),
            (self.is(at, "until"), Until),
            (self.is(at, "with"), With),
            (self.is(at, "without"), Without),
        ];
        if let Some((_, begin)) = others.into_iter().find(|(is, _)| *is) {
            return Some((begin, 1));
        }
        // "Iran and China" is one name.
        let joins = self.is(at, "and") && !self.is(at + 1, "and");
        (joins && self.begin(at + 1).is_some()).then_some((And, 1))
    }

    fn part(&mut self) -> Option<()> {
        let Some((begin, taken)) = self.begin(self.at) else { return self.must_meet() };
        self.at += taken;
        match begin {
            Begin::And => Some(()),
            Begin::Field(field) => self.names(field),
            Begin::Stance(stance) => {
                self.names(Field::Topic)?;
                self.push(Field::Stance, stance.to_owned())
            }
            Begin::That => self.must_meet(),
            Begin::In => match self.words.get(self.at).and_then(|word| dates(&word.text)) {
                Some(dates) => self.take(dates),
                None => self.names(Field::Article),
            },
            Begin::Since => self.date(">="),
            Begin::Until => self.date("<="),
            Begin::With => self.with(|node| node),
            Begin::Without => self.with(|node| Node::Not(Box::new(node))),
        }
    }

    fn take(&mut self, node: Node) -> Option<()> {
        self.nodes.push(node);
        self.at += 1;
        Some(())
    }

    fn date(&mut self, sign: &str) -> Option<()> {
        let date = dates(&format!("{sign}{}", self.words.get(self.at)?.text))?;
        self.take(date)
    }

    /// The words up to where another part begins.
    fn words(&mut self) -> &'a [Word] {
        let words = self.words;
        let begin = self.at;
        while self.at < words.len() && self.begin(self.at).is_none() && !self.is(self.at, "must") {
            self.at += 1;
        }
        &words[begin..self.at]
    }

    /// A name, or several with "or" between.
    fn names(&mut self, field: Field) -> Option<()> {
        let words = self.words();
        let mut nodes = Vec::new();
        for name in words.split(|word| !word.quoted && word.text.eq_ignore_ascii_case("or")) {
            let is_article = |word: &Word| {
                !word.quoted && ["the", "a", "an"].iter().any(|it| word.text.eq_ignore_ascii_case(it))
            };
            let name = match name {
                [first, rest @ ..] if is_article(first) && !rest.is_empty() => rest,
                all => all,
            };
            let name: Vec<&str> = name.iter().map(|word| &*word.text).collect();
            if name.is_empty() || !field.is_in(self.table) {
                return None;
            }
            nodes.push(Node::Is(field, name.join(" ")));
        }
        self.nodes.push(group(nodes, Node::Any));
        Some(())
    }

    /// "X must meet", of conditions.
    fn must_meet(&mut self) -> Option<()> {
        if self.table != Table::Conditions {
            return None;
        }
        self.names(Field::Responsible)?;
        (self.skip("must") && self.skip("meet")).then_some(())
    }

    /// "An open condition", "a source": what is there, or is not.
    fn with(&mut self, sign: fn(Node) -> Node) -> Option<()> {
        let _ = ["a", "an", "any"].into_iter().any(|word| self.skip(word));
        let status = self.describing(self.at).filter(|(_, field)| *field == Field::Status);
        self.at += usize::from(status.is_some());
        let word = self.words.get(self.at).filter(|word| !word.quoted)?.text.to_ascii_lowercase();
        let field = match word.strip_suffix('s').unwrap_or(&word) {
            "condition" => Field::Status,
            _ if status.is_some() => return None,
            "source" => Field::Source,
            "addressee" => Field::Addressee,
            "cue" => Field::Cue,
            "topic" => Field::Topic,
            "note" => Field::Note,
            _ => return None,
        };
        // A condition has no conditions of its own here.
        if !field.is_in(self.table) || field == Field::Status && self.table == Table::Conditions {
            return None;
        }
        self.take(sign(match status {
            Some((status, _)) => Node::Is(field, status.to_owned()),
            None => Node::Has(field),
        }))
    }
}
