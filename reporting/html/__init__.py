"""HTML and SVG: values in, markup out. The description of each picture gives its figures in words."""
