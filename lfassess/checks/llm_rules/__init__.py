"""Pure rules of the llm_analysis check: what the model is told, and what of its answer is kept."""
