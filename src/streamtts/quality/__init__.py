"""Good against soon: which voice and which translator each quality mode prefers on a machine."""
