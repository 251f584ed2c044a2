/// A half-open range of bytes in one text.
///
/// Invariant: `start <= end`. That both lie on character boundaries of some text
/// can only be said of that text: see [`Span::of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// The span between two offsets, given in either order.
    #[must_use]
    pub fn between(a: usize, b: usize) -> Span {
        Span { start: a.min(b), end: a.max(b) }
    }

    /// The first byte of the span.
    #[must_use]
    pub fn start(self) -> usize {
        self.start
    }

    /// The byte after the last one of the span.
    #[must_use]
    pub fn end(self) -> usize {
        self.end
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds no text.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the two spans share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies within this span.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The part of the span that lies in `window`; `None` when they share nothing.
    #[must_use]
    pub fn clip(self, window: Span) -> Option<Span> {
        let clipped = Span { start: self.start.max(window.start), end: self.end.min(window.end) };
        (clipped.start < clipped.end).then_some(clipped)
    }

    /// The words of `text` that the span covers; `None` when the span reaches past
    /// the text or cuts a character.
    #[must_use]
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }
}
