"""What must be true of content, of a translation and of a page, grouped by theme.

Content and translation checks import the model only; page checks import what `typeset` gives.
"""
