# People and units, plans, connections, history, journal.
