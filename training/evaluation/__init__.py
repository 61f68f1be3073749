"""Evaluation: metrics, their intervals, calibration and the comparison of methods."""
