//! Tables for the terminal: columns as wide as they need to be, the last one wrapped.

use std::fmt::Write;

pub use terrella_app::report::number::{bytes, thousands};

const WIDTH: usize = 110;

/// Lays out rows under a header. The last column is wrapped to what is left of the line.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let columns = header.len();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count());
            cells.chain([header[column].chars().count()]).max().unwrap_or(0)
        })
        .collect();
    let indent: usize = widths[..columns - 1].iter().map(|width| width + 2).sum();
    let room = WIDTH.saturating_sub(indent).max(30);
    let mut text = String::new();
    let mut line = |cells: &[String]| {
        for (cell, width) in cells[..columns - 1].iter().zip(&widths) {
            let _ = write!(text, "{cell:<width$}  ");
        }
        for (index, part) in wrap(&cells[columns - 1], room).into_iter().enumerate() {
            if index > 0 {
                let _ = write!(text, "{:indent$}", "");
            }
            let _ = writeln!(text, "{}", part.trim_end());
        }
    };
    line(&header.iter().map(|cell| cell.to_string()).collect::<Vec<_>>());
    line(
        &widths
            .iter()
            .map(|width| "-".repeat(*width.min(&room)))
            .collect::<Vec<_>>(),
    );
    for row in rows {
        line(row);
    }
    text
}

/// Breaks text at spaces into lines of at most `width` letters.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is a first line");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_wraps_under_itself() {
        let text = table(&["a", "b"], &[vec!["one".into(), "word ".repeat(40)]]);
        assert!(text.lines().count() > 3);
        assert!(
            text.lines().skip(3).all(|line| line.starts_with("     word")),
            "{text}"
        );
    }
}
