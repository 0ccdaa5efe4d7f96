//! Stand-in servers for OS2MO, OS2sync and Canvas.
