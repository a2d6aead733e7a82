"""Reads of returns: filing (one return), board (who is missing), rollup (sums), tasks (what waits for whom)."""
