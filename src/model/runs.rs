use std::rc::Rc;

use super::Annotation;
use crate::text::{Place, Span, in_order};

/// One annotation that covers a run, and the lane that its line is drawn in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Which annotation.
    pub annotation: Rc<Annotation>,
    /// 0 is nearest to the words. An annotation keeps its lane within a paragraph.
    pub lane: usize,
    /// Whether a span of the annotation begins with this run.
    pub begins: bool,
    /// Whether a span of the annotation ends with this run.
    pub ends: bool,
}

/// A longest piece of text that is covered by the same annotations throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it is in the article.
    pub span: Span,
    /// What covers it, outermost first; empty for plain text.
    pub layers: Vec<Layer>,
}

/// How many lanes can be told apart on the page; deeper ones share the last.
pub const MAX_LANES: usize = 8;

/// The runs of `window`, in order; together they are the whole window. `annotations` are in
/// text order: begins first, longest, then by id.
///
/// Outermost is the longest span, in bytes, and of equals what comes first in that order: so it never
/// depends on chance, and where two cross, the shorter one, which has fewer words to be clicked
/// on, is picked from all of them. The shortest get the lanes next to the words, as far as lanes
/// are free.
#[must_use]
pub fn runs(window: Span, annotations: &[Rc<Annotation>]) -> Vec<Run> {
    // Start, end, and whose.
    let mut pieces: Vec<Place> = Vec::new();
    for (index, annotation) in annotations.iter().enumerate() {
        let clipped = annotation.spans().iter().filter_map(|span| span.clip(window));
        pieces.extend(clipped.map(|span| (span.start(), span.end(), index)));
    }
    let ends = pieces.iter().flat_map(|(start, end, _)| [*start, *end]);
    let ends = ends.chain([window.start(), window.end()]).map(|end| (end, 0, 0));
    let mut cuts = in_order(ends.collect());
    cuts.dedup();
    pieces = in_order(pieces);

    let lanes = lanes(annotations, window);
    let mut waiting = pieces.into_iter().peekable();
    // The pieces that cover the place, outermost first: the whole span, and whose.
    let mut open: Vec<(Span, usize)> = Vec::new();
    let mut runs = Vec::with_capacity(cuts.len());
    for cut in cuts.windows(2) {
        let span = Span::between(cut[0].0, cut[1].0);
        open.retain(|(whole, _)| whole.end() > span.start());
        while let Some((start, end, index)) = waiting.next_if(|(start, ..)| *start <= span.start()) {
            let piece = Span::between(start, end);
            let whole = annotations[index].spans().iter().find(|whole| whole.contains(piece));
            let whole = *whole.unwrap_or(&piece);
            let inside = |(other, of): &(Span, usize)| (whole.len(), *of) < (other.len(), index);
            open.insert(open.partition_point(inside), (whole, index));
        }
        let layers = open
            .iter()
            .map(|(_, index)| {
                let annotation = &annotations[*index];
                Layer {
                    annotation: Rc::clone(annotation),
                    lane: lanes[*index],
                    begins: annotation.spans().iter().any(|whole| whole.start() == span.start()),
                    ends: annotation.spans().iter().any(|whole| whole.end() == span.end()),
                }
            })
            .collect();
        runs.push(Run { span, layers });
    }
    runs
}

