"""Pupils and guardians before their own telephone: no app, no account, a device that somebody claimed with."""
