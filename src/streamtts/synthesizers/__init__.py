"""The voices: one engine per file, its heavy imports inside the factory."""
