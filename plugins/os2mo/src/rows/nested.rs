//! The records inside the structures of units and employees. Where a class has the same shape, the record is its row as well.

use samklang_sdk::prelude::*;

use super::{Context, id, name, user_key};
use crate::choice::{Chosen, choose};
use crate::shape::{self, Container, Moment, Relation, State, uuid};

/// An address.
#[derive(Debug, Serialize)]
pub(crate) struct Mail {
    pub(crate) uuid: String,
    pub(crate) value: Option<String>,
    pub(crate) value2: Option<String>,
    /// The text for people; the value where the server has none.
    pub(crate) name: Option<String>,
    pub(crate) r#type: Option<String>,
    pub(crate) type_name: Option<String>,
    pub(crate) type_uuid: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) visibility: Option<String>,
    /// Without a visibility, or PUBLIC.
    pub(crate) public: bool,
    pub(crate) engagement: Option<String>,
    pub(crate) ituser: Option<String>,
    pub(crate) begin: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) state: &'static str,
}

/// What the visibility of an address is taken for when its class is not valid now: as good as secret.
const UNKNOWN: &str = "UNKNOWN";

impl Mail {
    pub(super) fn of(chosen: Chosen<shape::Address>) -> Self {
        let Chosen {
            uuid: key,
            state: address,
            span,
            ..
        } = chosen;
        let kind = address.address_type_response.as_ref();
        let visibility = address.visibility_response.as_ref();
        let visibility = visibility.map(|class| class.scope().unwrap_or_else(|| UNKNOWN.into()));
        Self {
            uuid: key,
            name: address
                .name
                .filter(|name| !name.is_empty())
                .or_else(|| address.value.clone()),
            value: address.value,
            value2: address.value2,
            r#type: user_key(kind),
            type_name: name(kind),
            type_uuid: id(kind),
            scope: kind.and_then(shape::Reference::scope),
            public: visibility.as_deref().is_none_or(|scope| scope == "PUBLIC"),
            visibility,
            engagement: uuid(
                address.engagement_response.as_ref(),
                address.engagement_uuid.as_ref(),
            ),
            ituser: id(address.ituser_response.as_ref()),
            begin: span.begin,
            end: span.end,
            state: span.state,
        }
    }

    pub(super) fn is_secret(&self) -> bool {
        matches!(self.visibility.as_deref(), Some("SECRET" | UNKNOWN))
    }
}

/// An IT account.
#[derive(Debug, Serialize)]
pub(crate) struct Account {
    pub(crate) uuid: String,
    /// The account's name.
    pub(crate) user_key: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) system: Option<String>,
    pub(crate) system_name: Option<String>,
    pub(crate) system_uuid: Option<String>,
    pub(crate) engagements: Vec<String>,
    pub(crate) primary: Option<String>,
    pub(crate) begin: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) state: &'static str,
}

impl Account {
    pub(super) fn of(chosen: Chosen<shape::ItUser>) -> Self {
        let Chosen {
            uuid: key,
            state: account,
            span,
            ..
        } = chosen;
        let system = account.itsystem_response.as_ref();
        let mut engagements: Vec<String> = account
            .engagements_responses
            .0
            .into_iter()
            .map(|reference| reference.uuid)
            .collect();
        engagements.extend(account.engagement_uuid);
        engagements.sort_unstable();
        Self {
            uuid: key,
            user_key: account.user_key,
            external_id: account.external_id,
            system: user_key(system),
            system_name: name(system),
            system_uuid: id(system),
            engagements,
            primary: user_key(account.primary_response.as_ref()),
            begin: span.begin,
            end: span.end,
            state: span.state,
        }
    }
}

/// The office of a manager. Without a person it is vacant.
#[derive(Debug, Serialize)]
pub(crate) struct Office {
    uuid: String,
    user_key: Option<String>,
    person: Option<String>,
    unit: Option<String>,
    r#type: Option<String>,
    type_name: Option<String>,
    type_uuid: Option<String>,
    level: Option<String>,
    level_name: Option<String>,
    responsibilities: Vec<String>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
    changes: Option<String>,
}

impl Office {
    pub(super) fn of(chosen: Chosen<shape::Manager>) -> Self {
        let Chosen {
            uuid: key,
            state: office,
            span,
            ..
        } = chosen;
        let kind = office.manager_type_response.as_ref();
        let level = office.manager_level_response.as_ref();
        let responsibilities = office.responsibilities_response.0.iter();
        let mut responsibilities: Vec<String> =
            responsibilities.filter_map(shape::Reference::user_key).collect();
        responsibilities.sort_unstable();
        Self {
            uuid: key,
            user_key: office.user_key,
            person: uuid(office.person_response.as_ref(), office.employee_uuid.as_ref()),
            unit: uuid(office.org_unit_response.as_ref(), office.org_unit_uuid.as_ref()),
            r#type: user_key(kind),
            type_name: name(kind),
            type_uuid: id(kind),
            level: user_key(level),
            level_name: name(level),
            responsibilities,
            begin: span.begin,
            end: span.end,
            state: span.state,
            changes: span.changes,
        }
    }
}

