"""Files that tell of firewalls and of observed flows, one module for each kind; each yields what it reads and knows nothing of the plant."""
