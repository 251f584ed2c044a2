use std::fmt;

use super::field::Field;
use super::folds::Folds;
use super::sentence;
use super::{BETWEEN, Row, Table, by_date};

/// A question to the rows of a table.
///
/// ```text
/// recognition "new rulers"                words that stand in any cell, all of them
/// by:Lavrov topic:"humanitarian aid"      words of one field
/// type:direct stance:support              the whole word of a field that has few
/// condition:* -by:*                       a field that says anything; not
/// published:2021-10..2021-12              since and until, both included; >=2021-10, <=2021
/// by:Lavrov (to:China OR to:Iran)         either; binds weaker than what stands side by side
/// quotes by Lavrov on recognition with an open condition
/// ```
///
/// Beside a topic, a stance is the stance to that topic. Two queries are equal when they were
/// read as the same; [`fmt::Display`] writes the form with fields, which is read as the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub(super) table: Table,
    pub(super) node: Node,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Words in any cell.
    Words(String),
    /// Words in a field.
    Is(Field, String),
    /// The field says anything.
    Has(Field),
    /// Not earlier and not later than these days; empty for no matter.
    Published(String, String),
    Not(Box<Node>),
    /// None asks for nothing: each row is fine.
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// What is no query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadQuery {
    /// At which character, from 0.
    pub at: usize,
    /// What is wrong there.
    pub why: Why,
}

/// Why something is no query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A word or a term should stand here.
    Wanted,
    /// No table has a field of this name.
    NoSuchField,
    /// Other tables have this field.
    NotHere,
    /// The field needs a value.
    NoValue,
    /// A date as ISO 8601 writes it, or two with ".." between, should stand here.
    NoDate,
    /// This quotation mark or bracket is never closed.
    Unclosed,
    /// This bracket was never opened.
    TooMuch,
    /// Brackets in brackets, deeper than [`Query::DEEPEST`].
    TooDeep,
    /// It is a sentence that asks this table; with the table's name in quotation marks it is words.
    Other(Table),
}

impl Query {
    /// Brackets and signs are read as deep as this.
    pub const DEEPEST: usize = 32;

    /// Reads a query: terms and fields, or a sentence that begins with the name of the table,
    /// such as "conditions that the Taliban must meet". What is no such sentence is read as
    /// words. Nothing at all asks for every row.
    ///
    /// # Errors
    /// What is wrong first, and where.
    pub fn parse(query: &str, table: Table) -> Result<Query, BadQuery> {
        let characters: Vec<char> = query.chars().collect();
        let mut reader = Reader { characters: &characters, at: 0, table, depth: 0 };
        reader.skip_space();
        if reader.peek().is_none() {
            return Ok(Query { table, node: Node::All(Vec::new()) });
        }
        match sentence::read(query) {
            Some(read) if read.table == table => return Ok(read),
            Some(read) => return Err(BadQuery { at: reader.at, why: Why::Other(read.table) }),
            None => {}
        }
        let node = reader.any()?;
        match reader.peek() {
            Some(_) => Err(reader.bad(Why::TooMuch)),
            None => Ok(Query { table, node }),
        }
    }

    /// Whether a row of its table is asked for. `fold` makes texts equal that are to count as
    /// the same. For many rows [`select`] takes less time.
    #[must_use]
    pub fn matches(&self, row: &Row, fold: &dyn Fn(&str) -> String) -> bool {
        self.node.folded(fold).holds(self.table, row, &mut Folds::new(fold, 1), &[])
    }
}

/// The numbers of the rows that are asked for, in ascending order.
#[must_use]
pub fn select(rows: &[Row], query: &Query, fold: &dyn Fn(&str) -> String) -> Vec<usize> {
    let node = query.node.folded(fold);
    let mut folds = Folds::new(fold, rows.len());
    let mut found = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        if node.holds(query.table, row, &mut folds, &[]) {
            found.push(number);
        }
    }
    found
}

/// One alone is no group.
pub(super) fn group(mut nodes: Vec<Node>, of: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            of(nodes)
        }
    }
}

impl Node {
    /// The same, asking for folded words.
    fn folded(&self, fold: &dyn Fn(&str) -> String) -> Node {
        let all = |nodes: &[Node]| nodes.iter().map(|node| node.folded(fold)).collect();
        match self {
            Node::Words(words) => Node::Words(fold(words)),
            Node::Is(field, words) => Node::Is(*field, fold(words)),
            Node::Not(node) => Node::Not(Box::new(node.folded(fold))),
            Node::All(nodes) => Node::All(all(nodes)),
            Node::Any(nodes) => Node::Any(all(nodes)),
            Node::Has(_) | Node::Published(..) => self.clone(),
        }
    }

