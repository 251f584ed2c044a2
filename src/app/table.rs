//! The tables over the library: what was said by whom, who is named, what is a condition of what;
//! asked by words, fields or a sentence, and as CSV.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::coding::{go_to, use_loaded};
use super::dialog::Dialog;
use super::dialogs::Over;
use super::keys::Desk;
use super::stage::focus_text;
use crate::browser::{files, letters};
use crate::edit::Session;
use crate::model::Project;
use crate::report::{BadQuery, Query, Row, Table, Why, columns, csv, grouped, rows, select, sorted};

/// So many rows are shown at first, and more with every asking.
const MANY: usize = 100;
/// So long nothing is typed before the rows are picked, in milliseconds.
const PAUSE: u32 = 120;
/// The setting that keeps questions, one a line.
const KEPT: &str = "queries";
const TABLES: [(Table, &str, &str); 3] = [
    (Table::Quotes, "quotes", "Quotes"),
    (Table::Mentions, "mentions", "Mentions"),
    (Table::Conditions, "conditions", "Conditions"),
];

#[derive(Properties)]
pub(super) struct TableProps {
    pub(super) session: Rc<Session>,
    pub(super) desk: Desk,
}

impl PartialEq for TableProps {
    fn eq(&self, other: &TableProps) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

/// What is looked at, kept while the page is there so that coming back finds it again.
#[derive(Clone, PartialEq)]
struct View {
    table: usize,
    query: String,
    sort: Option<usize>,
    descending: bool,
    group: Option<usize>,
}

thread_local! {
    static VIEW: RefCell<View> = const { RefCell::new(View { table: 0, query: String::new(), sort: None, descending: false, group: None }) };
}

struct Made(Project, usize);

impl PartialEq for Made {
    fn eq(&self, other: &Made) -> bool {
        self.0.is(&other.0) && self.1 == other.1
    }
}

#[component]
pub(super) fn TableDialog(props: &TableProps) -> Html {
    let TableProps { session, desk } = props;
    let view = use_state(|| VIEW.with_borrow(View::clone));
    let shown = use_state(|| MANY);
    // Articles that are not read yet have rows too.
    let complete = use_loaded(&desk.dispatch);
    let update = use_force_update();
    {
        let (view, shown) = ((*view).clone(), shown.setter());
        use_effect_with(view, move |view| {
            VIEW.set(view.clone());
            shown.set(MANY);
        });
    }
    let (table, id, _) = TABLES[view.table];
    let all: Rc<Vec<Row>> = use_memo(Made(session.project.clone(), view.table), |made| rows(&made.0, table));
    // Folding asks the browser: once for each text.
    let folds = use_memo((), |()| RefCell::new(HashMap::<String, String>::new()));
    let fold = |text: &str| {
        if text.is_ascii() {
            return text.to_ascii_lowercase();
        }
        let known = folds.borrow().get(text).cloned();
        known.unwrap_or_else(|| {
            let folded = letters::folded(text);
            folds.borrow_mut().insert(text.to_owned(), folded.clone());
            folded
        })
    };
    let query = Query::parse(&view.query, table);
    let found = match &query {
        Ok(query) => select(&all, query, &fold),
        Err(_) => Vec::new(),
    };
    let found = sorted(&all, &found, view.sort, view.descending, &fold);
    let groups = match view.group {
        Some(column) => grouped(&all, &found, column),
        None => vec![(String::new(), found.clone())],
    };
    // Each group with as many of its rows as are shown.
    let mut left = *shown;
    let groups: Vec<(String, usize, Vec<usize>)> = groups
        .into_iter()
        .map(|(name, mut rows)| {
            let len = rows.len();
            rows.truncate(left);
            left -= rows.len();
            (name, len, rows)
        })
        .collect();
    let close = {
        let over = desk.over.clone();
        Callback::from(move |()| over.set(Over::Nothing))
    };
    let typed = use_mut_ref(|| None::<Timeout>);
    let on_input = {
        let view = view.clone();
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let (view, query) = (view.clone(), input.value());
            *typed.borrow_mut() = Some(Timeout::new(PAUSE, move || {
                // As it is by then: a column may have been clicked meanwhile.
                view.set(View { query, ..VIEW.with_borrow(View::clone) });
            }));
        }
    };
    let kept: Vec<String> = desk.settings.chosen(KEPT).lines().map(str::to_owned).collect();
    let keep = {
        let (desk, query, update, kept) =
            (desk.clone(), format!("{id}: {}", view.query), update.clone(), kept.clone());
        move |_: MouseEvent| {
            let mut all: Vec<String> = kept.iter().filter(|it| **it != query).cloned().collect();
            all.push(query.replace('\n', " "));
            desk.settings.choose(KEPT, Some(&all.join("\n")));
            update.force_update();
        }
    };
    let forget = {
        let (desk, query, kept) = (desk.clone(), format!("{id}: {}", view.query), kept.clone());
        move |_: MouseEvent| {
            let all: Vec<String> = kept.iter().filter(|it| **it != query).cloned().collect();
            desk.settings.choose(KEPT, Some(&all.join("\n")));
            update.force_update();
        }
    };
    let is_kept = kept.contains(&format!("{id}: {}", view.query));
    let ask_kept = {
        let view = view.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let value = select.value();
            if let Some((name, query)) = value.split_once(": ")
                && let Some(table) = TABLES.iter().position(|(_, id, _)| *id == name)
            {
                view.set(View { table, query: query.to_owned(), sort: None, descending: false, group: None });
            }
        }
    };
    let save = {
        let (all, found) = (Rc::clone(&all), found.clone());
        move |_: MouseEvent| {
            // A browser that refuses downloads says so itself.
            let _ = files::download(&format!("{id}.csv"), "text/csv", |hand| csv(table, &all, &found, hand));
        }
    };
    let names = columns(table);
    let group_select = {
        let view = view.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            view.set(View { group: select.value().parse().ok(), ..(*view).clone() });
        }
    };
    html! {
        <Dialog id="table-dialog" title="Table" on_close={close}>
            <div class="find-line" role="group" aria-label="Which table">
                for (number, (_, id, name)) in TABLES.iter().enumerate() {
                    <button type="button" class="button" data-table={*id} aria-pressed={(view.table == number).to_string()} onclick={{
                        let view = view.clone();
                        move |_: MouseEvent| view.set(View { table: number, sort: None, group: None, ..(*view).clone() })
                    }}>{ *name }</button>
                }
            </div>
            <div class="find-line">
                <input id="table-query" class="first-field" type="text" dir="auto" autocomplete="off" key={view.table.to_string()} value={view.query.clone()} oninput={on_input}
                    aria-label="Words, fields such as by:Lavrov, or a sentence" aria-describedby="table-told"
                    placeholder="quotes by Lavrov on recognition with an open condition" />
                if is_kept {
                    <button type="button" class="button" id="query-forget" onclick={forget}>{ "Forget this question" }</button>
                } else if !view.query.trim().is_empty() && query.is_ok() {
                    <button type="button" class="button" id="query-keep" onclick={keep}>{ "Keep this question" }</button>
                }
                if !kept.is_empty() {
                    <select id="queries" aria-label="Questions that were kept" onchange={ask_kept}>
                        <option value="" selected={!is_kept}>{ "Kept questions" }</option>
                        for it in &kept { <option value={it.clone()} selected={*it == format!("{id}: {}", view.query)}>{ it }</option> }
                    </select>
                }
                <select id="table-group" aria-label="In groups by" onchange={group_select}>
                    <option value="" selected={view.group.is_none()}>{ "No groups" }</option>
                    for (number, column) in names.iter().enumerate() {
                        <option value={number.to_string()} selected={view.group == Some(number)}>{ format!("By {}", letters::lower(column.name)) }</option>
                    }
                </select>
                <button type="button" class="button" id="table-csv" onclick={save}>{ "CSV" }</button>
            </div>
            <p id="table-told" role="status">{ told(&query, &view.query, found.len(), all.len(), complete) }</p>
            if let Err(BadQuery { why: Why::Other(other), .. }) = &query {
                <button type="button" class="button" id="table-other" onclick={{
                    let view = view.clone();
                    let number = TABLES.iter().position(|(table, ..)| table == other).unwrap_or(0);
                    move |_: MouseEvent| view.set(View { table: number, sort: None, group: None, ..(*view).clone() })
                }}>{ "Ask that table" }</button>
            }
            <div class="table-scroll" tabindex="0" role="region" aria-label="Rows">
                <table class="rows">
                    <thead><tr>
                        for (number, column) in names.iter().enumerate() {
                            <th scope="col" aria-sort={(view.sort == Some(number)).then_some(if view.descending { "descending" } else { "ascending" })}>
                                <button type="button" class="column" data-column={column.id} onclick={{
                                    let view = view.clone();
                                    move |_: MouseEvent| {
                                        let (sort, descending) = match (view.sort, view.descending) {
                                            (Some(now), false) if now == number => (Some(number), true),
                                            (Some(now), true) if now == number => (None, false),
                                            _ => (Some(number), false),
                                        };
                                        view.set(View { sort, descending, ..(*view).clone() });
                                    }
                                }}>{ column.name }{ match (view.sort == Some(number), view.descending) { (true, false) => " ↑", (true, true) => " ↓", _ => "" } }</button>
                            </th>
                        }
                    </tr></thead>
                    for (name, len, group) in groups.iter().filter(|(_, _, group)| !group.is_empty()) {
                        <tbody>
                            if view.group.is_some() {
                                <tr><th scope="rowgroup" colspan={names.len().to_string()}>{ format!("{} · {}", if name.is_empty() { "nothing" } else { name }, len) }</th></tr>
                            }
                            for number in group {
                                { view_row(desk, &all[*number], names.iter().position(|it| it.id == "text")) }
                            }
                        </tbody>
                    }
                </table>
            </div>
            if found.len() > *shown {
                <button type="button" class="button" onclick={{
                    let shown = shown.clone();
                    move |_: MouseEvent| shown.set(*shown + MANY)
                }}>{ format!("Show more of {}", found.len()) }</button>
            }
        </Dialog>
    }
}

