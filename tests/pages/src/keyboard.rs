//! What can be reached without a mouse, and whether a page fits its window.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::Value;

use crate::Browser;

/// Marks what can be operated on the page, and tells how much that is. Of a group of radio buttons one is reached, and the rest by arrows.
const MARK: &str = r#"
const operated = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
const groups = new Set();
let number = 0;
document.activeElement?.blur();
for (const one of document.querySelectorAll(operated)) {
  delete one.dataset.reached;
  if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) continue;
  if (one.type === 'radio') {
    const group = [...document.querySelectorAll('input[type=radio]')].filter(other => other.name === one.name && other.form === one.form);
    const chosen = group.find(other => other.checked);
    if (chosen ? chosen !== one : groups.has(one.name)) continue;
    groups.add(one.name);
  }
  one.dataset.reached = 'no';
  number += 1;
}
return number;
"#;

/// Notes what has the focus now, and says what is wrong with it: nothing, or that it cannot be seen that it has it.
const NOTE: &str = r#"
const one = document.activeElement;
if (!one || one === document.body) return null;
one.dataset.reached = 'yes';
const style = getComputedStyle(one);
const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
return outlined || style.boxShadow !== 'none' ? null : one.outerHTML.slice(0, 200);
"#;

/// What has not been reached. The focus goes, so that nothing that shows with it lies over the page.
const LEFT: &str = "document.activeElement?.blur(); \
    return [...document.querySelectorAll('[data-reached=no]')].map(one => one.outerHTML.slice(0, 200))";

/// The tabulator key.
const TAB: char = '\u{e004}';

impl Browser {
    /// What the tabulator key does not reach, and what does not show that it has the focus.
    pub async fn out_of_reach(&self) -> Vec<String> {
        let number = self.script(MARK, Vec::new()).await.as_u64().unwrap_or_default();
        let mut wrong = Vec::new();
        for _ in 0..number + 2 {
            let tab = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value: TAB })
                .then(KeyAction::Up { value: TAB });
            let pressed = self.client().perform_actions(tab).await;
            pressed.expect("a key is pressed");
            if let Value::String(unseen) = self.script(NOTE, Vec::new()).await {
                wrong.push(format!("does not show the focus: {unseen}"));
            }
        }
        let left = self.script(LEFT, Vec::new()).await;
        for one in left.as_array().into_iter().flatten() {
            wrong.push(format!("is not reached: {}", one.as_str().unwrap_or_default()));
        }
        wrong
    }

    /// By how many pixels the page is wider than its window.
    pub async fn overhang(&self) -> i64 {
        let page = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        self.script(page, Vec::new()).await.as_i64().unwrap_or_default()
    }
}
