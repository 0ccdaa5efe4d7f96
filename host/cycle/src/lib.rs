//! Runs the steps of a sync cycle through ports.
