//! The order in which lines are read, and the one text that they make.
//!
//! Lines close below each other are a paragraph; what stands side by side and is short, as in a table or a menu, is
//! a row. Of those, one comes before another that is below it, and before one to its right unless something lies
//! between that spans both (after Breuel 2003, "High performance document layout analysis"): columns are read one
//! after the other.

use showtell_types::reading::Line;

use crate::place::Box;
use crate::text::{self, Part};

/// Corners as they would be if the picture was turned by a quarter or two so that the line is upright.
fn upright(line: &Line, width: f32, height: f32) -> [[f32; 2]; 4] {
    line.corners.map(|[x, y]| match line.turned {
        90 => [y, width - x],
        180 => [width - x, height - y],
        270 => [height - y, x],
        _ => [x, y],
    })
}

/// By how much lines are tilted, as the direction in which most letters are read.
fn tilt(lines: &[[[f32; 2]; 4]]) -> [f32; 2] {
    let along = lines.iter().map(|[from, to, ..]| [to[0] - from[0], to[1] - from[1]]);
    let [x, y] = along.fold([0.0, 0.0], |sum: [f32; 2], [x, y]| [sum[0] + x, sum[1] + y]);
    let length = x.hypot(y);
    if length > 0.0 { [x / length, y / length] } else { [1.0, 0.0] }
}

/// Where a line would be if it was not tilted.
fn seen(corners: [[f32; 2]; 4], [along, down]: [f32; 2]) -> Box {
    let turned = corners.map(|[x, y]| [x * along + y * down, y * along - x * down]);
    let range = |axis: usize| {
        let values = turned.map(|corner| corner[axis]);
        (values.iter().copied().fold(f32::MAX, f32::min), values.iter().copied().fold(f32::MIN, f32::max))
    };
    let ((left, right), (top, bottom)) = (range(0), range(1));
    Box { left, top, right, bottom }
}

/// Puts lines in order, and joins them to a text.
pub(crate) fn order(lines: Vec<Line>, width: f32, height: f32) -> (Vec<Line>, String) {
    let mut turns = [0, 90, 180, 270];
    // What most of the picture's text is turned by comes first.
    turns.sort_by_key(|&turned| {
        std::cmp::Reverse(
            lines.iter().filter(|line| line.turned == turned).map(|l| l.text.len()).sum::<usize>(),
        )
    });
    let (mut ordered, mut texts) = (Vec::with_capacity(lines.len()), Vec::new());
    for turned in turns {
        let alike: Vec<&Line> = lines.iter().filter(|line| line.turned == turned).collect();
        let corners: Vec<_> = alike.iter().map(|line| upright(line, width, height)).collect();
        let tilt = tilt(&corners);
        let boxes = corners.into_iter().map(|corners| seen(corners, tilt));
        let alike: Vec<(Line, Box)> = alike.into_iter().cloned().zip(boxes).collect();
        for unit in units(&alike) {
            let parts: Vec<Part> = unit
                .lines
                .iter()
                .map(|&index| Part { text: &alike[index].0.text, place: alike[index].1 })
                .collect();
            texts.push(if unit.row { text::row(&parts) } else { text::paragraph(&parts) });
            ordered.extend(unit.lines.iter().map(|&index| alike[index].0.clone()));
        }
    }
    (ordered, texts.join("\n"))
}

/// Lines that are read together.
struct Unit {
    lines: Vec<usize>,
    place: Box,
    row: bool,
}

/// Fewer letters a line on average than this are no paragraph.
const PROSE: usize = 20;
/// More units than this are sorted from top to bottom: finding what lies between takes their cube.
const MOST: usize = 400;

