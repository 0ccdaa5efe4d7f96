//! Finds what a person would click or fill in, by what is written on it.

use fantoccini::Locator;
use fantoccini::elements::{Element, ElementRef};
use serde_json::Value;

use crate::Browser;
use crate::browser::GLANCE;

/// Finds the one visible element of a kind by its name: the exact name before a part of it.
const FIND: &str = r#"
const [selector, wanted] = arguments;
const line = text => (text || '').replace(/\s+/g, ' ').trim();
const named = one => {
  const by = one.getAttribute('aria-labelledby');
  if (by) return line(by.split(/\s+/).map(id => document.getElementById(id)?.textContent).join(' '));
  if (one.ariaLabel) return line(one.ariaLabel);
  if (one.labels?.length) return line([...one.labels].map(label => label.innerText).join(' '));
  return line(one.innerText || one.value || one.title);
};
const seen = [...document.querySelectorAll(selector)].filter(one => one.checkVisibility({ visibilityProperty: true }));
return seen.find(one => named(one) === wanted) ?? seen.find(one => named(one).includes(wanted)) ?? null;
"#;

const BUTTON: &str = "button, [role=button], input[type=submit], summary";
const LINK: &str = "a[href]";
const FIELD: &str = "input:not([type=hidden]):not([type=submit]), select, textarea";

/// The key under which the standard puts an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Browser {
    /// Presses the button with this on it.
    pub async fn press(&self, name: &str) {
        self.click(BUTTON, name).await;
    }

    /// Follows the link with this on it.
    pub async fn follow(&self, name: &str) {
        self.click(LINK, name).await;
    }

    /// Ticks or chooses the box with this beside it.
    pub async fn choose(&self, label: &str) {
        self.click("input[type=radio], input[type=checkbox]", label).await;
    }

    /// Writes into the field with this label, in place of what was there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.named(FIELD, label).await;
        let kind = field.tag_name().await.expect("an element has a name");
        let filled = match kind.as_str() {
            "select" => field.select_by_label(text).await,
            _ => match field.clear().await {
                Ok(()) => field.send_keys(text).await,
                refused => refused,
            },
        };
        filled.unwrap_or_else(|cause| panic!("`{label}` cannot be filled in: {cause}"));
    }

    /// Writes into the field that matches a selector.
    pub async fn fill_in(&self, selector: &str, text: &str) {
        let field = self.at(selector).await;
        let filled = field.send_keys(text).await;
        filled.unwrap_or_else(|cause| panic!("`{selector}` cannot be filled in: {cause}"));
    }

    /// Presses what matches a selector.
    pub async fn submit(&self, selector: &str) {
        let button = self.at(selector).await;
        let clicked = button.click().await;
        clicked.unwrap_or_else(|cause| panic!("`{selector}` cannot be clicked: {cause}"));
    }

    async fn at(&self, selector: &str) -> Element {
        self.shows(selector).await;
        let found = self.client().find(Locator::Css(selector)).await;
        found.unwrap_or_else(|cause| panic!("`{selector}`: {cause}"))
    }

    /// Chooses a file for the field with this label.
    pub async fn attach(&self, label: &str, file: &std::path::Path) {
        let field = self.named("input[type=file]", label).await;
        let path = file.to_str().expect("a path of letters");
        field
            .send_keys(path)
            .await
            .unwrap_or_else(|cause| panic!("`{label}` takes no file: {cause}"));
    }

    /// Whether there is a button with this on it now.
    pub async fn offers(&self, name: &str) -> bool {
        self.look(BUTTON, name).await.is_some()
    }

    async fn click(&self, selector: &str, name: &str) {
        let mut tries = 0;
        // A page that is told news may put another element in its place in the very moment.
        while let Err(cause) = self.named(selector, name).await.click().await {
            tries += 1;
            assert!(tries < 5, "`{name}` cannot be clicked: {cause}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn named(&self, selector: &str, name: &str) -> Element {
        let mut found = None;
        let what = format!("`{name}` ({selector})");
        self.until(&what, async || {
            found = self.look(selector, name).await;
            found.is_some()
        })
        .await;
        found.expect("it was waited for")
    }

    async fn look(&self, selector: &str, name: &str) -> Option<Element> {
        let found = self.script(FIND, vec![selector.into(), name.into()]).await;
        let id = found.get(ELEMENT).and_then(Value::as_str)?;
        let id = ElementRef::from(id.to_owned());
        Some(Element::from_element_id(self.client().clone(), id))
    }
}
