//! Tables, questions to them and CSV: rows as they read, and queries as they are read back.

use std::cell::RefCell;

use proptest::prelude::*;
use verbatim::edit::{Command, Deed, Draft, Refusal, Who, apply};
use verbatim::model::{Actor, Annotation, Article, Id, Label, Link, Part, Project, Role, Target, text_value};
use verbatim::report::{BadQuery, Query, Row, Table, Why, columns, csv, grouped, rows, select, sorted};
use verbatim::text::{CodePoint, Span};

const SAMPLE: &str = include_str!("../assets/afghanistan-conference-in-moscow.txt");
/// An emoji, a combining mark, scripts without capitals, from the right, and without spaces.
const SMALL: &str = "😃 Rene\u{301} said: “=1+1, «سلام» 和平”,\nif 中国 agrees.";

const AID: &str = "“We believe it is time to mobilize the resources of the international community";
const PROMISES: &str = "implementation of promises";

fn id(name: &str) -> Id {
    Id::new(name).expect("a fine id")
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn span(text: &str, words: &str) -> Span {
    let start = text.find(words).unwrap_or_else(|| panic!("{words} is there"));
    Span::between(start, start + words.len())
}

fn with_articles() -> Project {
    let mut sample = Article::new(id("sample"), "Moscow", SAMPLE, 1);
    sample.metadata.published = "2021-10-20".into();
    let small = Article::new(id("small"), "@Peace; \"now\"", SMALL, 2);
    let add = |project: Project, article: Article| {
        apply(&Command::AddArticle { article: article.into() }, &project).expect("a new article")
    };
    add(add(Project::default(), sample), small)
}

/// The two articles, coded.
fn project() -> Project {
    let before = with_articles();
    let mut count = 0;
    let mut ids = move || {
        count += 1;
        id(&format!("n{count:03}"))
    };
    let mut draft = Draft::new(&before, 5, &mut ids);
    code_sample(&mut draft).expect("it can be coded");
    code_small(&mut draft).expect("it can be coded");
    let command = draft.command(Deed::Frame, "");
    apply(&command, &before).expect("it fits")
}

fn code_sample(draft: &mut Draft) -> Result<(), Refusal> {
    let (article, quote, condition) = (id("sample"), id("quote"), id("condition"));
    let (actor, on) = (id("actor"), |words| span(SAMPLE, words));
    let who = |draft: &mut Draft, name: &str, kind: &str, alias: &str| -> Result<Id, Refusal> {
        let id = draft.new_actor(name)?;
        let role = |name: &str, from: &str, to: &str| Role {
            name: name.into(),
            from: from.into(),
            to: to.into(),
            unknown: None,
        };
        let roles = match name {
            "Lavrov" => vec![role("UN envoy", "1994", "2004-03"), role("Foreign Minister", "2004", "")],
            _ => Vec::new(),
        };
        let actor = Actor::new(id.clone(), name);
        draft.put_actor(Actor { kind: kind.into(), aliases: vec![alias.into()], roles, ..actor })?;
        Ok(id)
    };
    let lavrov = who(draft, "Lavrov", "person", "Sergei Lavrow")?;
    let taliban = who(draft, "Taliban", "group", "Islamic Emirate")?;
    let russia = who(draft, "Russia", "state", "Kremlin")?;

    let topics = draft.new_entry(Part::Topic, "Diplomacy")?;
    let recognition = draft.new_entry(Part::Topic, "Recognition")?;
    let entry = Label::clone(draft.project().entry(&recognition).expect("it is there"));
    draft.put_entry(Label { parent: Some(topics), ..entry })?;
    let aid = draft.new_entry(Part::Topic, "Aid")?;

    let minister = draft.mark(&article, on("Foreign Minister Sergei Lavrov"), &actor)?;
    draft.mean(std::slice::from_ref(&minister), Some(&lavrov))?;
    let rulers = draft.mark(&article, on("The Taliban delegation"), &actor)?;
    draft.mean(std::slice::from_ref(&rulers), Some(&taliban))?;
    draft.mark(&article, on("The government in Moscow"), &actor)?;

    let word = |word: &str| Some(text_value(word));
    let promises = draft.mark(&article, on(PROMISES), &condition)?;
    draft.set(&promises, Annotation::STATUS, word("open"))?;
    draft.set(&promises, Annotation::KIND, word("activation"))?;
    draft.cue(&promises, on("depends on"))?;
    draft.link_who(Link::RESPONSIBLE, &promises, &Who::Actor(taliban.clone()))?;
    draft.link_who(Link::SETTER, &promises, &Who::Annotation(minister.clone()))?;

    // Two parts, and a condition of the whole.
    let first = draft.mark(&article, on("“We recognize the efforts"), &quote)?;
    let parts =
        [on("“We recognize the efforts"), on("The recognition of the new government in Kabul depends")];
    let (id, spans) = (first.clone(), parts.to_vec());
    let whole = apply(&Command::Reshape { id, spans, at: 5, since: 5 }, draft.project())?;
    let whole = whole.annotation(&first).expect("it is there").clone();
    assert_eq!(whole.spans(), parts);
    draft.link_who(Link::SOURCE, &first, &Who::Annotation(minister.clone()))?;
    draft.link_who(Link::ADDRESSEE, &first, &Who::Actor(taliban.clone()))?;
    draft.set(&first, Annotation::TYPE, word("direct"))?;
    draft.cue(&first, on("said:"))?;
    draft.link(Link::CONDITIONS, &promises, Target::Annotation(first.clone()))?;
    let topic = draft.link(Link::TOPIC, &first, Target::Topic(recognition.clone()))?;
    draft.set_of_link(&topic, "stance", word("conditional"))?;
    draft.set_of_link(&topic, "intensity", Some("2".into()))?;
    draft.set_of_link(&topic, "condition", word(promises.as_str()))?;

    // Opposes recognition and supports aid; nothing is said of how much.
    let second = draft.mark(&article, on(AID), &quote)?;
    draft.link_who(Link::SOURCE, &second, &Who::Actor(russia))?;
    draft.link_who(Link::SOURCE, &second, &Who::Annotation(minister))?;
    draft.set(&second, Annotation::TYPE, word("indirect"))?;
    for (topic, stance) in [(&aid, "support"), (&recognition, "oppose")] {
        let link = draft.link(Link::TOPIC, &second, Target::Topic(topic.clone()))?;
        draft.set_of_link(&link, "stance", word(stance))?;
    }
    let security = draft.new_entry(Part::Topic, "Security")?;
    draft.link(Link::TOPIC, &second, Target::Topic(security)).map(drop)
}

fn code_small(draft: &mut Draft) -> Result<(), Refusal> {
    let (article, on) = (id("small"), |words| span(SMALL, words));
    let quote = draft.mark(&article, on("=1+1, «سلام» 和平"), &id("quote"))?;
    draft.link_who(Link::SOURCE, &quote, &Who::Words(on("Rene\u{301}")))?;
    draft.link_who(Link::ADDRESSEE, &quote, &Who::Words(on("中国")))?;
    let condition = draft.mark(&article, on("if 中国 agrees"), &id("condition"))?;
    draft.link(Link::CONDITIONS, &condition, Target::Annotation(quote.clone()))?;
    draft.mark(&article, on("和平"), &id("quote"))?;
    let anonymous = draft.mark(&article, on("«سلام»"), &id("quote"))?;
    draft.set(&anonymous, Annotation::SOURCE, Some(text_value("anonymous")))?;
    draft.set(&anonymous, Annotation::TYPE, Some(text_value("scare")))
}

/// A row's cells, without those that are empty, with the names of their columns.
fn told(table: Table, row: &Row) -> Vec<String> {
    assert_eq!(row.cells.len(), columns(table).len());
    let cells = columns(table).iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
    cells.map(|(column, cell)| format!("{}: {cell}", column.id)).collect()
}

fn number(table: Table, id: &str) -> usize {
    columns(table).iter().position(|column| column.id == id).expect("a column")
}

#[test]
fn quotes_are_told_with_all_that_is_linked_to_them() {
    let all = rows(&project(), Table::Quotes);
    let told: Vec<_> = all.iter().map(|row| told(Table::Quotes, row)).collect();
    assert_eq!(
        told[0],
        [
            "article: Moscow",
            "published: 2021-10-20",
            "source: Lavrov",
            "addressee: Taliban",
            "type: direct",
            "cue: said:",
            "text: “We recognize the efforts",
            "topics: Diplomacy / Recognition",
            "stance: conditional",
            "intensity: 2",
            "conditions: implementation of promises",
            "status: open",
        ]
    );
    assert_eq!(
        told[1],
        [
            "article: Moscow",
            "published: 2021-10-20",
            "source: Lavrov; Russia",
            "type: indirect",
            &format!("text: {AID}"),
            "topics: Diplomacy / Recognition; Aid; Security",
            "stance: oppose; support; –",
        ]
    );
    assert_eq!(
        told[2],
        [
            "article: @Peace; \"now\"",
            "source: Rene\u{301}",
            "addressee: 中国",
            "text: =1+1, «سلام» 和平",
            "conditions: if 中国 agrees",
        ]
    );
    assert_eq!(told[3], ["article: @Peace; \"now\"", "source: anonymous", "type: scare", "text: «سلام»"]);
    assert_eq!((told.len(), all[2].start, all[2].end), (5, CodePoint(15), CodePoint(30)));
}

#[test]
fn mentions_and_conditions_are_told_too() {
    let project = project();
    let all: Vec<_> = rows(&project, Table::Mentions).iter().map(|row| told(Table::Mentions, row)).collect();
    let moscow = ["article: Moscow", "published: 2021-10-20"];
    let minister =
        ["text: Foreign Minister Sergei Lavrov", "actor: Lavrov", "kind: person", "role: Foreign Minister"];
    assert_eq!(all[0], [&moscow[..], &minister].concat());
    assert_eq!(all[1], [&moscow[..], &["text: The government in Moscow"]].concat());
    assert_eq!(all.len(), 5);
    let all = rows(&project, Table::Conditions);
    let all: Vec<_> = all.iter().map(|row| told(Table::Conditions, row)).collect();
    let promises = [
        "text: implementation of promises",
        "kind: activation",
        "cue: depends on",
        "conditions: “We recognize the efforts; Diplomacy / Recognition",
        "responsible: Taliban",
        "set-by: Lavrov",
        "status: open",
    ];
    assert_eq!(all[0], [&moscow[..], &promises].concat());
    let peace = ["article: @Peace; \"now\"", "text: if 中国 agrees", "conditions: =1+1, «سلام» 和平"];
    assert_eq!(all[1], peace);
}

#[test]
fn what_has_parts_or_is_of_a_label_below_is_a_row_as_well() {
    let before = with_articles();
    let mut count = 0;
    let mut ids = move || {
        count += 1;
        id(&format!("n{count}"))
    };
    let mut draft = Draft::new(&before, 5, &mut ids);
    let below = draft.new_entry(Part::Label, "Promise").expect("a label");
    let entry = Label::clone(draft.project().entry(&below).expect("it is there"));
    draft.put_entry(Label { parent: Some(id("quote")), ..entry }).expect("a label");
    let quote = draft.mark(&id("small"), span(SMALL, "Rene\u{301}"), &below).expect("words");
    let command = draft.command(Deed::Frame, "");
    let spans = vec![span(SMALL, "Rene\u{301}"), span(SMALL, "和平")];
    let after = apply(&command, &before).expect("it fits");
    let after = apply(&Command::Reshape { id: quote, spans, at: 6, since: 6 }, &after).expect("it fits");
    let all = rows(&after, Table::Quotes);
    assert_eq!(all[0].cells[number(Table::Quotes, "text")], "Rene\u{301} … 和平");
    assert_eq!((all.len(), all[0].start, all[0].end), (1, CodePoint(2), CodePoint(30)));
    assert!(rows(&after, Table::Mentions).is_empty());
}

/// What a query is read as, and the rows that it picks.
#[track_caller]
fn asks(table: Table, query: &str, read: &str, picked: &[usize]) {
    let all = rows(&project(), table);
    let parsed = Query::parse(query, table).expect(query);
    assert_eq!(parsed.to_string(), read, "{query}");
    assert_eq!(Query::parse(read, table), Ok(parsed.clone()), "{query}");
    assert_eq!(select(&all, &parsed, &lower), picked, "{query}");
    let one_by_one: Vec<usize> = (0..all.len()).filter(|row| parsed.matches(&all[*row], &lower)).collect();
    assert_eq!(one_by_one, picked, "{query}");
}

#[test]
fn quotes_are_asked_for() {
    let asks = |query, read, picked: &[usize]| asks(Table::Quotes, query, read, picked);
    asks(
        "quotes by Lavrov on recognition with an open condition",
        "by:Lavrov topic:recognition condition:open",
        &[0],
    );
    asks("", "", &[0, 1, 2, 3, 4]);
    asks("WE efforts", "WE efforts", &[0]);
    asks("“we believe” moscow", "\"we believe\" moscow", &[1]);
    asks("source:\"foreign minister\"", "by:\"foreign minister\"", &[0, 1]);
    asks("by:lavrow -to:*", "by:lavrow -to:*", &[1]);
    asks("type:direct", "type:direct", &[0]);
    asks("actor:Taliban OR by:Rene", "actor:Taliban OR by:Rene", &[0, 2]);
    asks("topic:diplomacy stance:support", "topic:diplomacy stance:support", &[]);
    asks("topic:aid topic:recognition stance:oppose", "topic:aid topic:recognition stance:oppose", &[1]);
    asks("stance:support", "stance:support", &[1]);
    asks("topic:recognition -stance:oppose", "topic:recognition -stance:oppose", &[0]);
    asks("condition:*", "condition:*", &[0, 2]);
    asks("status:open", "condition:open", &[0]);
    asks("intensity:2", "intensity:2", &[0]);
    asks("published:2021-10..2021-12", "published:2021-10..2021-12", &[0, 1]);
    asks("published>=2021-11", "published:2021-11..", &[]);
    asks("published:<=2021", "published:..2021", &[0, 1]);
    asks("-published:2021 (text:和平 OR cue:said)", "-published:2021 (text:和平 OR cue:said)", &[2, 4]);
    asks("-(lavrov OR «) by:*", "-(lavrov OR «) by:*", &[]);
    asks("-\"the efforts\" by:lavrov", "-\"the efforts\" by:lavrov", &[1]);
    asks("text:سلام type:SCARE", "text:سلام type:SCARE", &[3]);
    asks("\"a \"\"b\" 10:30 - or", "\"a \"\"b\" \"10:30\" \"-\" or", &[]);
    // Sentences.
    asks("Quotes supporting aid", "topic:aid stance:support", &[1]);
    asks("quotes by Lavrov opposing recognition.", "by:Lavrov topic:recognition stance:oppose", &[1]);
    asks("direct quotes to the Taliban", "type:direct to:Taliban", &[0]);
    asks("quotes by René or Russia in 2021", "(by:René OR by:Russia) published:2021", &[1]);
    asks("quotes from \"Foreign Minister\" without conditions", "by:\"Foreign Minister\" -condition:*", &[1]);
    asks("quotes about aid and recognition", "topic:\"aid and recognition\"", &[]);
    asks("quotes about aid and with a source", "topic:aid by:*", &[1]);
    asks("quotes in Moscow since 2021-10-20 until 2022", MOSCOW, &[0, 1]);
    asks("quotes efforts", "\"quotes\" efforts", &[]);
}

const MOSCOW: &str = "article:Moscow published:2021-10-20.. published:..2022";

#[test]
fn mentions_and_conditions_are_asked_for() {
    asks(Table::Mentions, "mentions of the Taliban", "actor:Taliban", &[2]);
    asks(Table::Mentions, "actor:moscow", "actor:moscow", &[1]);
    asks(Table::Mentions, "-actor:* article:moscow", "-actor:* article:moscow", &[1]);
    asks(Table::Mentions, "kind:person", "kind:person", &[0]);
    asks(Table::Conditions, "conditions set by Lavrov", "by:Lavrov", &[0]);
    asks(Table::Conditions, "open conditions the Taliban must meet", "status:open responsible:Taliban", &[0]);
    asks(Table::Conditions, "conditions that China must meet", "responsible:China", &[]);
    asks(Table::Conditions, "conditions for recognition", "conditions:recognition", &[0]);
    asks(Table::Conditions, "actor:emirate", "actor:emirate", &[0]);
    asks(Table::Conditions, "-status:*", "-status:*", &[1]);
}

#[test]
fn what_is_no_query_is_told_with_its_place() {
    for (query, at, why) in [
        ("a OR", 4, Why::Wanted),
        ("()", 1, Why::Wanted),
        ("é😃 \"\"", 3, Why::Wanted),
        ("é by:", 5, Why::NoValue),
        ("é http://x", 2, Why::NoSuchField),
        ("responsible:x", 0, Why::NotHere),
        ("published:soon", 10, Why::NoDate),
        ("published:..", 10, Why::NoDate),
        ("é (a", 2, Why::Unclosed),
        ("by:\"a", 3, Why::Unclosed),
        ("a )", 2, Why::TooMuch),
        (" mentions of Lavrov", 1, Why::Other(Table::Mentions)),
    ] {
        assert_eq!(Query::parse(query, Table::Quotes), Err(BadQuery { at, why }), "{query}");
    }
    for deep in ["(", "-"] {
        let read = Query::parse(&deep.repeat(100_000), Table::Quotes);
        assert_eq!(read, Err(BadQuery { at: Query::DEEPEST, why: Why::TooDeep }));
    }
}

#[test]
fn a_text_is_folded_once() {
    let all = rows(&project(), Table::Quotes);
    let seen = RefCell::new(Vec::new());
    let fold = |text: &str| {
        seen.borrow_mut().push(text.to_owned());
        lower(text)
    };
    assert!(select(&all, &Query::parse("nowhere", Table::Quotes).expect("a word"), &fold).is_empty());
    let mut seen = seen.into_inner();
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count);
}

