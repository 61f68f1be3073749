"""Simulation: synthetic interviews, and how many outcomes a wanted interval takes."""
