//! Places in a page as people and editors count them: lines and columns.

use encoding_rs::Encoding;
use serde::Serialize;

/// A place in a page, for people: lines and columns begin with 1, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Lines and columns of places in a page, asked for in any order, fast in rising order.
#[derive(Debug)]
pub struct Positions<'a> {
    bytes: &'a [u8],
    encoding: &'static Encoding,
    done: usize,
    position: Position,
}

impl<'a> Positions<'a> {
    /// Places in these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8], encoding: &'static Encoding) -> Self {
        Self { bytes, encoding, done: 0, position: Position { line: 1, column: 1 } }
    }

    /// Where a byte is.
    pub fn at(&mut self, place: usize) -> Position {
        if place < self.done {
            (self.done, self.position) = (0, Position { line: 1, column: 1 });
        }
        let (text, _) = self.encoding.decode_without_bom_handling(&self.bytes[self.done..place]);
        // A line end that was parted.
        let mut before = self.done.checked_sub(1).map(|at| self.bytes[at]);
        for letter in text.chars() {
            match letter {
                '\n' if before == Some(b'\r') => {}
                '\n' | '\r' => self.position = Position { line: self.position.line + 1, column: 1 },
                '\u{feff}' if self.position == (Position { line: 1, column: 1 }) => {}
                _ => self.position.column += 1,
            }
            before = u8::try_from(letter).ok();
        }
        self.done = place;
        self.position
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_8, WINDOWS_1252};

    use super::*;

    #[test]
    fn lines_and_columns_count_characters() {
        let position = |bytes: &[u8], encoding, place| {
            let mut positions = Positions::new(bytes, encoding);
            // Asked beyond and before, the answer is the same.
            let _ = (positions.at(bytes.len()), positions.at(0));
            let position = positions.at(place);
            (position.line, position.column)
        };
        let text = "\u{feff}é<\r\nx\ry\nz";
        assert_eq!(position(text.as_bytes(), UTF_8, 3), (1, 1));
        assert_eq!(position(text.as_bytes(), UTF_8, 5), (1, 2));
        assert_eq!(position(text.as_bytes(), UTF_8, 8), (2, 1));
        assert_eq!(position(text.as_bytes(), UTF_8, 10), (3, 1));
        assert_eq!(position(text.as_bytes(), UTF_8, 12), (4, 1));
        assert_eq!(position(b"\xe9\xe9<", WINDOWS_1252, 2), (1, 3));
    }
}