fn units(lines: &[(Line, Box)]) -> Vec<Unit> {
    let mut groups = Groups::new(lines.len());
    for (a, (_, place)) in lines.iter().enumerate() {
        let below: Vec<usize> = (0..lines.len()).filter(|&b| follows(*place, lines[b].1)).collect();
        let nearest = below.iter().copied().min_by(|&b, &c| lines[b].1.top.total_cmp(&lines[c].1.top));
        let Some(nearest) = nearest.map(|index| lines[index].1) else { continue };
        let mut beside: Vec<usize> =
            below.into_iter().filter(|&b| nearest.beside(lines[b].1) > 0.5).collect();
        beside.sort_by(|&b, &c| lines[b].1.left.total_cmp(&lines[c].1.left));
        // Parts of one line go on. What stands apart are buttons or columns, and goes on nothing.
        let apart = |two: &[usize]| lines[two[1]].1.left - lines[two[0]].1.right > lines[two[0]].1.height();
        if !beside.windows(2).any(apart) {
            beside.into_iter().for_each(|b| groups.join(a, b));
        }
    }
    let mut units: Vec<Unit> = Vec::new();
    let mut single: Vec<usize> = Vec::new();
    for group in groups.all() {
        let letters: usize = group.iter().map(|&index| lines[index].0.text.chars().count()).sum();
        if group.len() < 2 || letters < PROSE * group.len() {
            single.extend(group);
            continue;
        }
        units.push(unit(group, lines, false));
    }
    // The others by rows: what stands side by side with no paragraph between.
    single.sort_by(|&a, &b| lines[a].1.left.total_cmp(&lines[b].1.left));
    let mut rows: Vec<Unit> = Vec::new();
    for index in single {
        let place = lines[index].1;
        let middle = |place: Box| (place.top + place.bottom) / 2.0;
        let fits = |row: &&mut Unit| {
            let last = lines[row.lines[row.lines.len() - 1]].1;
            let free = units.iter().all(|unit| {
                !(unit.place.left < place.left
                    && unit.place.right > last.right
                    && unit.place.beside(place) > 0.2)
            });
            let near = (middle(last) - middle(place)).abs() < 0.5 * last.height().min(place.height());
            near && last.right <= place.left + 0.5 * place.height() && free
        };
        match rows.iter_mut().rev().find(fits) {
            Some(row) => {
                row.lines.push(index);
                row.place = row.place.around(place);
            }
            None => rows.push(Unit { lines: vec![index], place, row: true }),
        }
    }
    units.extend(rows);
    sorted(units)
}

fn unit(mut group: Vec<usize>, lines: &[(Line, Box)], row: bool) -> Unit {
    group.sort_by(|&a, &b| lines[a].1.top.total_cmp(&lines[b].1.top));
    // Parts of one line from left to right, each past those that it stands beside.
    for index in 1..group.len() {
        let mut at = index;
        while at > 0 && before_beside(lines[group[at]].1, lines[group[at - 1]].1) {
            group.swap(at, at - 1);
            at -= 1;
        }
    }
    let place = group.iter().map(|&index| lines[index].1).reduce(Box::around);
    let place = place.unwrap_or(Box { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 });
    Unit { lines: group, place, row }
}

/// Whether a part of a line stands left of another one of it.
fn before_beside(a: Box, b: Box) -> bool {
    a.beside(b) > 0.5 && a.left < b.left
}

/// Whether `b` goes on what `a` began: of like height, close below, and beginning at like places.
fn follows(a: Box, b: Box) -> bool {
    let height = a.height().min(b.height());
    let gap = b.top - a.bottom;
    let like = a.height().max(b.height()) < 1.6 * height;
    like && b.top > a.top + 0.5 * height && gap < 0.9 * height && a.above(b) > 0.5
}

/// Sorts units so that each comes after those that have to be read before.
fn sorted(mut units: Vec<Unit>) -> Vec<Unit> {
    units.sort_by(|a, b| a.place.top.total_cmp(&b.place.top).then(a.place.left.total_cmp(&b.place.left)));
    if units.len() > MOST {
        return units;
    }
    let places: Vec<Box> = units.iter().map(|unit| unit.place).collect();
    let before = |a: usize, b: usize| {
        let (one, other) = (places[a], places[b]);
        if one.above(other) > 0.1 {
            return one.top < other.top;
        }
        if one.right > other.left + 0.1 * one.width() {
            return false;
        }
        let (top, bottom) = (one.bottom.min(other.bottom), one.top.max(other.top));
        !places.iter().enumerate().any(|(c, between)| {
            c != a
                && c != b
                && between.top >= top.min(bottom) - 1.0
                && between.bottom <= top.max(bottom) + 1.0
                && between.above(one) > 0.1
                && between.above(other) > 0.1
        })
    };
    let count = units.len();
    let mut left: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    let mut done = Vec::with_capacity(count);
    while done.len() < count {
        let open = |index: &usize| left[*index].is_some();
        let free =
            (0..count).filter(open).find(|&b| !(0..count).filter(open).any(|a| a != b && before(a, b)));
        // In a circle, which overlapping boxes can make, the highest goes first.
        let next = free.or_else(|| (0..count).find(open));
        let Some(unit) = next.and_then(|index| left[index].take()) else { break };
        done.push(unit);
    }
    done
}

