//! Rows, made of chosen states. The structs' fields are the attributes of the classes, in the order of the description; the nested ones
//! are the members of the structures, and both are documented in the README for those who write mappings.
//!
//! Lists are sorted by UUID: the server promises no order, and an order that changes would look like a change.

mod nested;

use samklang_sdk::prelude::*;

use crate::choice::{Chosen, Moment, choose};
use crate::shape::{self, Container, Reference, uuid};
pub(crate) use nested::{Account, Mail, Office, Post, Task};

/// What making a row depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) moment: Moment,
    /// Addresses with visibility SECRET are wanted.
    pub(crate) secret: bool,
}

/// Makes the row of a container. `None` when there is none to make; the text says what is wrong with the data.
pub(crate) type Make<T> = fn(Container<T>, &Context) -> Result<Option<Row>, String>;

fn row<T: Serialize>(row: &T) -> Result<Option<Row>, String> {
    Row::of(row).map(Some).map_err(|error| error.to_string())
}

pub(crate) fn user_key(reference: Option<&Reference>) -> Option<String> {
    reference.and_then(Reference::user_key)
}

pub(crate) fn name(reference: Option<&Reference>) -> Option<String> {
    reference.and_then(Reference::name)
}

pub(crate) fn id(reference: Option<&Reference>) -> Option<String> {
    uuid(reference, None)
}

#[derive(Debug, Serialize)]
struct Unit {
    uuid: String,
    user_key: Option<String>,
    name: Option<String>,
    parent: Option<String>,
    r#type: Option<String>,
    type_name: Option<String>,
    type_uuid: Option<String>,
    level: Option<String>,
    level_name: Option<String>,
    level_uuid: Option<String>,
    hierarchy: Option<String>,
    hierarchy_name: Option<String>,
    hierarchy_uuid: Option<String>,
    time_planning: Option<String>,
    addresses: Structure<Vec<Mail>>,
    itusers: Structure<Vec<Account>>,
    managers: Structure<Vec<Office>>,
    kles: Structure<Vec<Task>>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
    changes: Option<String>,
}

pub(crate) fn unit(container: Container<shape::Unit>, context: &Context) -> Result<Option<Row>, String> {
    let Some(Chosen {
        uuid: key,
        state: unit,
        span,
        ..
    }) = choose(container, context.moment)?
    else {
        return Ok(None);
    };
    let kind = unit.unit_type_response.as_ref();
    let level = unit.unit_level_response.as_ref();
    let hierarchy = unit.unit_hierarchy_response.as_ref();
    row(&Unit {
        uuid: key,
        user_key: unit.user_key,
        name: unit.name,
        parent: uuid(unit.parent_response.as_ref(), unit.parent_uuid.as_ref()),
        r#type: user_key(kind),
        type_name: name(kind),
        type_uuid: id(kind),
        level: user_key(level),
        level_name: name(level),
        level_uuid: id(level),
        hierarchy: user_key(hierarchy),
        hierarchy_name: name(hierarchy),
        hierarchy_uuid: id(hierarchy),
        time_planning: user_key(unit.time_planning_response.as_ref()),
        addresses: Structure(nested::mails(unit.addresses_response, context)?),
        itusers: Structure(nested::accounts(unit.itusers_response, context)?),
        managers: Structure(nested::offices(unit.managers_response, context)?),
        kles: Structure(nested::tasks(unit.kles_response, context)?),
        begin: span.begin,
        end: span.end,
        state: span.state,
        changes: span.changes,
    })
}

#[derive(Debug, Serialize)]
struct Employee {
    uuid: String,
    user_key: Option<String>,
    name: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    nickname: Option<String>,
    nickname_given_name: Option<String>,
    nickname_surname: Option<String>,
    cpr_number: Option<String>,
    seniority: Option<String>,
    addresses: Structure<Vec<Mail>>,
    itusers: Structure<Vec<Account>>,
    managers: Structure<Vec<Office>>,
    engagements: Structure<Vec<Post>>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
    changes: Option<String>,
}

pub(crate) fn employee(
    container: Container<shape::Employee>,
    context: &Context,
) -> Result<Option<Row>, String> {
    let Some(Chosen {
        uuid: key,
        state: person,
        span,
        ..
    }) = choose(container, context.moment)?
    else {
        return Ok(None);
    };
    row(&Employee {
        uuid: key,
        user_key: person.user_key,
        name: person.name,
        given_name: person.given_name,
        surname: person.surname,
        nickname: person.nickname,
        nickname_given_name: person.nickname_given_name,
        nickname_surname: person.nickname_surname,
        cpr_number: person.cpr_number,
        seniority: person.seniority,
        addresses: Structure(nested::mails(person.addresses_response, context)?),
        itusers: Structure(nested::accounts(person.itusers_response, context)?),
        managers: Structure(nested::offices(person.manager_roles_response, context)?),
        engagements: Structure(nested::posts(
            person.engagements_response,
            person.engagements_span,
            context,
        )?),
        begin: span.begin,
        end: span.end,
        state: span.state,
        changes: span.changes,
    })
}

