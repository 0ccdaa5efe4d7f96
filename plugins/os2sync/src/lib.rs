//! Connector for OS2sync (REST).
