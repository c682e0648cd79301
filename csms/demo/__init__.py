"""The demo plant: a water utility with three sites, kept as data that a person can read and edit."""
