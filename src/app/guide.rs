//! The help's page on who says what: the picture of a frame, what each part is, and the schemes
//! that they follow.

use yew::prelude::*;

use super::dialog::Dialog;
use super::dialogs::Over;
use super::keys::{CONTROLS, Desk};
use super::settings::key_words;

/// What a frame consists of: the part, what it is, and the control that gives it.
const PARTS: [(&str, &str, &str); 9] = [
    (
        "Content",
        "The words of the quote, in one part or several. Its type is direct, indirect, mixed or scare.",
        "value",
    ),
    ("Source", "Who speaks: one or several mentions or actors; or unknown, or anonymous.", "who"),
    ("Cue", "The words that give it away: said, according to.", "cue"),
    ("Addressee", "Who is spoken to.", "to"),
    (
        "Topic",
        "What it is about, each with a stance: support, oppose, neutral, ambivalent, unclear, or conditional.",
        "topic",
    ),
    (
        "Condition",
        "On what something depends: activation, constraint, deadline, exception, exchange or consequence. It is open, met, refused or unclear.",
        "condition",
    ),
    (
        "Conditions",
        "What a condition conditions: a quote, another condition, anything marked. Several combine: A and (B or not C).",
        "to",
    ),
    ("Responsible", "Who must meet a condition; and who has set it.", "who"),
    ("Otherwise", "What holds when the conditions do not.", "otherwise"),
];

/// The schemes, with what is taken from each.
const SCHEMES: [(&str, &str); 6] = [
    ("Source, cue and content", "S. Pareti: PARC 3.0, a Corpus of Attribution Relations. LREC 2016."),
    (
        "The same in political news; one quote, several parts",
        "E. Newell, D. Margolin, D. Ruths: An Attribution Relations Corpus for Political News (PolNeAR). LREC 2018.",
    ),
    (
        "Several sources, parts apart from each other, mentions that mean one speaker",
        "Citron, the quote extraction of BBC News Labs, 2021.",
    ),
    (
        "Activation conditions, constraints, or else; and, or, not",
        "C. Frantz, S. Siddiki: Institutional Grammar 2.0. Public Administration 99 (2021).",
    ),
    (
        "Actor, concept, agreement",
        "P. Leifeld: Discourse Network Analysis. In: The Oxford Handbook of Political Networks, 2017.",
    ),
    (
        "Support and opposition as a claim's polarity",
        "S. Padó and others: Who Sides with Whom? (MARDY). ACL 2019.",
    ),
];

/// The page.
pub(super) fn view_guide(desk: &Desk) -> Html {
    let back = {
        let over = desk.over.clone();
        Callback::from(move |()| over.set(Over::Help))
    };
    let key = |id: &str| {
        let control = CONTROLS.iter().find(|it| it.id == id);
        let keys = control.map(|it| desk.settings.keys_of(it)).unwrap_or_default();
        keys.first().map(|key| key_words(key)).unwrap_or_default()
    };
    html! {
        <Dialog id="guide-dialog" title="Who says what, to whom, on which conditions" close="Back to the help" on_close={back}>
            { view_picture() }
            <p>{ "Mark a quote, and its type, cue and source are proposed: underlined in the text, dashed beside it. Nothing of that is kept until you accept it; what you say yourself comes first." }</p>
            <table class="keys">
                <caption class="visually-hidden">{ "The parts of a frame" }</caption>
                <thead><tr><th scope="col">{ "Part" }</th><th scope="col">{ "What it is" }</th><th scope="col">{ "Key" }</th></tr></thead>
                <tbody>
                    { for PARTS.iter().map(|(part, what, control)| html! {
                        <tr><th scope="row">{ *part }</th><td>{ *what }</td><td><kbd>{ key(control) }</kbd></td></tr>
                    }) }
                    <tr><th scope="row">{ "Who is meant" }</th><td>{ "A mention – a name, a title, a pronoun – points to an actor of the registry." }</td><td><kbd>{ key("who") }</kbd></td></tr>
                    <tr><th scope="row">{ "All that is proposed" }</th><td>{ "Accept it at once." }</td><td><kbd>{ key("accept") }</kbd></td></tr>
                </tbody>
            </table>
            <h3>{ "The schemes behind it" }</h3>
            <ul class="report">
                { for SCHEMES.iter().map(|(what, source)| html! { <li>{ format!("{what}: {source}") }</li> }) }
            </ul>
        </Dialog>
    }
}

/// A sentence with its frame.
fn view_picture() -> Html {
    // Where each part of the sentence begins and ends, in the picture's own units.
    let part = |x: u32, width: u32, name: &'static str, style: &'static str, below: bool| {
        let middle = (x + width / 2).to_string();
        html! { <>
            <rect x={x.to_string()} y="64" width={width.to_string()} height="30" rx="5" data-style={style} />
            <text class="part" x={middle} y={if below { "122" } else { "52" }} text-anchor="middle">{ name }</text>
        </> }
    };
    // As wide as its place, whatever the letters are.
    let word = |x: u32, width: u32, text: &'static str| {
        html! { <text class="word" x={x.to_string()} y="84" textLength={width.to_string()} lengthAdjust="spacingAndGlyphs">{ text }</text> }
    };
    html! {
        <figure class="picture">
            <svg viewBox="0 0 620 150" role="img" aria-labelledby="picture-title">
                <title id="picture-title">{ "“We recognise them,” the minister told Kabul, “if they keep their promises.” The content is of two parts; the minister is the source, told the cue, Kabul the addressee, and the second part holds a condition that Kabul must meet." }</title>
                { part(8, 132, "content", "quote", false) }
                { part(150, 98, "source", "actor", true) }
                { part(256, 40, "cue", "other", false) }
                { part(304, 54, "addressee", "actor", true) }
                { part(366, 246, "content", "quote", false) }
                <rect x="376" y="69" width="226" height="20" rx="4" data-style="condition" />
                <text class="part" x="489" y="122" text-anchor="middle">{ "condition" }</text>
                { word(16, 116, "“We recognise them,”") }
                { word(158, 82, "the minister") }
                { word(263, 26, "told") }
                { word(311, 40, "Kabul,") }
                { word(384, 210, "“if they keep their promises.”") }
                <path d="M74 64 C74 20 199 20 199 60" /><path d="M74 64 C74 8 276 8 276 60" />
                <path d="M74 94 C74 146 331 146 331 126" /><path d="M489 94 C489 146 345 146 335 126" />
                <text class="link" x="136" y="28" text-anchor="middle">{ "source" }</text>
                <text class="link" x="218" y="20" text-anchor="middle">{ "cue" }</text>
                <text class="link" x="170" y="142" text-anchor="middle">{ "addressee" }</text>
                <text class="link" x="420" y="142" text-anchor="middle">{ "responsible" }</text>
            </svg>
        </figure>
    }
}
