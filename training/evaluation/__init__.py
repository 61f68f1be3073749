"""Evaluation: metrics, their intervals and calibration, also by employer."""
