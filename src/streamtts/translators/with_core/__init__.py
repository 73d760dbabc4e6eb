"""The network for translation in eight bits, computed by our own core."""
