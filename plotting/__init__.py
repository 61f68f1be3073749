"""Displays for notebooks and files, drawn by matplotlib, which is imported only when one is drawn."""
