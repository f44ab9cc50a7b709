"""Who stopped reporting, and troubles of the sources themselves."""
