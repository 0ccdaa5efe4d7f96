//! A school owner: its extract, Canvas, and what Canvas should hold by the extract's own truth.

use std::collections::{BTreeMap, BTreeSet};

use samklang_cycles::Tenant;
use samklang_municipality::{GroupKind, Municipality, Person, Role};
use samklang_stand_ins::Canvas;
use samklang_stand_ins::canvas::{Class, Record};

/// A tenant whose extract goes to this Canvas.
pub(crate) fn tenant(canvas: &Canvas) -> Tenant {
    tenant_with(canvas, "")
}

/// The same with more in its configuration.
pub(crate) fn tenant_with(canvas: &Canvas, more: &str) -> Tenant {
    let url = canvas.url();
    let tenant = Tenant::new(&format!(
        r#"
        tenant = "nordvik"
        steps = ["import sas", "compare", "reconcile", "export canvas", "feedback canvas"]

        [connections.sas]
        connector = "pifu-ims"
        role = "source"
        [connections.sas.grants]
        inbox = true
        # Whoever has a number of the school's own logs in with the mail address.
        [connections.sas.mappings.inbound.person.attributes]
        username = "{{% if student_id or workforce_id %}}{{{{ email or email_at_org }}}}{{% endif %}}"

        [connections.canvas]
        connector = "canvas"
        role = "target"
        [connections.canvas.settings]
        url = "{url}"
        poll_seconds = 1
        [connections.canvas.grants]
        http = ["{url}"]
        [connections.canvas.credentials.canvas]
        kind = "bearer"
        token = "file:secrets/canvas"
        {more}
        "#
    ));
    tenant.secret("canvas", canvas.token());
    tenant
}

/// The SIS imports that were sent so far.
pub(crate) fn imports(canvas: &Canvas) -> usize {
    let requests = canvas.requests();
    requests
        .iter()
        .filter(|request| request.method == "POST" && request.path.ends_with("/sis_imports"))
        .count()
}

/// A person who logs in: mail address to name and sortable name.
pub(crate) type People = BTreeMap<String, (String, String)>;

/// Pupils, and employees with an employee number in the extract.
pub(crate) fn people(municipality: &Municipality) -> People {
    let last = municipality.size().employees - 1;
    let staff = municipality
        .employees()
        .filter(|employee| employee.school.is_some() || employee.slot == last)
        .map(|employee| employee.person);
    let pupils = municipality.pupils().map(|pupil| pupil.person);
    staff
        .chain(pupils)
        .map(|person| (person.mail.clone(), names(&person)))
        .collect()
}

fn names(person: &Person) -> (String, String) {
    (
        person.name.full(),
        format!("{}, {}", person.name.family, person.name.given),
    )
}

/// Mail address, group and Canvas's kind of enrolment, for every group that is taught.
pub(crate) fn enrollments(municipality: &Municipality) -> BTreeSet<(String, String, String)> {
    let last = municipality.size().employees - 1;
    let mut mails: BTreeMap<String, String> = BTreeMap::new();
    for employee in municipality.employees() {
        if employee.school.is_some() || employee.slot == last {
            mails.insert(employee.person.id.clone(), employee.person.mail);
        }
    }
    for pupil in municipality.pupils() {
        mails.insert(pupil.person.id.clone(), pupil.person.mail);
    }
    let mut enrollments = BTreeSet::new();
    for group in municipality.groups() {
        let school = match group.kind {
            GroupKind::Class { school, .. } | GroupKind::Teaching { school, .. } => {
                municipality.school(school).name
            }
            GroupKind::Owner | GroupKind::School { .. } => continue,
        };
        for member in municipality.members(&group) {
            for role in member.roles {
                let kind = match role {
                    Role::Pupil => "StudentEnrollment",
                    Role::Teacher => "TeacherEnrollment",
                    Role::Mentor | Role::Head | Role::Administrator => continue,
                };
                let place = format!("{school}/{}", group.name);
                enrollments.insert((mails[&member.person].clone(), place, kind.to_owned()));
            }
        }
    }
    enrollments
}

/// The users of Canvas who can log in.
pub(crate) fn active_people(canvas: &Canvas) -> People {
    let users: BTreeMap<u64, Record> = by_id(canvas, Class::User);
    let logins = canvas
        .logins()
        .into_iter()
        .filter(|login| login.state == "active" && login.sis_id.is_some());
    logins
        .map(|login| {
            let user = &users[&login.link("user").unwrap()];
            let text = |field: &str| user.text(field).unwrap_or_default().to_owned();
            (
                login.text("unique_id").unwrap().to_owned(),
                (text("name"), text("sortable_name")),
            )
        })
        .collect()
}

