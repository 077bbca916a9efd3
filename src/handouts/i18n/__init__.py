"""Translation: what there is to translate, the PO files that hold it, and their way to translators and back."""
