"""The stages between the agent's sentences and the ring, and how a listener interrupts them."""
