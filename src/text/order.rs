/// Two numbers to order by, and the number of what they belong to, for ties and to find it again.
pub type Place = (usize, usize, usize);

/// Places in ascending order. The one sort of the page's module: each further type that is sorted
/// would be the whole of it once more in what a visitor downloads.
#[must_use]
pub fn in_order(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_unstable();
    places
}
