"""The appraisal sheet: what the standards ask of a handout, what was measured, what a person attested, what is open.

`standard` reads the items, `case` is what is appraised, `figures` measures it, `judge` decides, `sheet` prints.
"""
