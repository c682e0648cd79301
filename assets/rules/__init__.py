"""Pure rules of the plant model: no ORM, no clock, no settings."""
