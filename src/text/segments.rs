use super::Span;

/// One line of a text, with its line feed: what the page shows as one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// The line and its line feed.
    pub span: Span,
    /// Whether there is nothing but white space.
    pub blank: bool,
}

/// The paragraphs of a text, in order; together they are the whole text.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<Paragraph> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let span = Span::between(start, start + line.len());
            start += line.len();
            Paragraph { span, blank: line.trim().is_empty() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_tile_the_text() {
        for text in ["", "a", "a\n", "\n\n", "Title\n\n😃 é\u{301}\nسلام 中", "\u{2028}x\n"] {
            let parts = paragraphs(text);
            let joined: String = parts.iter().filter_map(|part| part.span.of(text)).collect();
            assert_eq!(joined, text);
        }
        assert!(paragraphs("a\n \nb")[1].blank);
    }
}
