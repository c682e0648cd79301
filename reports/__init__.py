"""Documents that the portal issues: what they hold, how they are drawn, and how a copy is proved to be ours."""
