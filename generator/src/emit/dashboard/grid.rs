//! Placing widgets on the grid, row by row.

use skywarden_cloudformation::dashboard::{Body, COLUMNS, Content, TextWidget, Widget};

/// Widgets in rows that fill the width.
#[derive(Debug, Default)]
pub(super) struct Grid {
    widgets: Vec<Widget>,
    y: u32,
}

impl Grid {
    /// Puts widgets side by side in one row. They share the width evenly; columns left over go to the last one. No widget, no row.
    pub(super) fn row(&mut self, height: u32, contents: Vec<Content>) {
        let Ok(count) = u32::try_from(contents.len()) else {
            return;
        };
        if count == 0 {
            return;
        }
        let width = (COLUMNS / count).max(1);
        for (position, content) in (0..count).zip(contents) {
            let x = position * width;
            let width = if position + 1 == count { COLUMNS - x } else { width };
            self.widgets.push(Widget::new(x, self.y, width, height, content));
        }
        self.y += height;
    }

    /// Puts widgets in as many rows as they need, all of one width.
    pub(super) fn rows(&mut self, height: u32, per_row: u32, contents: Vec<Content>) {
        let width = COLUMNS / per_row;
        let mut x = 0;
        let mut open = false;
        for content in contents {
            if x + width > COLUMNS {
                x = 0;
                self.y += height;
            }
            self.widgets.push(Widget::new(x, self.y, width, height, content));
            x += width;
            open = true;
        }
        if open {
            self.y += height;
        }
    }

    /// A line of text over the whole width.
    pub(super) fn text(&mut self, height: u32, markdown: String) {
        self.row(height, vec![TextWidget::new(markdown).into()]);
    }

    /// The body with all that was placed.
    pub(super) fn body(self) -> Body {
        Body::new(self.widgets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Content {
        TextWidget::new("x").into()
    }

    /// No two widgets overlap and none leaves the grid.
    fn assert_tiled(body: &Body) {
        let mut taken = std::collections::BTreeSet::new();
        for widget in &body.widgets {
            let (x, y) = (widget.x.unwrap(), widget.y.unwrap());
            let (width, height) = (widget.width.unwrap(), widget.height.unwrap());
            assert!(x + width <= COLUMNS && width > 0, "{widget:?}");
            for column in x..x + width {
                for row in y..y + height {
                    assert!(taken.insert((column, row)), "{widget:?}");
                }
            }
        }
    }

    #[test]
    fn rows_of_any_length_tile_the_grid() {
        for count in 0..=7 {
            let mut grid = Grid::default();
            grid.row(6, (0..count).map(|_| text()).collect());
            grid.rows(4, 3, (0..count).map(|_| text()).collect());
            grid.text(2, "end".to_owned());
            assert_tiled(&grid.body());
        }
    }

    #[test]
    fn an_empty_row_takes_no_room() {
        let mut grid = Grid::default();
        grid.row(6, Vec::new());
        grid.rows(6, 3, Vec::new());
        grid.text(2, "first".to_owned());
        assert_eq!(grid.body().widgets[0].y, Some(0));
    }
}
