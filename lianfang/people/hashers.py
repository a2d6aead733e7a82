from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters for 2 cores and many sign-ins: 19 MiB, 2 passes, 1 lane."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
