//! What can be reached without a mouse, and whether a page fits its window.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};

use crate::Browser;

/// Marks what can be operated on the page, tells how much that is, and begins to note what has the focus, and what does not show that it has it.
/// Of a group of radio buttons one is reached, and the rest by arrows.
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
const unseen = [];
const note = event => {
  const one = event.target;
  one.dataset.reached = 'yes';
  const style = getComputedStyle(one);
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  if (!outlined && style.boxShadow === 'none') unseen.push(one.outerHTML.slice(0, 200));
};
document.addEventListener('focusin', note);
window.stopNoting = () => { document.removeEventListener('focusin', note); return unseen; };
return number;
"#;

/// What did not show the focus, and what was not reached. The focus goes, so that nothing that shows with it lies over the page.
const LEFT: &str = "document.activeElement?.blur(); \
    return [window.stopNoting(), [...document.querySelectorAll('[data-reached=no]')].map(one => one.outerHTML.slice(0, 200))]";

/// The tabulator key.
const TAB: char = '\u{e004}';

impl Browser {
    /// What the tabulator key does not reach, and what does not show that it has the focus.
    pub async fn out_of_reach(&self) -> Vec<String> {
        let number = self.script(MARK, Vec::new()).await.as_u64().unwrap_or_default();
        // All in one request: a page has a hundred things to reach, and a request for each would take most of the time.
        let tabs = (0..number + 2).fold(KeyActions::new("keyboard".to_owned()), |keys, _| {
            keys.then(KeyAction::Down { value: TAB })
                .then(KeyAction::Up { value: TAB })
        });
        let pressed = self.client().perform_actions(tabs).await;
        pressed.expect("the keys are pressed");
        let left = self.script(LEFT, Vec::new()).await;
        let wrong = |at: usize, what: &str| -> Vec<String> {
            let found = left[at].as_array().into_iter().flatten();
            found
                .map(|one| format!("{what}: {}", one.as_str().unwrap_or_default()))
                .collect()
        };
        let mut all = wrong(0, "does not show the focus");
        all.extend(wrong(1, "is not reached"));
        all
    }

    /// By how many pixels the page is wider than its window.
    pub async fn overhang(&self) -> i64 {
        let page = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        self.script(page, Vec::new()).await.as_i64().unwrap_or_default()
    }
}
