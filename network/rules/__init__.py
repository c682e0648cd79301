"""Pure rules of network security: no ORM, no clock, no settings."""