/// A row; its text is a click from the passage.
fn view_row(desk: &Desk, row: &Row, text: Option<usize>) -> Html {
    let go = {
        let (desk, id) = (desk.clone(), row.annotation.clone());
        move |_: MouseEvent| {
            desk.over.set(Over::Nothing);
            go_to(&desk.dispatch, &id);
            focus_text();
        }
    };
    html! {
        <tr key={row.annotation.to_string()} data-annotation={row.annotation.to_string()}>
            for (number, cell) in row.cells.iter().enumerate() {
                if Some(number) == text {
                    <td dir="auto"><button type="button" class="hit-text" onclick={go.clone()}>{ cell }</button></td>
                } else {
                    <td dir="auto">{ cell }</td>
                }
            }
        </tr>
    }
}

fn told(query: &Result<Query, BadQuery>, typed: &str, found: usize, all: usize, complete: bool) -> String {
    let more = if complete { "" } else { " Some articles are still being read." };
    match query {
        Ok(_) if typed.trim().is_empty() && all == 1 => format!("1 row.{more}"),
        Ok(_) if typed.trim().is_empty() => format!("{all} rows.{more}"),
        // How a sentence was read.
        Ok(query) => format!("{found} of {all} rows: {query}.{more}"),
        Err(BadQuery { at, why }) => {
            let at = at + 1;
            match why {
                Why::Wanted => format!("A word or a field should stand at character {at}."),
                Why::NoSuchField => format!("There is no field of the name at character {at}."),
                Why::NotHere => format!("This table has no such field as at character {at}; another has."),
                Why::NoValue => format!("The field at character {at} needs a value."),
                Why::NoDate => format!(
                    "A date such as 2021-10, or two with “..” between, should stand at character {at}."
                ),
                Why::Unclosed => format!("What is opened at character {at} is not closed."),
                Why::TooMuch => format!("The bracket at character {at} closes nothing."),
                Why::TooDeep => format!("Too many brackets at character {at}."),
                Why::Other(_) => "This asks another table.".into(),
            }
        }
    }
}
