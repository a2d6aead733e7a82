"""Lianfang 联防: what schools and their authorities report every day to keep infectious disease out."""
