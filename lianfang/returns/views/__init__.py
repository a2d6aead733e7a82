"""Pages of returns: filing (fill, check, submit, parts), signing, board, gathering, spreadsheets."""
