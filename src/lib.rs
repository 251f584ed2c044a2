//! Verbatim: an article in the browser, its quotes, actors and conditions marked,
//! everything kept on this machine.
//!
//! # The loop
//!
//! An event becomes an [`edit::Action`]; [`edit::Session::step`] makes the next
//! session from the one before, purely; what differs is written at once (but for an import:
//! decision 5) and painted on the text at once; within a tenth of a second Yew has shown it beside
//! the text.
//! A [`model::Project`] is a value that shares structure with the one it was made
//! from, so keeping, comparing and painting cost what changed.
//!
//! # Rooms
//!
//! Left may use right, nothing else; `tests/layering.rs` reads the `use` lines.
//!
//! ```text
//! app      → all others                           the shell: Yew components, effects
//! edit     → model, text                          commands, apply, history, session
//! format   → model, text                          stored records and files; serde lives here
//! query    → text                                 finding words and patterns in texts
//! suggest  → text                                 what a quote or a condition may need: type, cue, source
//! report   → model, text                          tables of what was coded, questions to them, CSV
//! browser  → text                                 selection, storage, files, other tabs
//! model    → text                                 article, annotation, project, runs
//! text     → nothing of ours                      span, units, edges, paragraphs
//! ```
//!
//! **Invariants.** `text`, `model`, `edit` and `report` never touch yew, web-sys, gloo, serde,
//! a clock or a random source; time and ids come in as values. Only `format` derives
//! serde traits. Offsets inside are bytes; UTF-16 exists only where the DOM is, code
//! points only where files are. The text nodes under `#article` are the article's
//! text and nothing else. Nothing panics on what a user or a file brings.
//!
//! # Decisions
//!
//! 1. Undo steps are record-by-record changes, not old states, so that taking a step
//!    back never takes back what another tab did since: what its work needs, an article with its
//!    marks, an annotation with its links, an actor or an entry of the codebook that something has,
//!    stays too.
//! 2. Saving compares the project with what is stored ([`model::Project::changes_since`])
//!    and writes the difference: one way for commands, undo, import and other tabs.
//! 3. Every change goes to local storage and to IndexedDB, each record under its own
//!    key with a stamp (decision 5 says what large changes do); on start the newer wins, and
//!    a tombstone keeps what was removed removed.
//! 4. The text is laid once, by the browser's parser, in sections of parts of chunks that the browser
//!    skips while they are far from the window; a line of more than 8 KB in parts that end with a sentence
//!    ([`text::Paragraph`]), since a block is laid out anew as a whole. Marks are elements, one
//!    for each run of constant cover, made near the window only, some with each frame where there
//!    are many, and everywhere for the printer.
//!    The browser's own search, selection and screen readers have the whole text. The one part of
//!    the page that Yew does not render
//!    ([`browser::sheet`], and the painter in `app`). It follows a step in the very event, so that
//!    a mark waits for no list; the list catches up soon after, once for several steps of a key
//!    that is held, and before the next key or press of the pointer means anything.
//! 5. A large change, such as an import, is one value in IndexedDB for each article and every
//!    few thousand records, then goes to local storage as far as there is room, in slices that
//!    leave time to type; to local storage also where IndexedDB refuses it. What others stand in or
//!    have is put first and removed last, so that a change that was half written makes sense. An import is
//!    painted before it is stored, since the file is still there: a tenth of a second later, or with
//!    the next action, or when the page goes; until then it is said to be on its way. What is owed to a store
//!    is a list of names: the value is made when it is written, so that no order of writes can
//!    leave an old one. Of many values of a record
//!    the one with the newest stamp counts, wherever it stands; where IndexedDB has newer ones of
//!    most that were written together, the next start writes the rest of them anew. What other
//!    tabs tell is heard from before the stores are read, and taken in after, one after the other,
//!    each piece by store and session in one go.
//! 6. A start reads the codebook, the registry and the article that was opened last, shows them,
//!    and reads the rest in slices (`app`'s loader, [`format::Loading`]). What needs all that is
//!    here, an import or the export of everything, waits for its end. For the first sight of the page
//!    IndexedDB alone is asked, where it has that: a new process may have to fetch all of a full local
//!    storage for its first value, while the page stands still. It is asked when the page has been
//!    painted, or before anything is done to what is shown, and what is newer there wins as ever.
//! 7. Files are read by a second module in a worker (`src/bin/reader.rs`, [`browser::worker`]),
//!    which works on the bytes as the browser fetches them, has the first text laid meanwhile, checks
//!    every span and hands over bytes that are quickly read, piece by piece, so that
//!    the page reads one while the next is made; it has the tables of all encodings too. It starts
//!    when the dialog opens or files are dragged over the page, and reads a small file of its own
//!    until there is a real one: what a browser has run often it runs about twice as fast. The page
//!    rehearses too, once, for a browser compiles what has never run. What both do then is not
//!    generic, or each use of it would have a copy of its own, and the wrong one would run; nor is it
//!    one call that lasts as long as the file, for the optimised code is taken with the next call. What
//!    an import changed is listed when it is asked for ([`model::Changes`]), after its first sight. A
//!    test holds what a visitor downloads to 250 KB and names the crates that weigh most. So all
//!    records are in one type of list, and one serializer writes files and stored values.
//! 8. The page's module is cut in two by `wasm_split` at [`app`]'s `later`: what a first mark
//!    needs, and what is fetched a moment after the page can be used, or at once when it is
//!    needed: dialogs, finding, notices, files, the history's keeping, the writing of large
//!    changes, and what needs to know sentences ([`edit::Reach`]), whose tables are large. The
//!    functions that lead there are handed over as values once the part is here, so that a use of it
//!    before cannot be written.
//! 9. A boundary is moved, a part added or taken out, by one command that gives an annotation
//!    other spans; what one gesture does is one step. While a handle is dragged, what it would
//!    cover is simply selected.
//! 10. The history is stored step by step, each with its records before and after, in the same
//!     transaction as the change itself, where there is one. Each tab has a history of its own,
//!     held by a lock; a reload takes its own over again, another start the one used last that
//!     nobody holds.
//! 11. Words are found by the second module with expressions that cannot hang ([`query`]); what
//!     was found is painted by the CSS Custom Highlight API, so that no node of the text changes.
//! 12. Overlaps are lines, one below the other, in a pattern for each label, tinted with the
//!     innermost label's colour. Boxes around the runs were tried beside it on the dense passage
//!     of the journeys: of five that overlap they showed the innermost one alone.
//! 13. Who says what is links with kinds, values with names, and records of the registry and the
//!     codebook; no type for a frame. An [`edit::Draft`] collects what one deed changes of them and
//!     makes one command of it, so that a merge of actors is one step; a link that makes no sense
//!     is refused where it is applied ([`model::Objection`]).
//! 14. What [`suggest`] guesses is never a record: the page draws it beside what is kept, by the
//!     Highlight API in the text, and accepting it is a draft like any other.
//! 15. Records that are few are read and written as members of an object, one way for all
//!     (`format`'s members): a serde type for each would be a part of every visitor's download.
//! 16. The codebook's version is the newest revision of its entries, and of two codebooks that meet
//!     the newer entry wins. A record of its own it needs only where an entry went: then no entry
//!     has the version that this made.
//! 17. Styles set positions through the CSS object model only: the Content-Security-Policy
//!     allows no inline style.

pub mod app;
pub mod browser;
pub mod edit;
pub mod format;
pub mod model;
pub mod query;
pub mod report;
pub mod suggest;
pub mod text;
