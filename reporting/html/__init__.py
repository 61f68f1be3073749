"""HTML and SVG: values in, markup out. What a picture shows stands in its description as well."""
