"""The same learning and scoring on Spark, for tables that no one machine holds."""
