//! What a token server answers (RFC 6749 sections 5.1 and 5.2).

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    pub(super) expires_in: Option<Seconds>,
}

/// Some servers write the number as text.
pub(super) struct Seconds(pub(super) u64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let seconds = value
            .as_u64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        seconds
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expires_in is not a number of seconds"))
    }
}

impl Answer {
    /// Reads one that holds a token which can be used; else what is wrong with it.
    pub(super) fn read(text: &[u8]) -> Result<Self, &'static str> {
        let answer: Self =
            serde_json::from_slice(text).map_err(|_| "it is not the JSON of RFC 6749 section 5.1")?;
        let bearer = answer
            .token_type
            .as_deref()
            .is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        match answer.access_token.is_empty() {
            _ if !bearer => Err("the token is not of the type Bearer"),
            true => Err("the token is empty"),
            false => Ok(answer),
        }
    }
}

#[derive(Deserialize, Default)]
pub(super) struct Denial {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Denial {
    /// Both fields, each behind a colon, cut after so many characters.
    pub(super) fn words(&self, most: usize) -> String {
        let words: String = [&self.error, &self.error_description]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| format!(": {part}"))
            .collect();
        words
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .take(most)
            .collect()
    }
}
