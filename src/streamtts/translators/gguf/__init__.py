"""A chat model in a GGUF file, given to llama.cpp."""
