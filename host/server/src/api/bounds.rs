//! Bounds of what the API takes, and the words in which a breach is told. The description of the API states the same bounds.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use super::extract::Bounded;
use crate::view::{
    BuildTrialWish, BuildWish, CaseAnswer, EnrolmentWish, Errand, LinkJobWish, LinkWish, MappingQuestion,
    ObjectErrand, OverrideWish, Part, PromotionWish, Verdict,
};

/// The longest reason, in characters.
const REASON: usize = 1000;
/// The longest short text, such as a key or a digest.
const SHORT: usize = 500;

/// The name of a tenant, a connection or a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// As it stands.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let plain = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
        if name.is_empty() || name.len() > 63 || name.starts_with('-') || !name.bytes().all(plain) {
            return Err(serde::de::Error::custom(
                "a name is made of 1 to 63 lower-case letters a-z, digits and hyphens, no hyphen first",
            ));
        }
        Ok(Self(name))
    }
}

impl PartialSchema for Name {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(63))
            .pattern(Some("^[a-z0-9][a-z0-9-]*$"))
            .into()
    }
}

impl ToSchema for Name {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Name")
    }
}

/// The number of a cycle or a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        if number < 0 {
            return Err(serde::de::Error::custom("a number is not less than 0"));
        }
        Ok(Self(number))
    }
}

impl PartialSchema for Number {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::Int64,
            )))
            .minimum(Some(0))
            .maximum(Some(i64::MAX))
            .into()
    }
}

impl ToSchema for Number {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Number")
    }
}

/// The identity of an operation, or the digest of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code(String);

impl Code {
    /// As it stands.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether one holds such an octet.
    fn may_hold(octet: u8) -> bool {
        octet.is_ascii_alphanumeric() || octet == b'-' || octet == b':'
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        if code.is_empty() || code.len() > 100 || !code.bytes().all(Self::may_hold) {
            return Err(serde::de::Error::custom(
                "an identity or a digest is made of 1 to 100 letters a-z, digits, hyphens and colons",
            ));
        }
        Ok(Self(code))
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(100))
            .pattern(Some("^[A-Za-z0-9:-]+$"))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Code")
    }
}

/// A tenant, and nothing beside it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "the tenant is read where the guest is let in")]
pub(crate) struct AtTenant {
    /// The tenant.
    tenant: Name,
}

/// A cycle of a tenant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtCycle {
    /// The number of the cycle.
    pub(crate) cycle: Number,
}

/// A question of a tenant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtCase {
    /// The number of the question.
    pub(crate) case: Number,
}

/// An entity of a tenant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtEntity {
    /// The identity of the entity.
    pub(crate) entity: Uuid,
}

/// An entity in a target.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtTarget {
    /// The identity of the entity.
    pub(crate) entity: Uuid,
    /// The target.
    pub(crate) target: Name,
}

/// A connection of a tenant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtConnection {
    /// The connection.
    pub(crate) connection: Name,
}

/// A connector, as a tenant runs it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AtConnector {
    /// The connector.
    pub(crate) connector: Name,
}

/// That a text is too short or too long; none when it is not.
pub(super) fn text(member: &str, text: &str, least: usize, most: usize) -> Option<String> {
    let length = text.chars().count();
    let blank = least > 0 && text.trim().is_empty();
    (blank || length < least || length > most)
        .then(|| format!("`{member}` has to be a text of {least} to {most} characters, and has {length}"))
}

/// The same of a text that may be left out.
pub(super) fn maybe(member: &str, value: Option<&str>) -> Option<String> {
    value.and_then(|value| text(member, value, 1, SHORT))
}

/// That a text is no day.
pub(super) fn day(member: &str, value: &str) -> Option<String> {
    let is_day = value.len() == 10 && value.parse::<jiff::civil::Date>().is_ok();
    (!is_day).then(|| format!("`{member}` has to be a date such as 2027-01-31, and is {value:?}"))
}

fn reason(value: &str) -> Option<String> {
    text("reason", value, 1, REASON)
}

/// That a part of a list is out of bounds.
pub(super) fn part(after: Option<&str>, limit: Option<u32>) -> Option<String> {
    maybe("after", after).or_else(|| {
        limit
            .filter(|limit| !(1..=500).contains(limit))
            .map(|limit| format!("`limit` has to be 1 to 500, and is {limit}"))
    })
}

impl Bounded for Part {
    fn flaw(&self) -> Option<String> {
        part(self.after.as_deref(), self.limit)
    }
}

impl Bounded for Verdict {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| text("digest", &self.digest, 1, SHORT))
    }
}

impl Bounded for CaseAnswer {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason)
            .or_else(|| text("choice", &self.choice, 1, 63))
            .or_else(|| maybe("candidate", self.candidate.as_deref()))
    }
}

impl Bounded for EnrolmentWish {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| {
            (self.check < 0)
                .then(|| format!("`check` has to be the number of a check, and is {}", self.check))
        })
    }
}

impl Bounded for Errand {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| maybe("target", self.target.as_deref()))
    }
}

impl Bounded for OverrideWish {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason)
            .or_else(|| text("attribute", &self.attribute, 1, 100))
            .or_else(|| self.until.as_deref().and_then(|until| day("until", until)))
    }
}

impl Bounded for LinkWish {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| text("object", &self.object, 1, SHORT))
    }
}

impl Bounded for ObjectErrand {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| text("object", &self.object, 1, SHORT))
    }
}

impl Bounded for LinkJobWish {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| maybe("class", self.class.as_deref()))
    }
}

impl Bounded for MappingQuestion {
    fn flaw(&self) -> Option<String> {
        let sample = self.sample.filter(|sample| !(1..=50).contains(sample));
        text("class", &self.class, 1, SHORT)
            .or_else(|| maybe("key", self.key.as_deref()))
            .or_else(|| sample.map(|sample| format!("`sample` has to be 1 to 50, and is {sample}")))
    }
}

impl Bounded for BuildTrialWish {
    fn flaw(&self) -> Option<String> {
        text("digest", &self.digest, 8, 100).or_else(|| {
            (!self.digest.bytes().all(Code::may_hold))
                .then(|| format!("`digest` has to be a digest, and is {:?}", self.digest))
        })
    }
}

impl Bounded for BuildWish {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| maybe("digest", self.digest.as_deref()))
    }
}

/// A promotion of a source.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPromotion {
    /// The source.
    pub(crate) connection: Name,
    /// For how many days, 14 when nothing is said.
    #[schema(minimum = 1, maximum = 45)]
    pub(crate) days: Option<u32>,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub(crate) reason: String,
}

impl NewPromotion {
    /// As the desk wants it.
    pub(crate) fn wish(self) -> PromotionWish {
        PromotionWish {
            days: self.days,
            reason: self.reason,
        }
    }
}

impl Bounded for NewPromotion {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason).or_else(|| {
            self.days
                .filter(|days| !(1..=45).contains(days))
                .map(|days| format!("`days` has to be 1 to 45, and is {days}"))
        })
    }
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub(crate) reason: String,
}

impl Bounded for Reason {
    fn flaw(&self) -> Option<String> {
        reason(&self.reason)
    }
}
