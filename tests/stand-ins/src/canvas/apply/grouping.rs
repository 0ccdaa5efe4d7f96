//! Group categories, groups, memberships, differentiation tags, and changes of SIS ids.

use super::super::files::Row;
use super::super::world::Class;
use super::{Applier, Refusal, refuse};

impl Applier<'_> {
    /// The account or course a grouping belongs to.
    fn context(&mut self, class: Class, id: u64, row: Row<'_>) {
        let account = row
            .get("account_id")
            .and_then(|id| self.world.table(Class::Account).by_sis(id));
        let course = row
            .get("course_id")
            .and_then(|id| self.world.table(Class::Course).by_sis(id));
        let has_one = ["account", "course"]
            .iter()
            .any(|to| self.world.table(class).of(id).link(to).is_some());
        let root = self.world.root;
        let table = self.world.table_mut(class);
        if let Some(course) = course {
            table.set_link(id, "course", course);
        } else if let Some(account) = account.or(Some(root).filter(|_| !has_one)) {
            table.set_link(id, "account", account);
        }
    }

    fn check_context(&self, row: Row<'_>, what: &str) -> Result<(), Refusal> {
        if let (Some(_), Some(_)) = (row.get("account_id"), row.get("course_id")) {
            return refuse(format!(
                "Only one context is allowed for {what}; both account_id and course_id were given"
            ));
        }
        for (column, class, kind) in [
            ("account_id", Class::Account, "Account"),
            ("course_id", Class::Course, "Course"),
        ] {
            if let Some(id) = row.get(column)
                && self.world.table(class).by_sis(id).is_none()
            {
                return refuse(format!("{kind} with id \"{id}\" didn't exist for {what}"));
            }
        }
        Ok(())
    }

    pub(super) fn group_category(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let id = row.get("group_category_id").unwrap_or_default();
        self.check_context(row, &format!("group category {id}"))?;
        let deleted = self.deletes(row)?;
        let category = self.find_or_add(Class::GroupCategory, id, "active");
        self.context(Class::GroupCategory, category, row);
        self.set(Class::GroupCategory, category, "name", row.get("category_name"));
        self.set_state(
            Class::GroupCategory,
            category,
            if deleted { "deleted" } else { "active" },
        );
        self.touch(Class::GroupCategory, category);
        Ok(())
    }

    pub(super) fn group(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let id = row.get("group_id").unwrap_or_default();
        self.check_context(row, &format!("group {id}"))?;
        let category = match row.get("group_category_id") {
            None => None,
            Some(category) => match self.world.table(Class::GroupCategory).by_sis(category) {
                Some(category) => Some(category),
                None => return refuse(format!("Group Category {category} didn't exist for group {id}")),
            },
        };
        let deleted = self.deletes(row)?;
        let group = self.find_or_add(Class::Group, id, "available");
        self.context(Class::Group, group, row);
        if let Some(category) = category {
            self.world
                .table_mut(Class::Group)
                .set_link(group, "group_category", category);
        }
        self.set(Class::Group, group, "name", row.get("name"));
        self.set_state(Class::Group, group, if deleted { "deleted" } else { "available" });
        if deleted {
            self.delete_linked(Class::Membership, "group", group);
        }
        self.touch(Class::Group, group);
        Ok(())
    }

    pub(super) fn membership(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        self.join(
            Class::Group,
            "group",
            row.get("group_id").unwrap_or_default(),
            Class::Membership,
            row,
        )
    }

    fn join(
        &mut self,
        of: Class,
        to: &'static str,
        id: &str,
        class: Class,
        row: Row<'_>,
    ) -> Result<(), Refusal> {
        let user_id = row.get("user_id").unwrap_or_default();
        let Some(user) = self.world.user_by_sis(user_id) else {
            return refuse(format!("User {user_id} didn't exist for group user membership"));
        };
        let Some(group) = self
            .world
            .table(of)
            .by_sis(id)
            .filter(|&group| self.world.table(of).of(group).is_live())
        else {
            return refuse(format!("Group {id} didn't exist for group user membership"));
        };
        let deleted = self.deletes(row)?;
        let key = format!("{group}|{user}");
        let found = self.world.table(class).by_key(&key);
        if deleted && found.is_none() {
            return Err(None);
        }
        let member = found.unwrap_or_else(|| {
            let member = self.add(class, "accepted");
            let table = self.world.table_mut(class);
            table.set_link(member, to, group);
            table.set_link(member, "user", user);
            table.set_key(member, Some(key));
            member
        });
        self.set_state(class, member, if deleted { "deleted" } else { "accepted" });
        self.touch(class, member);
        Ok(())
    }

    pub(super) fn tag(&mut self, kind: &str, row: Row<'_>) -> Result<(), Refusal> {
        if kind == "differentiation_tag_membership" {
            return self.join(
                Class::Tag,
                "tag",
                row.get("tag_id").unwrap_or_default(),
                Class::TagMembership,
                row,
            );
        }
        let (class, id, name) = if kind == "differentiation_tag_set" {
            (Class::TagSet, row.get("tag_set_id"), row.get("set_name"))
        } else {
            (Class::Tag, row.get("tag_id"), row.get("name"))
        };
        let id = id.unwrap_or_default();
        self.check_context(row, &format!("tag {id}"))?;
        let set = row.get("tag_set_id").filter(|_| class == Class::Tag);
        if let Some(set) = set
            && self.world.table(Class::TagSet).by_sis(set).is_none()
        {
            return refuse(format!("Tag set {set} didn't exist for tag {id}"));
        }
        let deleted = self.deletes(row)?;
        let tag = self.find_or_add(class, id, "active");
        self.context(class, tag, row);
        self.set(class, tag, "name", name);
        self.set_state(class, tag, if deleted { "deleted" } else { "active" });
        self.touch(class, tag);
        Ok(())
    }

    fn deletes(&self, row: Row<'_>) -> Result<bool, Refusal> {
        let deleted = row.get("status") == Some("deleted");
        if deleted && self.params.skip_deletes {
            Err(None)
        } else {
            Ok(deleted)
        }
    }

    pub(super) fn change_sis_id(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let kind = row.get("type").unwrap_or_default();
        let class = match kind {
            "account" => Class::Account,
            "term" => Class::Term,
            "course" => Class::Course,
            "section" => Class::Section,
            "group" => Class::Group,
            "group_category" => Class::GroupCategory,
            _ => Class::Login,
        };
        let table = self.world.table(class);
        let old = row
            .get("old_id")
            .or(row.get("old_integration_id"))
            .unwrap_or_default();
        let found = match row.get("old_id") {
            Some(id) => table.by_sis(id),
            None => table.by_integration(old),
        };
        let Some(found) = found else {
            return refuse(format!(
                "An old_id, '{old}', referenced a non-existent {kind} and was not changed"
            ));
        };
        if let Some(new) = row.get("new_id")
            && table.by_sis(new).is_some_and(|other| other != found)
        {
            return refuse(format!(
                "A new_id, '{new}', referenced an existing {kind} and the {kind} with {kind}_id '{old}' was not updated"
            ));
        }
        let integration = row.get("new_integration_id");
        if let Some(new) = integration
            && table.by_integration(new).is_some_and(|other| other != found)
        {
            return refuse(format!(
                "A new_integration_id, '{new}', referenced an existing {kind}"
            ));
        }
        let table = self.world.table_mut(class);
        if let Some(new) = row.get("new_id") {
            table.set_sis(found, Some(new));
        }
        if let Some(new) = integration {
            table.set_integration(found, Some(new).filter(|&new| new != "<delete>"));
        }
        Ok(())
    }
}
