//! Loads, type-checks, limits and runs connector components.
