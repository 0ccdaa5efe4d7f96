//! Where an entity is in its life, as a person reads it.

use samklang_server::view::Course;

use crate::screen::{Screen, Tone};

/// Shows it.
pub(super) fn show(screen: Screen, course: &Course) {
    if let Some(life) = &course.life {
        let until = life
            .until
            .as_ref()
            .map_or_else(String::new, |until| format!(" until {until}"));
        screen.line(format!(
            "{}{until} since {}: {}",
            life.state, life.since, life.cause
        ));
    }
    let mut table = screen.new_table(&[]);
    for set in &course.overrides {
        let until = set
            .until
            .as_ref()
            .map_or_else(String::new, |until| format!(" until {until}"));
        table.add_row(vec![
            screen.cell(format!("{} is set by hand", set.attribute), Tone::Plain),
            screen.cell(format!("by {}{until}: {}", set.who, set.reason), Tone::Plain),
        ]);
    }
    for one in &course.leaving {
        let due = one
            .due
            .as_ref()
            .map_or_else(String::new, |due| format!(", further from {due}"));
        table.add_row(vec![
            screen.cell(&one.object, Tone::Plain),
            screen.cell(format!("{} since {}{due}", one.stage, one.since), Tone::Doubtful),
        ]);
    }
    for one in &course.requests {
        table.add_row(vec![
            screen.cell(format!("wanted in {}", one.target), Tone::Plain),
            screen.cell(
                format!("by {} since {}: {}", one.who, one.since, one.reason),
                Tone::Plain,
            ),
        ]);
    }
    if table.row_count() > 0 {
        screen.table(&table);
    }
}
