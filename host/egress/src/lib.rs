//! What a connector may reach: grants, address filter, HTTP, credentials.
