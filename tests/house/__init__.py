"""The checkers behind ``tests/test_house.py``: each takes text, a graph or models, and returns what is wrong.

A finding is one line, ``path:line: what is wrong and what to do``. Checkers never read the tree themselves,
so that ``test_checkers.py`` can prove on bad examples that each of them is able to fail.
"""