/// Things that belong together, by whoever said so.
struct Groups {
    above: Vec<usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self { above: (0..count).collect() }
    }
    fn root(&self, mut index: usize) -> usize {
        while self.above[index] != index {
            index = self.above[index];
        }
        index
    }
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.above[a.max(b)] = a.min(b);
    }
    fn all(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); self.above.len()];
        (0..self.above.len()).for_each(|index| groups[self.root(index)].push(index));
        groups.retain(|group| !group.is_empty());
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, left: f32, top: f32, right: f32, bottom: f32) -> Line {
        let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
        Line { text: text.into(), confidence: 1.0, corners, turned: 0 }
    }

    fn text(lines: Vec<Line>) -> String {
        order(lines, 1000.0, 1000.0).1
    }

    #[test]
    fn columns_are_read_one_after_the_other_below_their_heading() {
        let lines = vec![
            line("the second column begins here", 520.0, 100.0, 900.0, 120.0),
            line("A heading over both columns of it", 100.0, 40.0, 900.0, 70.0),
            line("the first column of some prose", 100.0, 100.0, 480.0, 120.0),
            line("goes on with another line", 100.0, 125.0, 480.0, 145.0),
            line("and ends with this one at last", 520.0, 125.0, 900.0, 145.0),
        ];
        assert_eq!(
            text(lines),
            "A heading over both columns of it\n\
             the first column of some prose goes on with another line\n\
             the second column begins here and ends with this one at last"
        );
    }

    #[test]
    fn parts_of_a_line_go_on_and_buttons_below_a_paragraph_are_no_part_of_it() {
        let lines = vec![
            line("A question that is asked in one long line?", 10.0, 10.0, 400.0, 30.0),
            line("No thanks", 120.0, 37.0, 200.0, 57.0),
            line("Save all", 10.0, 38.0, 80.0, 58.0),
        ];
        assert_eq!(text(lines), "A question that is asked in one long line?\nSave all No thanks");
        let lines = vec![
            line("the handbook tells everything of that", 10.0, 10.0, 400.0, 30.0),
            line("to whoever wants to know", 155.0, 36.0, 395.0, 56.0),
            line("and much more", 10.0, 37.0, 148.0, 57.0),
        ];
        assert_eq!(
            text(lines),
            "the handbook tells everything of that and much more to whoever wants to know"
        );
    }

    #[test]
    fn a_table_is_read_by_rows() {
        let mut lines = Vec::new();
        for (row, cells) in
            [["Name", "Age", "City"], ["Bo", "31", "Paris"], ["Al", "44", "Rome"]].iter().enumerate()
        {
            for (column, cell) in cells.iter().enumerate() {
                let (x, y) = (100.0 + 200.0 * column as f32, 100.0 + 24.0 * row as f32);
                lines.push(line(cell, x, y, x + 60.0, y + 18.0));
            }
        }
        lines.reverse();
        assert_eq!(text(lines), "Name Age City\nBo 31 Paris\nAl 44 Rome");
    }

    #[test]
    fn turned_lines_are_ordered_as_if_the_picture_was_upright() {
        // Reading down, so the line further right is the first; its corners begin at the upper right.
        let turned = |text: &str, left: f32| {
            let mut line = line(text, left, 100.0, left + 20.0, 200.0);
            line.corners.rotate_left(1);
            line.turned = 90;
            line
        };
        let (first, second) = (turned("first", 500.0), turned("second", 460.0));
        assert_eq!(text(vec![second, first]), "first\nsecond");
    }
}