pub(crate) fn engagement(
    container: Container<shape::Engagement>,
    context: &Context,
) -> Result<Option<Row>, String> {
    let chosen = choose(container, context.moment)?;
    chosen.map_or(Ok(None), |chosen| row(&Post::of(chosen)))
}

#[derive(Debug, Serialize)]
struct Address {
    uuid: String,
    user_key: Option<String>,
    value: Option<String>,
    value2: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
    type_name: Option<String>,
    type_uuid: Option<String>,
    scope: Option<String>,
    visibility: Option<String>,
    public: bool,
    person: Option<String>,
    unit: Option<String>,
    engagement: Option<String>,
    ituser: Option<String>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
    changes: Option<String>,
}

pub(crate) fn address(
    container: Container<shape::Address>,
    context: &Context,
) -> Result<Option<Row>, String> {
    let Some(chosen) = choose(container, context.moment)? else {
        return Ok(None);
    };
    let person = uuid(
        chosen.state.person_response.as_ref(),
        chosen.state.employee_uuid.as_ref(),
    );
    let unit = uuid(
        chosen.state.org_unit_response.as_ref(),
        chosen.state.org_unit_uuid.as_ref(),
    );
    let user_key = chosen.state.user_key.clone();
    let changes = chosen.span.changes.clone();
    let mail = Mail::of(chosen);
    if mail.is_secret() && !context.secret {
        return Ok(None);
    }
    row(&Address {
        uuid: mail.uuid,
        user_key,
        value: mail.value,
        value2: mail.value2,
        name: mail.name,
        r#type: mail.r#type,
        type_name: mail.type_name,
        type_uuid: mail.type_uuid,
        scope: mail.scope,
        visibility: mail.visibility,
        public: mail.public,
        person,
        unit,
        engagement: mail.engagement,
        ituser: mail.ituser,
        begin: mail.begin,
        end: mail.end,
        state: mail.state,
        changes,
    })
}

#[derive(Debug, Serialize)]
struct ItUser {
    uuid: String,
    user_key: Option<String>,
    external_id: Option<String>,
    system: Option<String>,
    system_name: Option<String>,
    system_uuid: Option<String>,
    person: Option<String>,
    unit: Option<String>,
    engagements: Vec<String>,
    primary: Option<String>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
    changes: Option<String>,
}

pub(crate) fn ituser(container: Container<shape::ItUser>, context: &Context) -> Result<Option<Row>, String> {
    let Some(chosen) = choose(container, context.moment)? else {
        return Ok(None);
    };
    let person = uuid(
        chosen.state.person_response.as_ref(),
        chosen.state.employee_uuid.as_ref(),
    );
    let unit = uuid(
        chosen.state.org_unit_response.as_ref(),
        chosen.state.org_unit_uuid.as_ref(),
    );
    let changes = chosen.span.changes.clone();
    let account = Account::of(chosen);
    row(&ItUser {
        uuid: account.uuid,
        user_key: account.user_key,
        external_id: account.external_id,
        system: account.system,
        system_name: account.system_name,
        system_uuid: account.system_uuid,
        person,
        unit,
        engagements: account.engagements,
        primary: account.primary,
        begin: account.begin,
        end: account.end,
        state: account.state,
        changes,
    })
}

pub(crate) fn manager(
    container: Container<shape::Manager>,
    context: &Context,
) -> Result<Option<Row>, String> {
    let chosen = choose(container, context.moment)?;
    chosen.map_or(Ok(None), |chosen| row(&Office::of(chosen)))
}

#[derive(Debug, Serialize)]
struct Class {
    uuid: String,
    user_key: Option<String>,
    name: Option<String>,
    scope: Option<String>,
    facet: Option<String>,
    facet_uuid: Option<String>,
    parent: Option<String>,
    it_system: Option<String>,
    owner: Option<String>,
    published: Option<String>,
    begin: Option<String>,
    end: Option<String>,
    state: &'static str,
    changes: Option<String>,
}

pub(crate) fn class(container: Container<shape::Class>, context: &Context) -> Result<Option<Row>, String> {
    let Some(Chosen {
        uuid: key,
        state: class,
        span,
        ..
    }) = choose(container, context.moment)?
    else {
        return Ok(None);
    };
    row(&Class {
        uuid: key,
        user_key: class.user_key,
        name: class.name,
        scope: class.scope,
        facet: user_key(class.facet_response.as_ref()),
        facet_uuid: id(class.facet_response.as_ref()),
        parent: uuid(class.parent_response.as_ref(), class.parent_uuid.as_ref()),
        it_system: uuid(class.it_system_response.as_ref(), class.it_system_uuid.as_ref()),
        owner: class.owner,
        published: class.published,
        begin: span.begin,
        end: span.end,
        state: span.state,
        changes: span.changes,
    })
}
