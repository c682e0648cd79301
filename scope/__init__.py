"""What the programme covers at a site: the scope statement with its exclusions, and the essential processes."""
