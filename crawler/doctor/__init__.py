"""Probes an outlet, and checks the answers against what its spider declares."""
