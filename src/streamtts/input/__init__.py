"""Where the agent's bytes come from, and what becomes of them first."""
