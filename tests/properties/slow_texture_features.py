"""A slow texture matrix in, its IBSI features out: one small function for each definition of the manual.

Conventions where a definition divides by nothing
-------------------------------------------------
From the manual: coarseness is at most 10^6; contrast and busyness are 0 for one level with neighbours; strength is 0
where all differences are. Ours, where it is silent: correlation is 1, and both measures of information correlation are
0, for one grey level; busyness is NaN where several levels all have the same i p_i, so that its denominator is 0;
no matrix at all gives NaN.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import exp, log2, nan, sqrt

from properties.slow_texture import Matrix

P = Mapping[tuple[int, int], float]
"""Probabilities by entry (i, j)."""


def features(family: str, matrices: Sequence[Matrix], n_levels: int) -> dict[str, float]:
    """Mean over the matrices of each feature, by IBSI's tag without the family's prefix.

    Parameters
    ----------
    family
        `cm`, `rlm`, `szm`, `dzm`, `ngt` or `ngl`.
    matrices
        From `slow_texture.matrices`; none gives NaN for every feature.
    n_levels
        N_g, the number of grey levels of the whole region.
    """
    values = {}
    for tag, definition in DEFINITIONS[family].items():
        readings = [definition(matrix, n_levels) for matrix in matrices]
        values[tag] = sum(readings) / len(readings) if readings else nan
    return values


def probabilities(counts: Mapping) -> dict:
    """Counts divided by their sum."""
    total = sum(counts.values())
    return {entry: count / total for entry, count in counts.items()}


def entropy(p: Mapping) -> float:
    """-sum p log2 p over what occurs."""
    return -sum(q * log2(q) for q in p.values() if q > 0)


# Co-occurrence (LFYI): functions of the joint probabilities p and N_g ---------------------------------------------


def rows(p: P) -> dict[int, float]:
    """Marginal probability p_i. of each level; by symmetry also p_.j."""
    found: Counter = Counter()
    for (i, _), q in p.items():
        found[i] += q
    return found


def diagonals(p: P) -> dict[int, float]:
    """Probability of each absolute difference of levels, p_{i-j,k}."""
    found: Counter = Counter()
    for (i, j), q in p.items():
        found[abs(i - j)] += q
    return found


def cross_diagonals(p: P) -> dict[int, float]:
    """Probability of each sum of levels, p_{i+j,k}."""
    found: Counter = Counter()
    for (i, j), q in p.items():
        found[i + j] += q
    return found


def mean(p: Mapping[int, float]) -> float:
    return sum(k * q for k, q in p.items())


def moment(p: Mapping[int, float], order: int) -> float:
    """Central moment of what p is the distribution of."""
    centre = mean(p)
    return sum((k - centre) ** order * q for k, q in p.items())


def contrast(p: P, n_levels: int) -> float:
    return sum((i - j) ** 2 * q for (i, j), q in p.items())


def dissimilarity(p: P, n_levels: int) -> float:
    return sum(abs(i - j) * q for (i, j), q in p.items())


def inverse_difference(p: P, n_levels: int) -> float:
    return sum(q / (1 + abs(i - j)) for (i, j), q in p.items())


def inverse_difference_normalised(p: P, n_levels: int) -> float:
    return sum(q / (1 + abs(i - j) / n_levels) for (i, j), q in p.items())


def inverse_difference_moment(p: P, n_levels: int) -> float:
    return sum(q / (1 + (i - j) ** 2) for (i, j), q in p.items())


def inverse_difference_moment_normalised(p: P, n_levels: int) -> float:
    return sum(q / (1 + (i - j) ** 2 / n_levels**2) for (i, j), q in p.items())


def inverse_variance(p: P, n_levels: int) -> float:
    return 2 * sum(q / (i - j) ** 2 for (i, j), q in p.items() if j > i)


def correlation(p: P, n_levels: int) -> float:
    """1 for one level; the manual divides by a variance of 0 there."""
    if len(rows(p)) == 1:
        return 1
    mu = mean(rows(p))
    return sum((i - mu) * (j - mu) * q for (i, j), q in p.items()) / moment(rows(p), 2)


def autocorrelation(p: P, n_levels: int) -> float:
    return sum(i * j * q for (i, j), q in p.items())


def information_correlation_1(p: P, n_levels: int) -> float:
    """0 for one level; the manual divides by an entropy of 0 there."""
    row = rows(p)
    if len(row) == 1:
        return 0
    hxy1 = -sum(q * log2(row[i] * row[j]) for (i, j), q in p.items())
    return (entropy(p) - hxy1) / entropy(row)


def information_correlation_2(p: P, n_levels: int) -> float:
    """Its argument cannot be negative; what rounding leaves below 0 is 0."""
    row = rows(p)
    hxy2 = -sum(a * b * log2(a * b) for a in row.values() for b in row.values())
    return sqrt(max(0.0, 1 - exp(-2 * (hxy2 - entropy(p)))))


COOCCURRENCE: dict[str, Callable[[P, int], float]] = {
    "joint_max": lambda p, n: max(p.values()),
    "joint_avg": lambda p, n: mean(rows(p)),
    "joint_var": lambda p, n: moment(rows(p), 2),
    "joint_entr": lambda p, n: entropy(p),
    "diff_avg": lambda p, n: mean(diagonals(p)),
    "diff_var": lambda p, n: moment(diagonals(p), 2),
    "diff_entr": lambda p, n: entropy(diagonals(p)),
    "sum_avg": lambda p, n: mean(cross_diagonals(p)),
    "sum_var": lambda p, n: moment(cross_diagonals(p), 2),
    "sum_entr": lambda p, n: entropy(cross_diagonals(p)),
    "energy": lambda p, n: sum(q**2 for q in p.values()),
    "contrast": contrast,
    "dissimilarity": dissimilarity,
    "inv_diff": inverse_difference,
    "inv_diff_norm": inverse_difference_normalised,
    "inv_diff_mom": inverse_difference_moment,
    "inv_diff_mom_norm": inverse_difference_moment_normalised,
    "inv_var": inverse_variance,
    "corr": correlation,
    "auto_corr": autocorrelation,
    "clust_tend": lambda p, n: moment(cross_diagonals(p), 2),
    "clust_shade": lambda p, n: moment(cross_diagonals(p), 3),
    "clust_prom": lambda p, n: moment(cross_diagonals(p), 4),
    "info_corr1": information_correlation_1,
    "info_corr2": information_correlation_2,
}


# Runs, zones, distances, dependences: entry (i, j) is level i with length, size, distance or dependence j ---------


def emphasis(i_power: int, j_power: int) -> Callable[[Matrix, int], float]:
    """Mean over the entries of i^i_power j^j_power; power 2 stresses high values, -2 low ones."""

    def value(matrix: Matrix, n_levels: int) -> float:
        return sum(float(i) ** i_power * float(j) ** j_power * q for (i, j), q in probabilities(matrix.counts).items())

    return value


def marginal(matrix: Matrix, axis: int) -> Counter:
    """Sum of the counts over the other axis: by level (axis 0) or by j (axis 1)."""
    found: Counter = Counter()
    for entry, count in matrix.counts.items():
        found[entry[axis]] += count
    return found


def non_uniformity(axis: int) -> Callable[[Matrix, int], float]:
    """Sum of the squared marginal counts, divided by the number of entries."""
    return lambda matrix, n: sum(c**2 for c in marginal(matrix, axis).values()) / sum(matrix.counts.values())


def non_uniformity_normalised(axis: int) -> Callable[[Matrix, int], float]:
    """Sum of the squared marginal probabilities."""
    return lambda matrix, n: sum(q**2 for q in probabilities(marginal(matrix, axis)).values())


def percentage(matrix: Matrix, n_levels: int) -> float:
    """Number of entries per voxel, N_s / N_v."""
    return sum(matrix.counts.values()) / matrix.voxels


def variance(axis: int) -> Callable[[Matrix, int], float]:
    """Variance of the level (axis 0) or of j (axis 1) over the entries."""
    return lambda matrix, n: moment(probabilities(marginal(matrix, axis)), 2)


def counted(tags: str) -> dict[str, Callable[[Matrix, int], float]]:
    """The sixteen definitions that runs, zones, distances and dependences share, under the family's own tags."""
    definitions = (
        *(emphasis(0, -2), emphasis(0, 2), emphasis(-2, 0), emphasis(2, 0)),
        *(emphasis(-2, -2), emphasis(2, -2), emphasis(-2, 2), emphasis(2, 2)),
        *(non_uniformity(0), non_uniformity_normalised(0), non_uniformity(1), non_uniformity_normalised(1)),
        *(percentage, variance(0), variance(1), lambda matrix, n: entropy(probabilities(matrix.counts))),
    )
    return dict(zip(tags.split(), definitions, strict=True))