#[test]
fn rows_are_ordered_and_grouped() {
    let all = rows(&project(), Table::Quotes);
    let every: Vec<usize> = (0..all.len()).collect();
    let by = |id: &str, descending| sorted(&all, &every, Some(number(Table::Quotes, id)), descending, &lower);
    assert_eq!(by("source", false), [3, 0, 1, 2, 4]);
    assert_eq!(by("source", true), [2, 1, 0, 3, 4]);
    assert_eq!(by("article", false), [2, 3, 4, 0, 1]);
    assert_eq!(sorted(&all, &[3, 0, 9], None, false, &lower), [0, 3, 9]);
    assert_eq!(sorted(&all, &[3, 0], None, true, &lower), [3, 0]);
    let group = |name: &str, rows: &[usize]| (name.to_owned(), rows.to_vec());
    assert_eq!(
        grouped(&all, &every, number(Table::Quotes, "type")),
        [group("", &[2, 4]), group("direct", &[0]), group("indirect", &[1]), group("scare", &[3])]
    );
    let articles = grouped(&all, &every, number(Table::Quotes, "article"));
    assert_eq!(articles, [group("@Peace; \"now\"", &[2, 3, 4]), group("Moscow", &[0, 1])]);
}

/// The records of a CSV text (RFC 4180, CRLF).
/// A table as CSV, its pieces put together.
fn written(table: Table, rows: &[Row], indices: &[usize]) -> String {
    let mut file = Vec::new();
    csv(table, rows, indices, &mut |piece| file.extend_from_slice(piece));
    String::from_utf8(file).expect("UTF-8")
}

