"""Views of units: looking (tree), changing, importing, gaps."""