# Neighbourhood grey tone differences (IPET): n_i and s_i of each level with neighbours ----------------------------


def coarseness(matrix: Matrix, n_levels: int) -> float:
    p = probabilities(matrix.counts)
    total = sum(p[i] * matrix.differences[i] for i in p)
    return min(1 / total, 1e6) if total > 0 else 1e6


def tone_contrast(matrix: Matrix, n_levels: int) -> float:
    p = probabilities(matrix.counts)
    if len(p) == 1:
        return 0
    spread = sum(p[a] * p[b] * (a - b) ** 2 for a in p for b in p) / (len(p) * (len(p) - 1))
    return spread * sum(matrix.differences.values()) / sum(matrix.counts.values())


def busyness(matrix: Matrix, n_levels: int) -> float:
    """The denominator is counted in whole voxels, so that 0 is 0."""
    n, total = matrix.counts, sum(matrix.counts.values())
    if len(n) == 1:
        return 0
    difference = sum(abs(a * n[a] - b * n[b]) for a in n for b in n) / total
    change = sum(n[i] / total * matrix.differences[i] for i in n)
    return change / difference if difference > 0 else nan


def complexity(matrix: Matrix, n_levels: int) -> float:
    p, s = probabilities(matrix.counts), matrix.differences
    total = sum(abs(a - b) * (p[a] * s[a] + p[b] * s[b]) / (p[a] + p[b]) for a in p for b in p)
    return total / sum(matrix.counts.values())


