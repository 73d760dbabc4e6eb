"""CosyVoice, behind a server or in an environment of its own."""
