"""The commands beside speaking, one file each."""
