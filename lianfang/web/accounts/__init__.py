"""Accounts and postings of the units an administrator looks after."""
