//! The exact texts of OS2sync's refusals and the attributes that they mean. Everything else that comes with a 400 is the database's own
//! text, which may quote a value, and is not passed on.

use samklang_sdk::prelude::*;

/// What a 400 says.
pub(crate) fn rejection(body: &str) -> Rejection {
    // Quoted when the client asked for JSON.
    let text = serde_json::from_str::<String>(body).unwrap_or_else(|_| body.trim().to_owned());
    let attribute = match text.as_str() {
        "Person.Name is null or empty" | "name is null" => "Name",
        "UserId is null or empty" => "UserId",
        "Uuid is null empty" | "uuid is null" => "Uuid",
        "Positions is null or empty" | "Position Name or OrgUnitUUID is null" => "Positions",
        _ => {
            return Rejection {
                code: "400".into(),
                message:
                    "OS2sync could not store the object; its log says why (the text may hold personal data)"
                        .into(),
                attribute: None,
            };
        }
    };
    Rejection {
        code: "400".into(),
        message: text,
        attribute: Some(attribute.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_means_an_attribute() {
        let means = |body: &str| rejection(body).attribute.unwrap_or_default();
        assert_eq!(means("Person.Name is null or empty"), "Name");
        assert_eq!(means("\"UserId is null or empty\""), "UserId");
        assert_eq!(means("Uuid is null empty"), "Uuid");
        assert_eq!(means("Positions is null or empty"), "Positions");
        assert_eq!(means("Position Name or OrgUnitUUID is null\r\n"), "Positions");
        assert_eq!(
            (means("name is null"), means("uuid is null")),
            ("Name".into(), "Uuid".into())
        );
    }

    #[test]
    fn what_the_database_says_stays_with_it() {
        let refused = rejection("String or binary data would be truncated. Truncated value: '0101901234'.");
        assert!(refused.attribute.is_none() && !refused.message.contains("0101901234"));
    }
}
