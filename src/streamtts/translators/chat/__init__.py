"""A model behind a chat completions address."""
