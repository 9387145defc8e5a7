"""What the registry knows about its own errors without a truth, measured at each refresh."""
