//! The steps of a cycle: `import X`, `compare`, `reconcile`, `export X`, `feedback X`.

use samklang_core::port::StepSpec;

use super::connection::{Connection, reads, word, writes};
use super::mistake::{Mistake, Mistakes};
use super::section::{Placed, Section, nearest};

/// The kinds of step, and whether each is about a connection.
pub const STEP_KINDS: [(&str, bool); 5] = [
    ("import", true),
    ("compare", false),
    ("reconcile", false),
    ("export", true),
    ("feedback", true),
];

/// A step as it is written in the configuration.
#[must_use]
pub fn words(spec: &StepSpec) -> String {
    match &spec.connection {
        Some(connection) => format!("{} {connection}", spec.kind),
        None => spec.kind.clone(),
    }
}

/// Reads the steps. `written` are the names of all connections in the file, also of those that could not be read.
pub(super) fn read(
    file: &Section<'_>,
    written: &[&str],
    connections: &[Connection],
    mistakes: &mut Mistakes,
) -> Vec<StepSpec> {
    let texts = file.texts("steps", mistakes);
    if file.get("steps").is_none() {
        mistakes.add(
            Mistake::new("missing-key", file.key(), "the file lacks `steps`")
                .remedy("say what a cycle does, such as `steps = [\"import sas\", \"compare\", \"reconcile\", \"export canvas\"]`"),
        );
    }
    let mut steps: Vec<StepSpec> = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(step) = step(&text, written, connections, mistakes) else {
            continue;
        };
        if steps.contains(&step) {
            mistakes.add(
                Mistake::new(
                    "repeated-step",
                    text.span,
                    format!("the step `{}` is named twice", words(&step)),
                )
                .remedy("leave one of them out"),
            );
        } else {
            steps.push(step);
        }
    }
    steps
}

fn step(
    text: &Placed<String>,
    written: &[&str],
    connections: &[Connection],
    mistakes: &mut Mistakes,
) -> Option<StepSpec> {
    let wrong =
        |code, message: String, remedy: String| Mistake::new(code, text.span.clone(), message).remedy(remedy);
    let mut parts = text.value.split_whitespace();
    let kind = parts.next().unwrap_or_default();
    let connection = parts.next();
    let kinds: Vec<&str> = STEP_KINDS.iter().map(|(kind, _)| *kind).collect();
    let Some((_, about_connection)) = STEP_KINDS.iter().find(|(name, _)| *name == kind) else {
        let remedy = nearest(kind, &kinds).map_or_else(
            || format!("a step begins with one of `{}`", kinds.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        mistakes.add(wrong(
            "unknown-step",
            format!("unknown step `{}`", text.value),
            remedy,
        ));
        return None;
    };
    let shape = match (about_connection, connection, parts.next()) {
        (_, _, Some(_)) => Some("a step is one word, or two with its connection".to_owned()),
        (true, None, _) => Some(format!(
            "name the connection, such as `{kind} {}`",
            written.first().unwrap_or(&"sas")
        )),
        (false, Some(_), _) => Some(format!("write just `{kind}`; it is about all connections")),
        _ => None,
    };
    if let Some(remedy) = shape {
        mistakes.add(wrong(
            "step-shape",
            format!("`{}` is not a whole step", text.value),
            remedy,
        ));
        return None;
    }
    if let Some(name) = connection {
        if !written.contains(&name) {
            let remedy = match nearest(name, written) {
                Some(near) => format!("did you mean `{kind} {near}`?"),
                None => format!(
                    "add `[connections.{name}]`; the file has these: {}",
                    list(written)
                ),
            };
            mistakes.add(wrong(
                "unknown-connection",
                format!("the step `{}` names an unknown connection", text.value),
                remedy,
            ));
            return None;
        }
        if let Some(connection) = connections.iter().find(|connection| connection.name() == name) {
            let (suits, role) = if kind == "import" {
                (reads(connection.role), "source")
            } else {
                (writes(connection.role), "target")
            };
            if !suits {
                mistakes.add(wrong(
                    "step-role",
                    format!("the step `{}` needs a {role}, and the role of `{name}` is `{}`", text.value, word(connection.role)),
                    format!("write `role = \"{role}\"` or `role = \"both\"` in `[connections.{name}]`, or leave the step out"),
                ));
            }
        }
    }
    Some(StepSpec {
        kind: kind.to_owned(),
        connection: connection.map(str::to_owned),
    })
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        format!("`{}`", names.join("`, `"))
    }
}
