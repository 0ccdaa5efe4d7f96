//! Connector for Canvas LMS (SIS imports).
