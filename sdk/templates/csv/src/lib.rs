//! A source connector that reads CSV files from its inbox.
