"""The local page and the REST API; thin over the other packages."""
