//! Connector for PIFU-IMS files (XML).
