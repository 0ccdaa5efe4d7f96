//! Values, classes, deltas, entities, plans, and the decisions about them.