#[test]
fn a_long_table_comes_in_pieces() {
    let all = rows(&project(), Table::Quotes);
    let many: Vec<usize> = (0..all.len()).cycle().take(20_000).collect();
    let mut pieces = 0;
    csv(Table::Quotes, &all, &many, &mut |piece| {
        pieces += 1;
        assert!(piece.len() < 300_000);
    });
    assert!(pieces > 4);
    assert_eq!(read_csv(&written(Table::Quotes, &all, &many)).len(), many.len() + 1);
}

fn read_csv(csv: &str) -> Vec<Vec<String>> {
    let mut rest = csv.strip_prefix('\u{FEFF}').expect("a byte order mark").chars().peekable();
    let (mut records, mut record) = (Vec::new(), Vec::new());
    while rest.peek().is_some() {
        let mut cell = String::new();
        if rest.next_if_eq(&'"').is_some() {
            while let Some(c) = rest.next() {
                if c == '"' && rest.next_if_eq(&'"').is_none() {
                    break;
                }
                cell.push(c);
            }
        } else {
            while let Some(c) = rest.next_if(|c| !matches!(c, ',' | '\r')) {
                assert!(!matches!(c, '"' | '\n'));
                cell.push(c);
            }
        }
        record.push(cell);
        match rest.next() {
            Some(',') => {}
            Some('\r') => {
                assert_eq!(rest.next(), Some('\n'));
                records.push(std::mem::take(&mut record));
            }
            other => panic!("{other:?} after a cell"),
        }
    }
    assert!(record.is_empty());
    records
}

