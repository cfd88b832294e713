"""One canonical source becomes a PDF leaflet, a Word review copy and an EPUB, each proven to show its safety block."""

__version__ = "0.1.0"