/// An engagement.
#[derive(Debug, Serialize)]
pub(crate) struct Post {
    uuid: String,
    user_key: Option<String>,
    person: Option<String>,
    unit: Option<String>,
    job_function: Option<String>,
    job_function_name: Option<String>,
    job_function_uuid: Option<String>,
    r#type: Option<String>,
    type_name: Option<String>,
    type_uuid: Option<String>,
    primary: Option<String>,
    is_primary: Option<bool>,
    fraction: Option<i64>,
    extension_1: Option<String>,
    extension_2: Option<String>,
    extension_3: Option<String>,
    extension_4: Option<String>,
    extension_5: Option<String>,
    extension_6: Option<String>,
    extension_7: Option<String>,
    extension_8: Option<String>,
    extension_9: Option<String>,
    extension_10: Option<String>,
    first_begin: Option<String>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
    changes: Option<String>,
}

impl Post {
    pub(super) fn of(chosen: Chosen<shape::Engagement>) -> Self {
        let Chosen {
            uuid: key,
            state: post,
            span,
            first_begin,
        } = chosen;
        let job = post.job_function_response.as_ref();
        let kind = post.engagement_type_response.as_ref();
        Self {
            uuid: key,
            user_key: post.user_key,
            person: uuid(post.person_response.as_ref(), post.employee_uuid.as_ref()),
            unit: uuid(post.org_unit_response.as_ref(), post.org_unit_uuid.as_ref()),
            job_function: user_key(job),
            job_function_name: name(job),
            job_function_uuid: id(job),
            r#type: user_key(kind),
            type_name: name(kind),
            type_uuid: id(kind),
            primary: user_key(post.primary_response.as_ref()),
            is_primary: post.is_primary,
            fraction: post.fraction,
            extension_1: post.extension_1,
            extension_2: post.extension_2,
            extension_3: post.extension_3,
            extension_4: post.extension_4,
            extension_5: post.extension_5,
            extension_6: post.extension_6,
            extension_7: post.extension_7,
            extension_8: post.extension_8,
            extension_9: post.extension_9,
            extension_10: post.extension_10,
            first_begin,
            begin: span.begin,
            end: span.end,
            state: span.state,
            changes: span.changes,
        }
    }
}

/// A KLE mark: a task by its number, and the unit's part in it.
#[derive(Debug, Serialize)]
pub(crate) struct Task {
    uuid: String,
    number: Option<String>,
    number_name: Option<String>,
    number_uuid: Option<String>,
    aspects: Vec<String>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
}

impl Task {
    fn of(chosen: Chosen<shape::Kle>) -> Self {
        let Chosen {
            uuid: key,
            state: mark,
            span,
            ..
        } = chosen;
        let number = mark.kle_number_response.0.first();
        let mut aspects: Vec<String> = mark
            .kle_aspects_response
            .0
            .iter()
            .filter_map(shape::Reference::name)
            .collect();
        aspects.sort_unstable();
        Self {
            uuid: key,
            number: user_key(number),
            number_name: name(number),
            number_uuid: id(number),
            aspects,
            begin: span.begin,
            end: span.end,
            state: span.state,
        }
    }
}

pub(super) fn mails(relation: Relation<shape::Address>, context: &Context) -> Result<Vec<Mail>, String> {
    let mut mails = each(relation, context, Mail::of)?;
    if !context.secret {
        mails.retain(|mail| !mail.is_secret());
    }
    Ok(mails)
}

pub(super) fn accounts(relation: Relation<shape::ItUser>, context: &Context) -> Result<Vec<Account>, String> {
    each(relation, context, Account::of)
}

pub(super) fn offices(relation: Relation<shape::Manager>, context: &Context) -> Result<Vec<Office>, String> {
    each(relation, context, Office::of)
}

pub(super) fn tasks(relation: Relation<shape::Kle>, context: &Context) -> Result<Vec<Task>, String> {
    each(relation, context, Task::of)
}

/// Engagements, whose spans the older texts bring in a list of their own.
pub(super) fn posts(
    mut relation: Relation<shape::Engagement>,
    spans: Vec<Moment>,
    context: &Context,
) -> Result<Vec<Post>, String> {
    for span in spans {
        let owner = relation
            .0
            .iter_mut()
            .find(|container| span.uuid.as_deref() == Some(&container.uuid));
        if let Some(container) = owner {
            container.span.push(span);
        }
    }
    each(relation, context, Post::of)
}

fn each<T: State, R>(
    relation: Relation<T>,
    context: &Context,
    make: fn(Chosen<T>) -> R,
) -> Result<Vec<R>, String> {
    let mut containers: Vec<Container<T>> = relation.0;
    containers.sort_by(|one, other| one.uuid.cmp(&other.uuid));
    let mut made = Vec::with_capacity(containers.len());
    for container in containers {
        made.extend(choose(container, context.moment)?.map(make));
    }
    Ok(made)
}
