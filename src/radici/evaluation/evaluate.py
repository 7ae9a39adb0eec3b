"""The verb: a recipe and development patients, or locked models and a sealed cohort, in; an Evaluation out."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from radici.core.ledger import Ledger
from radici.core.outcome import Outcome
from radici.core.parallel import in_fresh_process, in_order
from radici.core.progress import Progress, silent
from radici.core.provenance import hidden_ids
from radici.core.table import Blocks, FeatureSource, rows_of
from radici.evaluation import canary, permutation
from radici.evaluation.contenders import Contender, Matrix, contenders, headline, main_model, matrix
from radici.evaluation.crossvalidate import CrossValidation, cross_validate, fit_split, outer_splits
from radici.evaluation.design import Design, stream
from radici.evaluation.evaluation import DEVELOPMENT, Evaluation, Number
from radici.evaluation.external import evaluate_sealed
from radici.evaluation.heldout import HeldOut
from radici.evaluation.metrics import accuracy, discrimination, discrimination_name, horizons
from radici.evaluation.sealed import Sealed
from radici.evaluation.verdict import verdict
from radici.learning.model import Model
from radici.learning.recipe import Recipe
from radici.statistics.estimate import Estimate
from radici.statistics.permutation import interval_from_permutations, p_value

ACCURACY = 5
PERMUTED = "within folds; interval = value ± 1.96 SD of {n} whole-pipeline permutations"
ADDED = (
    "within folds, same folds; interval = value ± 1.96 SD of the difference in {n} whole-pipeline permutations; "
    "one-sided p from permuting what images hold beyond clinical variables and volume"
)
BESIDE = (
    "within folds, same folds, on the patients who have the score; interval = value ± 1.96 SD of the difference in {n} "
    "whole-pipeline permutations"
)
NO_INTERVAL = "within folds; no permutations were asked for, so there is no interval"


def evaluate(
    what: Recipe | Model | Mapping[str, Model],
    patients: FeatureSource | Sealed,
    outcome: Outcome | None = None,
    design: Design | None = None,
    *,
    blocks: Blocks | None = None,
    seed: int = 0,
    study: str = "",
    jobs: int = 1,
    progress: Progress = silent,
) -> Evaluation:
    """Evaluate a recipe by cross-validation, or locked models on a sealed cohort.

    Parameters
    ----------
    what
        A recipe, with a feature table (one row per patient), an outcome, a design and the blocks of columns; or
        one or several locked models, with a `Sealed` cohort, which is opened by this call.
    blocks
        Which columns are image features, clinical variables and the tumour volume.
    seed
        Decides folds and permutations; the same seed gives the same bytes for any number of `jobs`.
    study
        Salts the hashes of patient ids in the ledger.

    Raises
    ------
    LeakFound
        When the canary or the ledger saw what may not be seen.
    """
    if isinstance(patients, Sealed):
        models = {what.name: what} if isinstance(what, Model) else what
        if isinstance(models, Recipe):
            raise TypeError(
                "A sealed cohort is for locked models. Fit the recipe first: `fit(recipe, table, outcome)`."
            )
        return evaluate_sealed(models, patients, seed=seed)
    if not isinstance(what, Recipe) or outcome is None or blocks is None:
        raise TypeError("Cross-validation needs a Recipe, a feature table, an outcome and the blocks of columns.")
    run = _Run(what, patients, outcome, design or Design(), blocks, seed, study, jobs, progress)
    return run.evaluation()


class _Run:
    """One cross-validation: the pieces that its stages share."""

    def __init__(
        self,
        recipe: Recipe,
        source: FeatureSource,
        outcome: Outcome,
        design: Design,
        blocks: Blocks,
        seed: int,
        study: str,
        jobs: int,
        progress: Progress,
    ) -> None:
        recipe.fits(outcome)
        design.check(outcome)
        self.source, self.outcome, self.design, self.blocks = source, outcome, design, blocks
        self.seed, self.jobs, self.progress = seed, jobs, progress
        self.competitors = contenders(recipe, blocks, outcome)
        self.headline = headline(tuple(one.name for one in self.competitors))
        self.splits = outer_splits(outcome, design, seed)
        self.ledger = Ledger.open(outcome.patients, hidden_ids(outcome.patients, study), endpoint=outcome.name)
        self.horizon, self.tau, self.months = horizons(outcome, design.horizon_months)
        self.matrices = self._matrices()

    def _matrices(self) -> list[Matrix]:
        """One matrix per split; image-learned steps are refitted on its training patients."""
        known: dict[int, Matrix] = {}
        found = []
        for split in self.splits:
            table = self.source.learned_on([self.outcome.patients[i] for i in split.train])
            if table.learned:
                place = {"repeat": split.repeat, "fold": split.fold}
                who = [self.outcome.patients[i] for i in split.train]
                asked = [self.outcome.patients[i] for i in split.test]
                line = self.ledger.fitted(who, role="images", model="", **place)
                self.ledger.predicted(asked, line, role="images")
            if id(table) not in known or table.learned:
                known[id(table)] = matrix(table, self.blocks, self.outcome.patients)
            found.append(known[id(table)])
        return found

    def evaluation(self) -> Evaluation:
        crossed = cross_validate(
            self.matrices,
            self.outcome,
            self.competitors,
            self.splits,
            self.ledger,
            months=self.months,
            jobs=self.jobs,
            progress=self.progress,
        )
        self._canary(crossed)
        permuted = self._permute()
        numbers = [*self._discrimination(crossed, permuted), *self._accuracy(crossed)]
        numbers += [*self._added_value(crossed, permuted), *self._beside_scores(crossed, permuted)]
        found = Evaluation(
            cohort=DEVELOPMENT,
            outcome=self.outcome,
            numbers=tuple(numbers),
            heldout=crossed.heldout,
            headline=self.headline,
            design=self.design,
            stability=_stability(crossed, self.competitors, self.matrices[0].names),
            chosen={name: dict(sorted(count.items())) for name, count in crossed.chosen.items()},
            horizon_months=self.horizon,
            tau_months=self.tau,
            ledger=self.ledger,
        )
        return replace(found, verdict=verdict(found))

    def _canary(self, crossed: CrossValidation) -> None:
        """Refit the first fold of every model here, and the last: with several processes in a fresh one."""
        fitted = [contender for contender in self.competitors if contender.recipe is not None]
        for place in sorted({0, len(self.splits) - 1}):
            split, found = self.splits[place], self.matrices[place]
            table = self.source.learned_on([self.outcome.patients[i] for i in split.train])
            asked = rows_of(table, self.outcome.patients)[split.test]
            sources = [(values, asked) for values in _arrays(table.values)]
            answers = [values for values in vars(self.outcome).values() if isinstance(values, np.ndarray)]
            sources += [(values, split.test) for values in answers]
            tasks = [(contender, found.X, self.outcome.y, split, None) for contender in fitted]
            again = in_fresh_process(fit_split, tasks) if place and self.jobs != 1 else in_order(fit_split, tasks)
            for contender, refitted in zip(fitted, again, strict=True):
                result = crossed.ends[contender.name][0 if place == 0 else 1]
                canary.sing(contender, found, self.outcome.y, split, result, refitted, sources)
                self.ledger.write("canary", model=contender.name, split=place, result="no difference")

    def _permute(self) -> permutation.Permuted:
        focus = next((c for c in self.competitors if self.headline and c.name == self.headline[0]), None)
        permuted = permutation.permute(
            self.matrices,
            self.outcome.y,
            self.competitors,
            focus,
            self.splits,
            permutations=self.design.permutations,
            seed=self.seed,
            jobs=self.jobs,
            progress=self.progress,
        )
        self.ledger.write("permutations", number=self.design.permutations, models=len(self.competitors))
        return permuted

    def _size(self, held: HeldOut) -> tuple[int, int]:
        return len(held.patients), int(self.outcome.of(held.patients).strata.sum())

    def _discrimination(self, crossed: CrossValidation, permuted: permutation.Permuted) -> list[Number]:
        metric, numbers = discrimination_name(self.outcome), []
        for name, held in crossed.heldout.items():
            value = discrimination(held, self.outcome)
            low = high = np.nan
            p, method = None, NO_INTERVAL
            if name in permuted.outcome:
                null = permuted.outcome[name]
                low, high = interval_from_permutations(value, null)
                p = p_value(value, null)
                method = PERMUTED.format(n=len(null)) + _too_narrow(permuted.flat[name])
            numbers.append(Number(DEVELOPMENT, name, metric, Estimate(value, low, high, *self._size(held), p, method)))
        return numbers

    def _accuracy(self, crossed: CrossValidation) -> list[Number]:
        numbers = []
        for place, (name, held) in enumerate(crossed.heldout.items()):
            rng = stream(self.seed, ACCURACY, place)
            found = accuracy(held, self.outcome, self.horizon, self.tau, rng)
            numbers += [Number(DEVELOPMENT, name, metric, estimate) for metric, estimate in found.items()]
        return numbers

    def _added_value(self, crossed: CrossValidation, permuted: permutation.Permuted) -> list[Number]:
        if self.headline is None:
            return []
        model, against = self.headline
        base = discrimination(crossed.heldout[against], self.outcome)
        value = discrimination(crossed.heldout[model], self.outcome) - base
        low = high = np.nan
        p, method = None, NO_INTERVAL
        if model in permuted.images:
            chance = permuted.outcome[model] - permuted.outcome[against]
            low, high = interval_from_permutations(value, chance, bounds=(-1, 1))
            p, method = p_value(value, permuted.images[model] - base), ADDED.format(n=len(chance))
        metric = f"added {discrimination_name(self.outcome)}"
        size = self._size(crossed.heldout[model])
        return [Number(DEVELOPMENT, model, metric, Estimate(value, low, high, *size, p, method), against)]

    def _beside_scores(self, crossed: CrossValidation, permuted: permutation.Permuted) -> list[Number]:
        """The main model minus each published score, both on the patients who have the score."""
        numbers, metric = [], f"added {discrimination_name(self.outcome)}"
        model = main_model(tuple(crossed.heldout))
        for name in (one.name for one in self.competitors if one.published and model):
            score = crossed.heldout[name]
            own = crossed.heldout[str(model)].beside(score)
            value = discrimination(own, self.outcome) - discrimination(score, self.outcome)
            low, high, method = np.nan, np.nan, NO_INTERVAL
            if name in permuted.outcome:
                chance = permuted.outcome[permutation.beside(str(model), name)] - permuted.outcome[name]
                low, high = interval_from_permutations(value, chance, bounds=(-1, 1))
                method = BESIDE.format(n=len(chance))
            estimate = Estimate(value, low, high, *self._size(score), None, method)
            numbers.append(Number(DEVELOPMENT, str(model), metric, estimate, name))
        return numbers


def _too_narrow(flat: float) -> str:
    """A warning where tuning often ended in a model that tells nobody apart: its spread says nothing of chance."""
    if flat <= 0.02:
        return ""
    return f"; too narrow: in {100 * flat:.0f} % of the permuted folds every patient got the same prediction"


def _arrays(frame: pd.DataFrame) -> list[np.ndarray]:
    """The memory behind a table's columns, without copies where pandas allows it."""
    values = frame.to_numpy()
    if np.shares_memory(values, frame.iloc[:, 0].to_numpy()):
        return [values]
    return [frame[name].to_numpy() for name in frame]


def _stability(crossed: CrossValidation, competitors: tuple[Contender, ...], names: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for contender in competitors:
        if contender.name in crossed.supports:
            support = crossed.supports[contender.name]
            for place, share in zip(contender.columns, support.mean(axis=0), strict=True):
                rows.append((contender.name, names[place], float(share), len(support)))
    frame = pd.DataFrame(rows, columns=["model", "column", "chosen", "fits"])
    return frame.sort_values(["model", "chosen", "column"], ascending=[True, False, True], ignore_index=True)
