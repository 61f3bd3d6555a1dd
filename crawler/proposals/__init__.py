"""Proposes the declaration of an outlet that is not here yet, from a few of its pages."""
