//! What the controls do, in words; needed where they are listed only.

use super::keys::Control;

const NAMES: [(&str, &str); 45] = [
    ("undo", "Undo"),
    ("redo", "Do again"),
    ("repeat", "Do the last thing here too"),
    ("next", "Next annotation"),
    ("previous", "Previous annotation"),
    ("next-same", "Next annotation with the same label"),
    ("previous-same", "Previous annotation with the same label"),
    ("next-unlinked", "Next annotation without a link"),
    ("previous-unlinked", "Previous annotation without a link"),
    ("next-bare", "Next annotation without a note"),
    ("previous-bare", "Previous annotation without a note"),
    ("back", "Back to where I was"),
    ("note", "Write a note on the focused annotation"),
    ("remove", "Remove the focused annotation"),
    ("let-go", "Let go of the boundary, the selection, the annotation"),
    ("start", "Move the start with the arrow keys"),
    ("end", "Move the end with the arrow keys"),
    ("reselect", "Put the focused annotation on the selected words"),
    ("add-part", "Add the selected words to the focused annotation"),
    ("take-out", "Take the selected words, or the part at the caret, out of the focused annotation"),
    ("widen", "Select more: word, phrase, quotation, clause, sentence, paragraph"),
    ("narrow", "Select less"),
    ("accept", "Accept what is proposed"),
    ("who", "Say who is meant, who speaks, who must meet it"),
    ("to", "Say to whom, or what a condition conditions"),
    ("cue", "The selected words are its cue"),
    ("topic", "Add a topic with a stance"),
    ("condition", "Add a condition that it depends on"),
    ("otherwise", "Say what holds otherwise"),
    ("setter", "Say who made it a condition"),
    ("value", "Give it a value: type, kind, status, an attribute"),
    ("actors", "Actors"),
    ("table", "Table of quotes, mentions and conditions"),
    ("codebook", "Codebook"),
    ("find", "Find in the article, or in all"),
    ("find-same", "Find all places with these words"),
    ("palette", "All commands"),
    ("history", "History"),
    ("articles", "Articles"),
    ("open", "Open a text"),
    ("import", "Import files"),
    ("export-article", "Export this article"),
    ("export-all", "Export everything"),
    ("settings", "Settings"),
    ("help", "Help"),
];

/// What a control does.
pub(super) fn name_of(control: &Control) -> &'static str {
    NAMES.iter().find(|(id, _)| *id == control.id).map_or(control.id, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::super::keys::CONTROLS;
    use super::*;

    #[test]
    fn every_control_has_words_and_a_key_of_its_own() {
        for (control, (id, _)) in CONTROLS.iter().zip(NAMES) {
            assert_eq!(control.id, id);
            let alike = CONTROLS.iter().filter(|it| it.keys.iter().any(|key| control.keys.contains(key)));
            assert_eq!(alike.count(), usize::from(!control.keys.is_empty()), "{id}");
        }
    }
}
