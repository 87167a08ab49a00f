//! The queue as one block of text for the clipboard. What nobody has looked at comes as a comment, never as a
//! finished text.

use super::Row;
use super::markup;

/// An `img` element a line; one without a finished text has none, and a comment tells what there is.
#[must_use]
pub fn html(rows: &[Row]) -> String {
    let line = |row: &Row| {
        let image = markup::html(&row.path, row.alt.as_deref());
        match todo(row) {
            Some(todo) => format!("{image} <!-- {} -->", todo.replace("--", "- -").trim_end_matches('-')),
            None => image,
        }
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// An image in CommonMark a line; one without a finished text is a comment.
#[must_use]
pub fn markdown(rows: &[Row]) -> String {
    let line = |row: &Row| match (&row.alt, todo(row)) {
        (Some(alt), _) => markup::markdown(&row.path, alt),
        (None, todo) => {
            let todo = todo.unwrap_or_default().replace("--", "- -");
            format!("<!-- {}: {} -->", row.path.replace("--", "- -"), todo.trim_end_matches('-'))
        }
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n\n")
}

/// Path, text, state and draft, parted by tabs: what a spreadsheet takes from the clipboard.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let cell = |text: &str| super::defused(&text.replace(['\t', '\n', '\r'], " "));
    let line = |row: &Row| {
        let cells = [
            row.path.as_str(),
            row.alt.as_deref().unwrap_or_default(),
            row.state.name(),
            row.draft.as_deref().unwrap_or_default(),
        ];
        cells.map(cell).join("\t")
    };
    let head = "path\talt\tstate\tdraft".to_owned();
    std::iter::once(head).chain(rows.iter().map(line)).collect::<Vec<_>>().join("\n")
}

fn todo(row: &Row) -> Option<String> {
    match (&row.alt, &row.draft) {
        (Some(_), _) => None,
        (None, Some(draft)) => Some(format!("TODO, not looked at: {draft}")),
        (None, None) => Some("TODO: alt text".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;

    #[test]
    fn what_nobody_has_looked_at_is_no_finished_text() {
        let mut rows = [
            row("b/a.jpg", Some("A dog.")),
            row("b/c.jpg", None),
            row("d.jpg", Some("")),
            row("e.jpg", None),
        ];
        rows[3].draft = None;
        rows[1].draft = Some("Perhaps --> <b>".to_owned());
        assert_eq!(
            html(&rows),
            "<img src=\"b/a.jpg\" alt=\"A dog.\">\n\
             <img src=\"b/c.jpg\"> <!-- TODO, not looked at: Perhaps - -> <b> -->\n\
             <img src=\"d.jpg\" alt=\"\">\n\
             <img src=\"e.jpg\"> <!-- TODO: alt text -->"
        );
        assert_eq!(
            markdown(&rows),
            "![A dog.](b/a.jpg)\n\n<!-- b/c.jpg: TODO, not looked at: Perhaps - -> <b> -->\n\n![](d.jpg)\n\n\
             <!-- e.jpg: TODO: alt text -->"
        );
        assert_eq!(
            table(&rows),
            "path\talt\tstate\tdraft\nb/a.jpg\tA dog.\taccepted\t\nb/c.jpg\t\tsuggested\tPerhaps --> <b>\n\
             d.jpg\t\taccepted\t\ne.jpg\t\tsuggested\t"
        );
    }
}
