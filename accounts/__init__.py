"""People, sites, and who may do what where; the only app that imports guardian."""
