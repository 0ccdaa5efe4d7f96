//! Connector for OS2MO (GraphQL).
