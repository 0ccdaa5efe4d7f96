//! Structs become rows and rows become structs, without loss and without surprises.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is the report"
)]

use samklang_sdk::prelude::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Role {
    HeadTeacher,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    floor: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Person {
    id: String,
    #[serde(rename = "givenName")]
    given: Option<String>,
    #[serde(default)]
    note: String,
    age: u32,
    big: i64,
    active: bool,
    role: Role,
    #[serde(default)]
    mails: Vec<String>,
    home: Address,
    addresses: Vec<Address>,
    tags: Structure<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<String>,
}

fn ada() -> Person {
    Person {
        id: "1".into(),
        given: Some("Åse".into()),
        note: String::new(),
        age: 44,
        big: i64::MIN,
        active: true,
        role: Role::HeadTeacher,
        mails: vec!["a@example.org".into(), "b@example.org".into()],
        home: Address {
            street: "Vej \"1\"".into(),
            floor: None,
        },
        addresses: vec![Address {
            street: "Gade 2".into(),
            floor: Some(-1),
        }],
        tags: Structure(vec!["x".into()]),
        left: None,
    }
}

#[test]
fn struct_becomes_values_of_the_contract() {
    let page = Page::of("person", &[ada(), ada()]).unwrap();
    let columns = "id givenName note age big active role mails home addresses tags left";
    assert_eq!(page.columns.join(" "), columns);
    assert_eq!(page.rows.len(), 2);
    let expected = [
        Value::Text("1".into()),
        Value::Text("Åse".into()),
        Value::Absent,
        Value::Integer(44),
        Value::Integer(i64::MIN),
        Value::Boolean(true),
        Value::Text("headTeacher".into()),
        Value::Texts(vec!["a@example.org".into(), "b@example.org".into()]),
        Value::Structure(r#"{"floor":null,"street":"Vej \"1\""}"#.into()),
        Value::Structure(r#"[{"floor":-1,"street":"Gade 2"}]"#.into()),
        Value::Structure(r#"["x"]"#.into()),
        Value::Absent,
    ];
    assert_eq!(page.rows[1], expected);
}

#[test]
fn row_becomes_the_same_struct() {
    let operation = Operation {
        id: "op".into(),
        action: Action::Update,
        class: "person".into(),
        key: "1".into(),
        desired: Object::of("1", &ada()).unwrap().fields,
        changed: Vec::new(),
    };
    assert_eq!(operation.desired_as::<Person>().unwrap(), ada());
    assert_eq!(operation.text("givenName"), Some("Åse"));
    assert_eq!(operation.value("note"), Some(&Value::Absent));
    assert_eq!(operation.value("unknown"), None);
}

#[test]
fn missing_and_unfitting_fields_are_named() {
    let mut object = Object::of("1", &ada()).unwrap();
    object.fields.retain(|(name, _)| name != "id");
    assert!(object.parse::<Person>().unwrap_err().to_string().contains("`id`"));
    object.fields.push(("id".into(), Value::Integer(1)));
    let error = object.parse::<Person>().unwrap_err().to_string();
    assert!(error.contains("id: ") && error.contains("integer"), "{error}");
}

#[test]
fn empty_list_is_absent_and_comes_back_empty() {
    let person = Person {
        mails: Vec::new(),
        ..ada()
    };
    let object = Object::of("1", &person).unwrap();
    assert_eq!(object.value("mails"), Some(&Value::Absent));
    assert_eq!(object.parse::<Person>().unwrap(), person);
}

#[test]
fn flattened_struct_and_map_are_rows() {
    #[derive(Serialize)]
    struct Outer {
        id: &'static str,
        #[serde(flatten)]
        rest: std::collections::BTreeMap<String, i64>,
    }
    let row = Row::of(&Outer {
        id: "1",
        rest: [("age".to_owned(), 3)].into(),
    })
    .unwrap();
    assert_eq!(row, Row::new().with("id", "1").with("age", 3));
}

#[test]
fn what_has_no_value_is_refused_with_its_name() {
    #[derive(Serialize)]
    struct Bad<T> {
        share: T,
    }
    let fraction = Row::of(&Bad { share: 0.5 }).unwrap_err().to_string();
    assert!(
        fraction.contains("share") && fraction.contains("fraction"),
        "{fraction}"
    );
    let large = Row::of(&Bad { share: u64::MAX }).unwrap_err().to_string();
    assert!(large.contains("share") && large.contains("too large"), "{large}");
    assert!(Row::of("text").is_err());
    assert!(Row::of(&[1, 2]).is_err());
}

#[test]
fn rows_of_one_page_have_the_same_columns() {
    let mut rows = Rows::new("person");
    rows.push(&std::collections::BTreeMap::from([("a", 1)])).unwrap();
    assert!(rows.push(&std::collections::BTreeMap::from([("b", 1)])).is_err());
}
