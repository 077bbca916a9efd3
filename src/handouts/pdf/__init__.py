"""What we put in place of parts of WeasyPrint: the text layer, the fonts, the structure and the metadata of a PDF."""
