"""Files that tell of devices, one module for each kind; each yields what was seen and knows nothing of the inventory."""
