//! Why an operation was planned, as a person reads it.

use samklang_server::view::OperationStory;

use crate::screen::{Screen, plain};

/// Shows where an operation comes from and what became of it.
pub(super) fn show(screen: Screen, story: &OperationStory) {
    screen.line(format!(
        "{} {}/{}/{} in cycle {}: {}",
        story.action, story.target, story.class, story.key, story.cycle, story.state
    ));
    screen.line(format!("why: {}", story.reason));
    if !story.changed.is_empty() {
        screen.line(format!("what differs: {}", story.changed.join(", ")));
    }
    for cause in &story.because {
        let detail = cause.detail.as_ref().map(plain).unwrap_or_default();
        screen.line(format!("what changed: {} {detail}", cause.event));
    }
    if story.because.is_empty() {
        screen.line(
            "what changed: nothing about the entity itself in that cycle; what it refers to, the mapping, or the target's own \
             object did",
        );
    }
    for object in &story.objects {
        screen.line(format!("comes from: {} ({})", object.object, object.rule));
    }
    let outcome = story.outcome.as_ref().map(plain).unwrap_or_default();
    if !outcome.is_empty() {
        screen.line(format!("what the target said: {outcome}"));
    }
}
