"""A GGUF model run by llama.cpp: profiles, the engine, one worker per model."""
