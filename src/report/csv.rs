use super::{Row, Table, columns};

/// A piece has so many bytes, and what the last line has beyond them.
const PIECE: usize = 256 * 1024;

/// The rows of these numbers as comma-separated values (RFC 4180), with the names of the columns
/// before them, and for each row besides its cells where it begins and ends in its article, in
/// code points, and the annotation's id. UTF-8, handed over piece by piece: all at once would take as
/// much memory as the file is long, and a page's memory never shrinks.
///
/// It begins with a byte order mark, by which spreadsheets know UTF-8. A cell that a spreadsheet
/// would take for a formula gets an apostrophe before it (OWASP, CSV injection).
pub fn csv(table: Table, rows: &[Row], indices: &[usize], hand: &mut dyn FnMut(&[u8])) {
    let mut csv = String::from('\u{FEFF}');
    let names = columns(table).iter().map(|column| column.name);
    line(&mut csv, names.chain(["Start", "End", "Annotation"]));
    for row in indices.iter().filter_map(|number| rows.get(*number)) {
        let places = [row.start.0.to_string(), row.end.0.to_string()];
        let places = places.iter().map(String::as_str);
        line(&mut csv, row.cells.iter().map(String::as_str).chain(places).chain([row.annotation.as_str()]));
        if csv.len() > PIECE {
            hand(csv.as_bytes());
            csv.clear();
        }
    }
    hand(csv.as_bytes());
}

fn line<'c>(csv: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (number, cell) in cells.enumerate() {
        if number > 0 {
            csv.push(',');
        }
        let apostrophe = if is_formula(cell) { "'" } else { "" };
        // The semicolon divides cells where the comma is for decimals.
        let is_plain = !cell.contains(['"', ',', ';', '\r', '\n', '\t']) && cell.trim() == cell;
        if is_plain {
            *csv += apostrophe;
            *csv += cell;
        } else {
            *csv += "\"";
            *csv += apostrophe;
            *csv += &cell.replace('"', "\"\"");
            *csv += "\"";
        }
    }
    *csv += "\r\n";
}

/// Whether a spreadsheet might run a cell, or leave out what stands before that.
fn is_formula(cell: &str) -> bool {
    let is_left_out = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{FEFF}' | '\u{200B}');
    let begins = cell.trim_start_matches(is_left_out);
    cell.starts_with(['\t', '\r', '\n']) || begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}