    /// Whether a row has it; `topics` are the terms that a stance is to belong to one of.
    fn holds<'a>(&self, table: Table, row: &'a Row, folds: &mut Folds<'a>, topics: &[&Node]) -> bool {
        match self {
            Node::Words(words) => row.cells.iter().any(|cell| folds.has(cell, words)),
            Node::Is(Field::Topic, _) => row.topics.iter().any(|(topic, _)| self.names(topic, folds)),
            Node::Is(Field::Stance, words) => row.topics.iter().any(|(topic, stance)| {
                folds.of(stance) == words
                    && (topics.is_empty() || topics.iter().any(|node| node.names(topic, folds)))
            }),
            Node::Is(Field::Actor, words) if Field::Actor.column(table).is_none() => {
                let parts = match table {
                    Table::Quotes => [Field::Source, Field::Addressee],
                    _ => [Field::Responsible, Field::Setter],
                };
                parts.into_iter().any(|part| row.says(table, part, words, folds))
            }
            Node::Is(field, words) => row.says(table, *field, words, folds),
            Node::Has(Field::Status) if table == Table::Quotes => row.has(table, Field::Conditions),
            Node::Has(Field::Actor) => !row.people.is_empty(),
            Node::Has(field) => row.has(table, *field),
            Node::Published(since, until) => {
                let day = row.cell(table, Field::Published);
                !day.is_empty() && by_date(since, day).is_le() && by_date(until, day).is_ge()
            }
            Node::Not(node) => !node.holds(table, row, folds, topics),
            Node::All(nodes) => {
                let own: Vec<&Node> = nodes.iter().filter(|node| node.is_about_topics()).collect();
                let topics = if own.is_empty() { topics } else { &own };
                nodes.iter().all(|node| node.holds(table, row, folds, topics))
            }
            Node::Any(nodes) => nodes.iter().any(|node| node.holds(table, row, folds, topics)),
        }
    }

    fn is_about_topics(&self) -> bool {
        match self {
            Node::Is(field, _) => *field == Field::Topic,
            Node::Any(nodes) => nodes.iter().all(Node::is_about_topics),
            _ => false,
        }
    }

    /// Whether terms about topics name this one.
    fn names<'a>(&self, topic: &'a str, folds: &mut Folds<'a>) -> bool {
        match self {
            Node::Is(Field::Topic, words) => folds.has(topic, words),
            Node::Any(nodes) => nodes.iter().any(|node| node.names(topic, folds)),
            _ => false,
        }
    }

    /// Writes it; in a group within a group, in brackets.
    fn write(&self, table: Table, within: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Words(words) => f.write_str(&quoted(words, is_plain_word(words))),
            Node::Is(field, words) => {
                let plain = !words.is_empty() && words != ANYTHING && !words.chars().any(ends_word);
                write!(f, "{}:{}", field.name(table), quoted(words, plain))
            }
            Node::Has(field) => write!(f, "{}:{ANYTHING}", field.name(table)),
            Node::Published(since, until) => {
                let name = Field::Published.name(table);
                if since == until {
                    write!(f, "{name}:{since}")
                } else {
                    write!(f, "{name}:{since}..{until}")
                }
            }
            Node::Not(node) => {
                f.write_str("-")?;
                node.write(table, true, f)
            }
            Node::All(nodes) | Node::Any(nodes) => {
                let between = if matches!(self, Node::All(_)) { " " } else { " OR " };
                f.write_str(if within { "(" } else { "" })?;
                for (number, node) in nodes.iter().enumerate() {
                    f.write_str(if number > 0 { between } else { "" })?;
                    node.write(table, true, f)?;
                }
                f.write_str(if within { ")" } else { "" })
            }
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.write(self.table, false, f)
    }
}

impl Row {
    fn cell(&self, table: Table, field: Field) -> &str {
        field.column(table).and_then(|number| self.cells.get(number)).map_or("", |cell| cell)
    }

    fn has(&self, table: Table, field: Field) -> bool {
        !self.cell(table, field).is_empty()
    }

    /// Whether a field has folded words: its cell, or another name or a role of people in it.
    fn says<'a>(&'a self, table: Table, field: Field, words: &str, folds: &mut Folds<'a>) -> bool {
        let cell = self.cell(table, field);
        if field.is_word() {
            return cell.split(BETWEEN).any(|part| folds.of(part) == words);
        }
        // Who is mentioned where nobody says who that is: what the words say.
        let cell =
            if field == Field::Actor && cell.is_empty() { self.cell(table, Field::Text) } else { cell };
        let people = || self.people.iter().filter(|(part, _)| *part == field).map(|(_, actor)| actor);
        folds.has(cell, words)
            || people().any(|it| {
                it.names().any(|name| folds.has(name, words))
                    || it.roles.iter().any(|role| folds.has(&role.name, words))
            })
    }
}

/// The value of a field that says anything.
const ANYTHING: &str = "*";
const OR: &str = "OR";

/// Whether a character stands in no word, unless that is in quotation marks.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"' | '“')
}

/// Whether words are read as they are, without quotation marks.
fn is_plain_word(words: &str) -> bool {
    let ends = |c| ends_word(c) || matches!(c, ':' | '>' | '<');
    !(words.is_empty() || words == OR || words.starts_with('-') || words.chars().any(ends))
        && sentence::table(words.trim_end_matches([',', '.', '?', '!'])).is_none()
}

fn quoted(words: &str, plain: bool) -> String {
    if plain { words.to_owned() } else { format!("\"{}\"", words.replace('"', "\"\"")) }
}