/// A lane for each annotation, so that no two that meet in the window share one
/// (as long as there are lanes); the shortest get the lanes next to the words.
fn lanes(annotations: &[Rc<Annotation>], window: Span) -> Vec<usize> {
    // Length, start, and whose.
    let mut order: Vec<Place> = Vec::with_capacity(annotations.len());
    for (index, annotation) in annotations.iter().enumerate() {
        order.extend(annotation.extent().clip(window).map(|span| (span.len(), span.start(), index)));
    }
    let mut lanes = vec![0; annotations.len()];
    let mut taken: [Vec<Span>; MAX_LANES] = std::array::from_fn(|_| Vec::new());
    for (len, start, index) in in_order(order) {
        let extent = Span::between(start, start + len);
        let above = |lane: &usize| taken[*lane].iter().all(|other| !other.overlaps(extent));
        let lane = (0..MAX_LANES).find(above).unwrap_or(MAX_LANES - 1);
        taken[lane].push(extent);
        lanes[index] = lane;
    }
    lanes
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::*;
    use crate::model::{By, Id, Origin};

    fn mark(name: &str, spans: &[Span]) -> Rc<Annotation> {
        let id = |name: &str| Id::new(name).expect("a fine id");
        let origin = Origin { by: By::Hand, coder: "".into(), created: 0, modified: 0, codebook: 0 };
        Rc::new(Annotation::of_spans(id(name), id("t"), id("quote"), spans, origin).expect("fine spans"))
    }

    /// Exhaustive over all pairs of spans in six bytes.
    #[test]
    fn runs_tile_the_window_and_cover_what_they_claim() {
        let window = Span::between(0, 6);
        let spans: Vec<Span> = (0..6).flat_map(|a| (a + 1..=7).map(move |b| Span::between(a, b))).collect();
        for one in &spans {
            for two in &spans {
                let mut marks = [mark("one", &[*one]), mark("two", &[*two])];
                marks.sort_by_key(|it| (it.extent().start(), Reverse(it.extent().end())));
                let runs = runs(window, &marks);
                let mut at = 0;
                for run in &runs {
                    assert_eq!(run.span.start(), at);
                    at = run.span.end();
                    for each in &marks {
                        let covers = each.spans()[0].contains(run.span);
                        assert_eq!(covers, run.layers.iter().any(|layer| layer.annotation == *each));
                        assert!(covers || !each.spans()[0].overlaps(run.span));
                    }
                    let lanes: Vec<usize> = run.layers.iter().map(|layer| layer.lane).collect();
                    assert!(lanes.len() < 2 || lanes[0] != lanes[1]);
                }
                assert_eq!(at, window.end());
            }
        }
    }

    #[test]
    fn the_innermost_comes_last_and_lies_next_to_the_words() {
        let marks = [
            mark("outer", &[Span::between(0, 6)]),
            mark("middle", &[Span::between(1, 4)]),
            mark("inner", &[Span::between(2, 3)]),
        ];
        let runs = runs(Span::between(0, 6), &marks);
        let deep = runs.iter().find(|run| run.span.start() == 2).expect("a run begins at each edge");
        let told: Vec<(&str, usize)> =
            deep.layers.iter().map(|layer| (layer.annotation.id.as_str(), layer.lane)).collect();
        assert_eq!(told, [("outer", 2), ("middle", 1), ("inner", 0)]);
    }

    #[test]
    fn where_two_cross_the_shorter_one_is_innermost() {
        // Past the window's edges too: what is seen of a span is not its length.
        for [one, two] in [[(0, 4), (2, 9)], [(0, 7), (5, 8)], [(1, 5), (3, 6)]] {
            let marks = [one, two].map(|(start, end)| mark("a", &[Span::between(start, end)]));
            let shorter = &marks[usize::from(two.1 - two.0 < one.1 - one.0)];
            let runs = runs(Span::between(0, 6), &marks);
            let both = runs.iter().find(|run| run.layers.len() == 2).expect("they cross");
            assert_eq!(both.layers[1].annotation.spans(), shorter.spans());
        }
    }

    #[test]
    fn a_gap_of_a_discontinuous_annotation_is_not_covered() {
        let marks = [mark("two-part", &[Span::between(0, 2), Span::between(4, 6)])];
        let covered: Vec<bool> =
            runs(Span::between(0, 6), &marks).iter().map(|run| !run.layers.is_empty()).collect();
        assert_eq!(covered, [true, false, true]);
    }
}
