"""Any list of operations: what form it has, which column is what, what would be loaded, and the loading of it.

The EU's funds must publish who gets money for what (Regulations 1303/2013, Annex XII, and 2021/1060, Article 49), and
every authority does it in its own form. ``grid`` reads bytes to cells in a confined child process, ``header`` finds
the table, ``mapping`` with ``signs`` and ``words.toml`` says which column is what, ``values``, ``dates`` and ``money``
how amounts, days and currencies are written, ``reading``, ``align`` and ``records`` put rows in order, ``operations``
turns them into operations, ``preview`` tells what would be loaded, ``store`` keeps what was imported in the user's own
folder, whence every build takes it.
"""
