//! Widgets that show the states of alarms.

use skywarden_cloudformation::dashboard::{AlarmSort, AlarmWidget, Content};

use super::grid::Grid;
use crate::emit::arn;

/// Most alarms of one widget (`CloudWatch` dashboard body structure: `alarms`, 1 to 100).
const ALARMS_PER_WIDGET: usize = 100;

/// Alarms side by side at full width.
const ALARMS_PER_LINE: usize = 6;

/// Adds the alarms with these names, in as many widgets as they need. No alarm, no widget.
pub(super) fn add(grid: &mut Grid, title: &str, names: &[&str]) {
    for chunk in names.chunks(ALARMS_PER_WIDGET) {
        let lines = chunk.len().div_ceil(ALARMS_PER_LINE);
        let widget = AlarmWidget {
            title: Some(title.to_owned()),
            sort_by: Some(AlarmSort::StateUpdatedTimestamp),
            ..AlarmWidget::new(chunk.iter().map(|name| arn::alarm(name)).collect::<Vec<_>>())
        };
        grid.row(1 + 2 * u32::try_from(lines).unwrap_or(u32::MAX / 4), vec![Content::from(widget)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_widget_holds_at_most_a_hundred_alarms() {
        for (count, widgets) in [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)] {
            let names: Vec<String> = (0..count).map(|number| format!("alarm-{number}")).collect();
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let mut grid = Grid::default();
            add(&mut grid, "Alarms", &names);
            let body = grid.body();
            assert_eq!(body.widgets.len(), widgets);
            let shown: usize = body
                .widgets
                .iter()
                .map(|widget| match &widget.content {
                    Content::Alarm(widget) => widget.alarms.len(),
                    other => panic!("not an alarm widget: {other:?}"),
                })
                .sum();
            assert_eq!(shown, count);
        }
    }
}
