"""Asks an outlet today, and holds the answers against what its spider declares."""
