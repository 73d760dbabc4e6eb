"""What a session shows and saves: captions, subtitles, trace, latency table."""
