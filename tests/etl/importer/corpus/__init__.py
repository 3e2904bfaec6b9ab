"""Lists as the authorities of some thirty countries publish them, made here with invented operations, truth included.

Each file is written in the form of one authority: its format, code page, marks, header and notes. What the importer
makes of it is held against what was written: :func:`score` counts operations that have the right title, beneficiary,
dates, amounts and currency, and nothing more. ``python -m tests.etl.importer.corpus`` prints the table.
"""
