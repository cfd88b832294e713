"""What publish costs, measured: a maker of catalogues, other ways to three files, and one command a benchmark."""
