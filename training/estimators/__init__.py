"""The method as scikit-learn estimators, and learning curves of any estimators."""
