"""The plant model: zones, conduits, flows, networks and the assets in them. Every later step hangs on it."""