/// The active enrolments of Canvas.
pub(crate) fn active_enrollments(canvas: &Canvas) -> BTreeSet<(String, String, String)> {
    let names = Names::of(canvas);
    let mut found = BTreeSet::new();
    for enrollment in canvas
        .enrollments()
        .iter()
        .filter(|enrollment| enrollment.state == "active")
    {
        let one = (
            names.login(enrollment.link("user").unwrap()),
            names.section(enrollment.link("section").unwrap()),
            enrollment.text("type").unwrap_or_default().to_owned(),
        );
        assert!(found.insert(one.clone()), "enrolled twice: {one:?}");
    }
    found
}

fn by_id(canvas: &Canvas, class: Class) -> BTreeMap<u64, Record> {
    canvas
        .records(class)
        .into_iter()
        .map(|record| (record.id, record))
        .collect()
}

/// What records are called by people, since ids differ from run to run.
struct Names {
    accounts: BTreeMap<u64, Record>,
    courses: BTreeMap<u64, Record>,
    sections: BTreeMap<u64, Record>,
    logins: BTreeMap<u64, String>,
}

impl Names {
    fn of(canvas: &Canvas) -> Self {
        let mut logins: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for login in canvas.logins() {
            let name = login.text("unique_id").unwrap_or_default().to_owned();
            logins.entry(login.link("user").unwrap()).or_default().push(name);
        }
        Self {
            accounts: by_id(canvas, Class::Account),
            courses: by_id(canvas, Class::Course),
            sections: by_id(canvas, Class::Section),
            logins: logins
                .into_iter()
                .map(|(user, names)| (user, names.join("+")))
                .collect(),
        }
    }

    fn login(&self, user: u64) -> String {
        self.logins.get(&user).cloned().unwrap_or_default()
    }

    fn account(&self, id: u64) -> String {
        self.accounts[&id].text("name").unwrap_or_default().to_owned()
    }

    fn course(&self, id: u64) -> String {
        let course = &self.courses[&id];
        let account = course
            .link("account")
            .map(|account| self.account(account))
            .unwrap_or_default();
        format!("{account}/{}", course.text("name").unwrap_or_default())
    }

    fn section(&self, id: u64) -> String {
        let section = &self.sections[&id];
        let course = self.course(section.link("course").unwrap());
        let (account, _) = course.split_once('/').unwrap();
        format!("{account}/{}", section.text("name").unwrap_or_default())
    }
}

/// Everything that Canvas holds, in lines that are the same whichever run wrote it, with how often each occurs.
pub(crate) fn picture(canvas: &Canvas) -> BTreeMap<String, usize> {
    let names = Names::of(canvas);
    let mut lines = BTreeMap::new();
    let mut add = |line: String| *lines.entry(line).or_default() += 1;
    for account in canvas.records(Class::Account) {
        add(format!(
            "account {} {} {}",
            names.account(account.id),
            account.state,
            account.sis_id.is_some()
        ));
    }
    for course in canvas.courses() {
        let code = course.text("course_code").unwrap_or_default();
        add(format!(
            "course {} {code} {}",
            names.course(course.id),
            course.state
        ));
    }
    for section in canvas.sections() {
        add(format!("section {} {}", names.section(section.id), section.state));
    }
    for user in canvas.users() {
        let text = |field: &str| user.text(field).unwrap_or_default();
        let name = (
            text("name"),
            text("sortable_name"),
            text("short_name"),
            text("email"),
        );
        add(format!("user {} {name:?} {}", names.login(user.id), user.state));
    }
    for login in canvas.logins() {
        add(format!(
            "login {} {}",
            login.text("unique_id").unwrap_or_default(),
            login.state
        ));
    }
    for enrollment in canvas.enrollments() {
        let user = names.login(enrollment.link("user").unwrap());
        let section = names.section(enrollment.link("section").unwrap());
        let role = enrollment.text("role").unwrap_or_default();
        add(format!("enrollment {user} {section} {role} {}", enrollment.state));
    }
    lines
}

/// What is in one picture and not in the other.
pub(crate) fn differences(one: &BTreeMap<String, usize>, other: &BTreeMap<String, usize>) -> Vec<String> {
    let lines: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    lines
        .into_iter()
        .filter(|line| one.get(*line) != other.get(*line))
        .map(|line| format!("{line}: {:?} and {:?}", one.get(line), other.get(line)))
        .collect()
}
