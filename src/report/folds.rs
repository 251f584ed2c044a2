/// Folds each distinct text once: titles and names are those of thousands of rows.
///
/// A table of lists by a hash of the text; a map of the standard library would weigh more.
pub(super) struct Folds<'a> {
    fold: &'a dyn Fn(&str) -> String,
    lists: Vec<Vec<(&'a str, String)>>,
}

impl<'a> Folds<'a> {
    /// For about so many texts.
    pub(super) fn new(fold: &'a dyn Fn(&str) -> String, texts: usize) -> Folds<'a> {
        Folds { fold, lists: vec![Vec::new(); texts.max(1)] }
    }

    /// The folded text.
    pub(super) fn of(&mut self, text: &'a str) -> &str {
        // FNV-1a.
        let hash = text
            .bytes()
            .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let number = hash as usize % self.lists.len();
        let list = &mut self.lists[number];
        let at = list.iter().position(|(known, _)| *known == text).unwrap_or_else(|| {
            list.push((text, (self.fold)(text)));
            list.len() - 1
        });
        &list[at].1
    }

    /// Whether a text has some folded words in it.
    pub(super) fn has(&mut self, text: &'a str, words: &str) -> bool {
        self.of(text).contains(words)
    }
}
