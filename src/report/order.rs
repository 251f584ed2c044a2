use std::cmp::Ordering;

use super::Row;

/// The rows of these numbers in the order of a column; without one in that of the articles and
/// their texts. Numbers in a text count as numbers, of equal ones the text's order decides, and
/// what is empty comes last in either direction.
#[must_use]
pub fn sorted(
    rows: &[Row],
    indices: &[usize],
    column: Option<usize>,
    descending: bool,
    fold: &dyn Fn(&str) -> String,
) -> Vec<usize> {
    let cell = |row: usize| column.map_or(String::new(), |column| fold(cell(rows, row, column)));
    let mut keys: Vec<(String, usize)> = indices.iter().map(|row| (cell(*row), *row)).collect();
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    keys.sort_by(|(one, here), (other, there)| {
        let empty = one.is_empty().cmp(&other.is_empty());
        let place = here.cmp(there);
        empty.then_with(|| turned(naturally(one, other))).then(if column.is_some() {
            place
        } else {
            turned(place)
        })
    });
    keys.into_iter().map(|(_, row)| row).collect()
}

/// The rows of these numbers by what a column says, which is empty for those where it says
/// nothing: the largest group first, of equal ones by name. Rows keep their order.
#[must_use]
pub fn grouped(rows: &[Row], indices: &[usize], column: usize) -> Vec<(String, Vec<usize>)> {
    let mut keys: Vec<(&str, usize)> = indices.iter().map(|row| (cell(rows, *row, column), *row)).collect();
    keys.sort_by_key(|(name, _)| *name);
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (name, row) in keys {
        match groups.last_mut() {
            Some((last, group)) if last == name => group.push(row),
            _ => groups.push((name.to_owned(), vec![row])),
        }
    }
    // By name already.
    groups.sort_by_key(|(_, group)| usize::MAX - group.len());
    groups
}

fn cell(rows: &[Row], row: usize, column: usize) -> &str {
    rows.get(row).and_then(|row| row.cells.get(column)).map_or("", |cell| cell)
}

/// Compares texts, their numbers as numbers: 9 comes before 10. What follows a point is a
/// fraction: 0.25 comes before 0.5.
fn naturally(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    let mut is_fraction = false;
    loop {
        let (Some(here), Some(there)) = (one.chars().next(), other.chars().next()) else {
            return one.len().cmp(&other.len());
        };
        if here.is_ascii_digit() && there.is_ascii_digit() {
            let ((left, after), (right, later)) = (number(one), number(other));
            let (bare, plain) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            let order = if is_fraction {
                left.cmp(right)
            } else {
                bare.len().cmp(&plain.len()).then(bare.cmp(plain)).then(left.len().cmp(&right.len()))
            };
            if order.is_ne() {
                return order;
            }
            is_fraction = after.starts_with('.') && later.starts_with('.');
            (one, other) = (after, later);
        } else if here != there {
            return here.cmp(&there);
        } else {
            is_fraction &= here == '.';
            (one, other) = (&one[here.len_utf8()..], &other[there.len_utf8()..]);
        }
    }
}

/// The digits that a text begins with, and what follows them.
fn number(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_their_order() {
        let mut all = ["b", "a 10", "0.5", "a 9", "10", "0.25", "", "9", "a 09", "2021-10", "1.2.10", "ä"];
        all.sort_by(|one, other| naturally(one, other));
        assert_eq!(all, ["", "0.25", "0.5", "1.2.10", "9", "10", "2021-10", "a 9", "a 09", "a 10", "b", "ä"]);
    }
}
