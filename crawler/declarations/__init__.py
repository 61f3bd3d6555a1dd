"""Says what is wrong with an outlet's declaration: which file, which attribute, what is allowed, and what was probably meant."""
