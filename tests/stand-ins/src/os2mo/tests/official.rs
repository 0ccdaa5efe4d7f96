//! The stand-in's schema against the official ones: whatever it has exists there with the same arguments and types.

use crate::os2mo::sdl::sdl;
use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use std::path::{Path, PathBuf};

fn schemas() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas");
    std::env::var_os("SAMKLANG_SCHEMAS").map_or(beside, PathBuf::from)
}

/// Where the two disagree.
fn disagreements(ours: &Schema, official: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    for (name, ty) in ours.types.iter().filter(|(_, ty)| !ty.is_built_in()) {
        let Some(theirs) = official.types.get(name) else {
            found.push(format!("{name} does not exist"));
            continue;
        };
        let mut same = |place: String, ours: &Type, theirs: Option<&Type>| match theirs {
            Some(theirs) if ours == theirs => {}
            Some(theirs) => found.push(format!("{place} is {ours}, not {theirs}")),
            None => found.push(format!("{place} does not exist")),
        };
        match (ty, theirs) {
            (ExtendedType::Scalar(_), ExtendedType::Scalar(_)) => {}
            (ExtendedType::InputObject(ours), ExtendedType::InputObject(theirs)) => {
                for (field, definition) in &ours.fields {
                    let theirs = theirs.fields.get(field).map(|field| &*field.ty);
                    same(format!("{name}.{field}"), &definition.ty, theirs);
                }
            }
            (ExtendedType::Object(_), ExtendedType::Object(_))
            | (ExtendedType::Interface(_), ExtendedType::Interface(_)) => {
                for (field, definition) in fields(ty) {
                    let theirs = fields(theirs)
                        .find(|(other, _)| *other == field)
                        .map(|(_, theirs)| theirs);
                    same(
                        format!("{name}.{field}"),
                        &definition.ty,
                        theirs.map(|theirs| &theirs.ty),
                    );
                    for argument in &definition.arguments {
                        let theirs = theirs.and_then(|theirs| theirs.argument_by_name(&argument.name));
                        let place = format!("{name}.{field}({})", argument.name);
                        same(place, &argument.ty, theirs.map(|theirs| &*theirs.ty));
                    }
                }
            }
            _ => found.push(format!("{name} is of another kind")),
        }
    }
    found
}

fn fields(ty: &ExtendedType) -> impl Iterator<Item = (&str, &apollo_compiler::schema::FieldDefinition)> {
    let fields = match ty {
        ExtendedType::Object(object) => Some(&object.fields),
        ExtendedType::Interface(interface) => Some(&interface.fields),
        _ => None,
    };
    fields
        .into_iter()
        .flatten()
        .map(|(name, field)| (name.as_str(), &***field))
}

#[test]
fn every_type_field_and_argument_exists_in_the_official_schema() {
    for version in [22, 25, 29] {
        let path = schemas().join(format!("os2mo/schema.v{version}.graphql"));
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!(
                "not checked against the official schema: {} is absent (set SAMKLANG_SCHEMAS)",
                path.display()
            );
            return;
        };
        let official = Schema::builder()
            .parse(text, "official.graphql")
            .build()
            .expect("the official schema");
        let ours = Schema::parse_and_validate(sdl(version), "ours.graphql").unwrap();
        let found = disagreements(&ours, &official);
        assert!(found.is_empty(), "version {version}:\n{}", found.join("\n"));
    }
}

#[test]
fn a_disagreement_would_be_seen() {
    let ours = Schema::parse_and_validate("type Query { a(b: Int): Int c: Int! d: Int }", "ours").unwrap();
    let other = Schema::parse_and_validate("type Query { a: Int c: Int }", "other").unwrap();
    assert_eq!(disagreements(&ours, &other).len(), 3);
}
