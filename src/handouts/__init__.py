"""Patient Handouts: content blocks in, printable patient handouts in every language out."""

__version__ = "0.1.0"
