"""Engines in processes of their own, behind the same Protocols as those in ours."""
