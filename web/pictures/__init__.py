"""Pictures as SVG: values in, markup out. What they show stands in their description as well."""
