"""Who changed what, when and why: kept by trigger, sealed, readable for any past moment."""