/// That no spreadsheet runs it.
#[track_caller]
fn is_safe(cell: &str) {
    let begin = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    assert!(!begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{cell:?}");
    assert!(!cell.starts_with(['\t', '\r']), "{cell:?}");
}

#[test]
fn csv_is_read_by_spreadsheets_and_runs_nothing() {
    let all = rows(&project(), Table::Quotes);
    let written = written(Table::Quotes, &all, &[2, 0, 99]);
    let records = read_csv(&written);
    assert_eq!(records.len(), 3);
    assert_eq!(records[0][..3], ["Article", "Published", "Source"]);
    assert_eq!(records[0][12..], ["Note", "Start", "End", "Annotation"]);
    assert_eq!(records[1][0], "'@Peace; \"now\"");
    assert_eq!(records[1][6], "'=1+1, «سلام» 和平");
    assert_eq!(records[1][13..], ["15", "30", all[2].annotation.as_str()]);
    assert_eq!(records[2][..13], all[0].cells);
    assert!(written.starts_with("\u{FEFF}Article,") && written.ends_with("\r\n"));
    records.iter().flatten().for_each(|cell| is_safe(cell));
}

/// Bits of queries, so that chance finds more than words.
fn queries() -> impl Strategy<Value = String> {
    let bit = prop::sample::select(vec![
        "quotes",
        "\"quotes,\"",
        "conditions",
        "mentions",
        "by",
        "of",
        "on",
        "with",
        "an",
        "open",
        "condition",
        "must",
        "meet",
        "or",
        "and",
        "OR",
        "-",
        "(",
        ")",
        "\"",
        "“",
        "”",
        "by:",
        "topic:",
        "stance:",
        "published:",
        "published",
        ">=",
        "..",
        "2021",
        "*",
        ":",
        "é",
        "中",
        "😃",
        " ",
        " ",
        " ",
    ]);
    prop::collection::vec(bit, 0..16).prop_map(|bits| bits.concat())
}

proptest! {
    #[test]
    fn any_text_is_a_query_or_none(query in prop_oneof![any::<String>(), queries()]) {
        for table in [Table::Quotes, Table::Mentions, Table::Conditions] {
            match Query::parse(&query, table) {
                Ok(read) => prop_assert_eq!(Query::parse(&read.to_string(), table), Ok(read)),
                Err(bad) => prop_assert!(bad.at <= query.chars().count()),
            }
        }
    }

    #[test]
    fn any_cell_is_read_back(cells in prop::collection::vec(cell(), 7)) {
        let mut row = rows(&project(), Table::Mentions).swap_remove(0);
        row.cells = cells;
        let records = read_csv(&written(Table::Mentions, std::slice::from_ref(&row), &[0]));
        for (read, cell) in records[1].iter().zip(&row.cells) {
            is_safe(read);
            prop_assert!(read == cell || read.strip_prefix('\'') == Some(cell), "{:?} {:?}", read, cell);
        }
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ \t\r\n\"',;=+@＝－\u{FEFF}a中-]{0,6}"]
}
