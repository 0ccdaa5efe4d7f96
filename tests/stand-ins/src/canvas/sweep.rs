//! Batch mode: what a batch of a term did not name is deleted, unless that would be too much of it.
//!
//! Only kinds that were in the batch, and only records an earlier import made, are ever looked at.

use jiff::Timestamp;

use super::Settings;
use super::apply::{Applier, Statistics};
use super::imports::Import;
use super::schema::FILE_TYPES;
use super::world::{Class, World};

const KINDS: [(&str, Class, &str); 3] = [
    ("course", Class::Course, "batch_courses_deleted"),
    ("section", Class::Section, "batch_sections_deleted"),
    ("enrollment", Class::Enrollment, "batch_enrollments_deleted"),
];

fn terms(import: &Import, world: &World) -> Vec<u64> {
    if !import.params.multi_term {
        return import.params.batch_term.into_iter().collect();
    }
    let of_terms = import
        .tables
        .iter()
        .filter(|table| FILE_TYPES[table.kind].name == "term");
    of_terms
        .flat_map(|table| {
            table
                .rows()
                .filter_map(|row| row.get("term_id"))
                .collect::<Vec<_>>()
        })
        .filter_map(|id| world.table(Class::Term).by_sis(id))
        .collect()
}

/// All live records of a kind under SIS control in the terms, and those of them the batch did not name.
fn missing(import: &Import, world: &World, class: Class, terms: &[u64]) -> (usize, Vec<u64>) {
    let courses = world.table(Class::Course);
    let mut total = 0;
    let mut missing = Vec::new();
    for record in world.table(class).rows() {
        let course = if class == Class::Course {
            Some(record)
        } else {
            record.link("course").map(|id| courses.of(id))
        };
        let in_terms = course
            .and_then(|course| course.link("term"))
            .is_some_and(|term| terms.contains(&term));
        let managed = record.sis_import.is_some() && (record.sis_id.is_some() || class == Class::Enrollment);
        let ended = !record.is_live()
            || (class == Class::Enrollment && record.state == import.params.batch_drop_status);
        if in_terms && managed && !ended {
            total += 1;
            if record.sis_import != Some(import.id) {
                missing.push(record.id);
            }
        }
    }
    (total, missing)
}

/// Whether the cleanup may go ahead.
pub(super) fn check(import: &Import, world: &World) -> Result<(), String> {
    let terms = terms(import, world);
    if terms.is_empty() {
        return Err("No terms were found for the batch".to_owned());
    }
    let Some(threshold) = import.params.change_threshold else {
        return Ok(());
    };
    for (kind, class, _) in KINDS {
        let (total, missing) = missing(import, world, class, &terms);
        if import.supplied.contains(&kind) && missing.len() as u64 * 100 > threshold * total as u64 {
            return Err(format!(
                "{} {kind}s would be deleted and exceeds the set threshold of {threshold}%",
                missing.len()
            ));
        }
    }
    Ok(())
}

/// Deletes what is missing.
pub(super) fn sweep(import: &mut Import, world: &mut World, settings: &Settings, now: Timestamp) {
    let terms = terms(import, world);
    let mut counts = Vec::new();
    let mut found = Vec::new();
    for (kind, class, count) in KINDS {
        if import.supplied.contains(&kind) {
            let (_, missing) = missing(import, world, class, &terms);
            counts.push((count, missing.len() as u64));
            found.push((class, missing));
        }
    }
    let mut applier = Applier {
        world,
        settings,
        params: &import.params,
        import: import.id,
        file: String::new(),
        now: now.to_string(),
        messages: Vec::new(),
        statistics: std::mem::take(&mut import.statistics),
        counts: std::mem::take(&mut import.counts),
    };
    for (class, ids) in found {
        for id in ids {
            match class {
                Class::Enrollment => applier.end_enrollment(id, &import.params.batch_drop_status),
                _ => applier.set_state(class, id, "deleted"),
            }
        }
    }
    let (statistics, mut all): (Statistics, _) = (applier.statistics, applier.counts);
    all.extend(counts);
    import.statistics = statistics;
    import.counts = all;
}