struct Reader<'a> {
    characters: &'a [char],
    at: usize,
    table: Table,
    depth: usize,
}

impl Reader<'_> {
    fn bad(&self, why: Why) -> BadQuery {
        BadQuery { at: self.at, why }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn skip(&mut self, c: char) -> bool {
        let is = self.peek() == Some(c);
        self.at += usize::from(is);
        is
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// The characters from here as long as they are fine, without going past them.
    fn while_fine(&self, fine: impl Fn(char) -> bool) -> String {
        self.characters.iter().skip(self.at).take_while(|c| fine(**c)).collect()
    }

    fn word(&self) -> String {
        self.while_fine(|c| !ends_word(c))
    }

    fn any(&mut self) -> Result<Node, BadQuery> {
        let mut nodes = vec![self.all()?];
        while self.word() == OR {
            self.at += OR.len();
            nodes.push(self.all()?);
        }
        Ok(group(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, BadQuery> {
        let mut nodes = Vec::new();
        loop {
            self.skip_space();
            if matches!(self.peek(), None | Some(')')) || self.word() == OR {
                break;
            }
            nodes.push(self.one()?);
        }
        if nodes.is_empty() { Err(self.bad(Why::Wanted)) } else { Ok(group(nodes, Node::All)) }
    }

    fn one(&mut self) -> Result<Node, BadQuery> {
        self.depth += 1;
        if self.depth > Query::DEEPEST {
            return Err(self.bad(Why::TooDeep));
        }
        let read = self.part();
        self.depth -= 1;
        read
    }

    fn part(&mut self) -> Result<Node, BadQuery> {
        let begin = self.at;
        // Alone it is a dash.
        let is_sign = self.characters.get(begin + 1).is_some_and(|c| !c.is_whitespace());
        if is_sign && self.skip('-') {
            return Ok(Node::Not(Box::new(self.one()?)));
        }
        if self.skip('(') {
            let within = self.any()?;
            let closed = self.skip(')');
            return if closed { Ok(within) } else { Err(BadQuery { at: begin, why: Why::Unclosed }) };
        }
        if let Some(phrase) = self.phrase()? {
            return if phrase.is_empty() {
                Err(BadQuery { at: begin, why: Why::Wanted })
            } else {
                Ok(Node::Words(phrase))
            };
        }
        let name = self.while_fine(|c| c.is_ascii_alphabetic() || c == '-');
        let after = self.characters.get(self.at + name.len()..).unwrap_or_default();
        let is_compared = matches!(after, ['>' | '<', '=', ..]);
        if after.first() == Some(&':') && !name.is_empty() {
            let field = self.field(&name)?;
            self.at += name.len() + 1;
            return self.value(field);
        }
        if is_compared && Field::called(&name).any(|field| field == Field::Published) {
            self.at += name.len();
            return self.value(Field::Published);
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.bad(Why::Wanted));
        }
        self.at += word.chars().count();
        Ok(Node::Words(word))
    }

    fn field(&self, name: &str) -> Result<Field, BadQuery> {
        let why = if Field::called(name).next().is_none() { Why::NoSuchField } else { Why::NotHere };
        Field::called(name).find(|field| field.is_in(self.table)).ok_or(self.bad(why))
    }

    fn value(&mut self, field: Field) -> Result<Node, BadQuery> {
        let begin = self.at;
        let phrase = self.phrase()?;
        let plain = phrase.is_none();
        let words = phrase.unwrap_or_else(|| {
            let word = self.word();
            self.at += word.chars().count();
            word
        });
        if words.is_empty() {
            return Err(BadQuery { at: begin, why: Why::NoValue });
        }
        if plain && words == ANYTHING {
            return Ok(Node::Has(field));
        }
        if field == Field::Published {
            return dates(&words).ok_or(BadQuery { at: begin, why: Why::NoDate });
        }
        Ok(Node::Is(field, words))
    }

    /// What stands in quotation marks; `None` when none is here. A mark within is doubled.
    fn phrase(&mut self) -> Result<Option<String>, BadQuery> {
        let begin = self.at;
        let close = match self.peek() {
            Some('"') => '"',
            Some('“') => '”',
            _ => return Ok(None),
        };
        self.at += 1;
        let mut phrase = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == close && !(c == '"' && self.skip('"')) {
                return Ok(Some(phrase));
            }
            phrase.push(c);
        }
        Err(BadQuery { at: begin, why: Why::Unclosed })
    }
}

/// Reads a day, month or year, or what lies between two.
pub(super) fn dates(written: &str) -> Option<Node> {
    let (since, until) = if let Some(since) = written.strip_prefix(">=") {
        (since, "")
    } else if let Some(until) = written.strip_prefix("<=") {
        ("", until)
    } else {
        written.split_once("..").unwrap_or((written, written))
    };
    let fine = |date: &str| {
        date.is_empty()
            || date.starts_with(|c: char| c.is_ascii_digit())
                && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    let is_any = !(since.is_empty() && until.is_empty());
    (is_any && fine(since) && fine(until)).then(|| Node::Published(since.into(), until.into()))
}
