"""Step 7: zones and conduits as they are kept apart, watched and measured (IEC 62443-3-2, IEC 62443-3-3)."""
