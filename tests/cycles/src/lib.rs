//! Whole cycles with real components.
