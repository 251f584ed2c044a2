//! The shell: components show the [`Session`], listeners turn
//! what the browser tells into actions, effects save and move the caret.
//!
//! Only this room dispatches, and only this room words anything.

mod actors;
mod article;
mod bar;
mod card;
mod codebook;
mod coding;
mod combobox;
mod dialog;
mod dialogs;
mod editor;
mod fields;
mod files;
mod find;
mod frame;
mod guide;
mod history;
mod incoming;
mod journal;
mod keys;
mod later;
mod links;
mod list;
mod loader;
mod menus;
mod names;
mod notices;
mod outcomes;
mod page;
mod palette;
mod passages;
mod pick;
mod rehearsal;
mod settings;
mod stage;
mod state;
mod store;
mod table;
mod toolbar;
mod words;

use wasm_bindgen_futures::spawn_local;

use crate::edit::{Action, Command, Session};
use crate::model::{Article, Id};

/// The article of a first visit.
const SAMPLE: &str = include_str!("../../assets/afghanistan-conference-in-moscow.txt");
/// Its id is always the same, so that two tabs do not add it twice.
const SAMPLE_ID: &str = "sample-afghanistan-conference-in-moscow";

/// Reads what is stored and mounts the app on the document's body.
pub fn mount() {
    spawn_local(async {
        let opened = store::open().await;
        let found = opened.last.is_some();
        let mut session = Session::new(opened.project);
        if opened.first_visit
            && let Ok(id) = Id::new(SAMPLE_ID)
        {
            let title = crate::format::title_of(SAMPLE, "Sample");
            let article = Article::new(id, &title, SAMPLE, 0).into();
            let added = session.step(Action::Do(Command::AddArticle { article }));
            // The sample is where undo begins, not a step of it.
            session = added.map_or(session, |added| Session::new(added.project));
        }
        if let Some(opened) = opened.last.and_then(|article| session.step(Action::Open(article))) {
            session = opened;
        }
        if let Some(article) = session.article.as_ref().filter(|_| !found) {
            opened.store.remember(article);
        }
        yew::Renderer::<page::Page>::with_props(page::PageProps {
            store: opened.store,
            settings: opened.settings,
            session: std::rc::Rc::new(session),
            loader: std::rc::Rc::new(std::cell::Cell::new(Some(opened.loader))),
        })
        .render();
    });
}
