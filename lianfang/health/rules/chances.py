"""Exact probabilities of counts, as powers of ten: they may be smaller than a number of the machine."""

from math import exp, fsum, lgamma, log, log1p, log10

_TEN = log(10)


def at_least(count: int, of: int, each: float) -> float:
    """log10 of the probability of ``count`` or more among ``of``, of which each comes with ``0 < each < 1``: the tail
    of the binomial, summed term by term."""
    if count <= 0:
        return 0.0
    if count > of:
        return float("-inf")
    terms = [
        lgamma(of + 1) - lgamma(n + 1) - lgamma(of - n + 1) + n * log(each) + (of - n) * log1p(-each)
        for n in range(count, of + 1)
    ]
    largest = max(terms)
    return min(0.0, (largest + log(fsum(exp(term - largest) for term in terms))) / _TEN)


def none(of: int, share: float, alike: float) -> float:
    """log10 of the probability that a class has none of ``of`` findings, where ``share`` of them would be its part
    (0 < share < 1) and the parts of classes differ as the Dirichlet distribution says: ``alike`` is the parameter of
    this class, the larger the more alike they are (without end: the plain binomial)."""
    whole = alike / share
    rest = whole - alike
    return (lgamma(rest + of) - lgamma(rest) + lgamma(whole) - lgamma(whole + of)) / _TEN


def times(number: int, chance: float) -> float:
    """log10 of the bound for the likeliest of ``number`` things of which each is as rare as ``chance`` (Bonferroni)."""
    return min(0.0, log10(number) + chance)