def strength(matrix: Matrix, n_levels: int) -> float:
    p, total = probabilities(matrix.counts), sum(matrix.differences.values())
    return sum((p[a] + p[b]) * (a - b) ** 2 for a in p for b in p) / total if total > 0 else 0


def of_probabilities(definition: Callable[[P, int], float]) -> Callable[[Matrix, int], float]:
    return lambda matrix, n: definition(probabilities(matrix.counts), n)


DEFINITIONS: dict[str, dict[str, Callable[[Matrix, int], float]]] = {
    "cm": {tag: of_probabilities(definition) for tag, definition in COOCCURRENCE.items()},
    "rlm": counted(
        "sre lre lgre hgre srlge srhge lrlge lrhge glnu glnu_norm rlnu rlnu_norm r_perc gl_var rl_var rl_entr"
    ),
    "szm": counted(
        "sze lze lgze hgze szlge szhge lzlge lzhge glnu glnu_norm zsnu zsnu_norm z_perc gl_var zs_var zs_entr"
    ),
    "dzm": counted(
        "sde lde lgze hgze sdlge sdhge ldlge ldhge glnu glnu_norm zdnu zdnu_norm z_perc gl_var zd_var zd_entr"
    ),
    "ngt": {
        "coarseness": coarseness,
        "contrast": tone_contrast,
        "busyness": busyness,
        "complexity": complexity,
        "strength": strength,
    },
    "ngl": {
        **counted(
            "lde hde lgce hgce ldlge ldhge hdlge hdhge glnu glnu_norm dcnu dcnu_norm dc_perc gl_var dc_var dc_entr"
        ),
        "dc_energy": lambda matrix, n: sum(q**2 for q in probabilities(matrix.counts).values()),
    },
}
