"""The verbs in the shell: `radici new`, `check`, `run`, `extract`, `predict`, `score`, `respond`, `demo`.

Exit codes: 0 done, 1 something in the input that the message says how to mend, 2 wrong usage, 3 a leak was found,
130 stopped by the user.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand


class _Command(TyperCommand):
    """A command that explains its arguments.

    From click 8.5 on an argument takes a help of its own, and clears the one that typer had given it; so it is given
    again.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        hints = get_type_hints(self.callback, include_extras=True) if self.callback else {}
        for one in self.params:
            said = next(iter(getattr(hints.get(one.name or ""), "__metadata__", ())), None)
            if one.param_type_name == "argument" and not getattr(one, "help", None):
                one.help = getattr(said, "help", None)
        return super().get_params(ctx)


class _App(typer.Typer):
    """An app of such commands."""

    def command(self, name: str | None = None, **options: Any) -> Any:
        return super().command(name, cls=_Command, **options)


app = _App(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From scans and a clinical table to an honest, explainable model. Research use only.",
)

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object, nothing else.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", help="Processes; by default one per core. Same results for any.")]
Data = Annotated[Path | None, typer.Option("--data", help="Folder that the study's paths start from.")]
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tell_version(asked: bool) -> None:
    if asked:
        from radici import __version__

        typer.echo(f"radici {__version__}")
        raise typer.Exit


@app.callback()
def _radici(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


def _list_tumours(asked: str | None) -> str | None:
    if asked == "list":
        from radici.study.tumours import tumour_lines

        typer.echo("\n".join(tumour_lines()))
        raise typer.Exit
    return asked


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder with images, masks, a clinical CSV, lesions.")],
    out: Annotated[Path | None, typer.Option("--out", help="Study file to write; by default DIR/study.yaml.")] = None,
    tumour: Annotated[
        str | None,
        typer.Option(callback=_list_tumours, is_eager=True, help="Start from what is usual in it; `list` names all."),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Look through a folder and write a commented study file for it."""
    from radici.study.new import write_study

    path, notes = write_study(folder, out, tumour)
    away = "" if path.parent.resolve() == folder.resolve() else f" --data {folder}"
    lines = [*notes, f"Wrote {path}. Replace what is marked FILL_IN, then:", f"  radici check {path}{away}"]
    _tell(quiet, as_json, {"study": str(path), "notes": notes}, lines)


@app.command()
def check(
    study: Annotated[Path, typer.Argument(help="Study file (YAML).")],
    data: Data = None,
    table: Annotated[Path | None, typer.Option(help="Start from this feature table instead of scans.")] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Validate everything before computing, and print the plan and its cost."""
    from radici.study.check import check_study

    with _progress(quiet or as_json) as progress:
        found = check_study(study, data, table=table, progress=progress)
    _tell(quiet, as_json, found.facts, found.lines)
    if found.refusal:
        typer.echo(f"radici: {found.refusal}", err=True)
        raise typer.Exit(1)


@app.command()
def run(
    study: Annotated[Path, typer.Argument(help="Study file (YAML).")],
    out: Annotated[Path, typer.Option("--out", help="Folder for results.")],
    data: Data = None,
    table: Annotated[Path | None, typer.Option(help="Start from this feature table instead of scans.")] = None,
    jobs: Jobs = CORES,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Do the whole study: features, validation, models, report."""
    _run(study, data, out, table, jobs, quiet, as_json)


@app.command()
def predict(
    model: Annotated[Path, typer.Argument(help="Model folder, as `radici run` writes it under `model/`.")],
    new: Annotated[
        Path, typer.Argument(help="New patients: a folder laid out as the model's study, or a feature CSV.")
    ],
    study: Annotated[
        Path | None, typer.Option(help="Study file that describes the new folder, if laid out otherwise.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write predictions into this CSV.")] = None,
    months: Annotated[list[float] | None, typer.Option(help="Months for event-free probabilities.")] = None,
    accept_versions: Annotated[bool, typer.Option(help="Use the model although library versions differ.")] = False,
    jobs: Jobs = CORES,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Apply a locked model to new patients. Research use only.

    MODEL is a folder that `radici run` writes, such as results/model. NEW is a
    folder of scans and tables laid out as in its study (--study describes any
    other), or a CSV with a row per patient and the columns the model needs.
    """
    from radici.study.predict import predict_new

    with _progress(quiet or as_json) as progress:
        found = predict_new(
            model, new, study=study, months=months, accept_versions=accept_versions, jobs=jobs, progress=progress
        )
    if out is not None:
        found.frame.to_csv(out, index=False, lineterminator="\n")
    rows = found.warnings if out is not None else found.lines
    predictions = [
        {**row, "outside_columns": found.outside.get(str(row["patient"]), [])} for row in found.frame.to_dict("records")
    ]
    facts = {"model": found.model, "about": found.about, "left_out": found.left_out, "predictions": predictions}
    lines = [found.about, *rows, *(f"Left out: {line}" for line in found.left_out), found.caution]
    _tell(quiet, as_json, facts, [*lines, f"Wrote {out}."] if out is not None else lines)


def _list_presets(asked: bool) -> None:
    if asked:
        from radici.study.presets import preset_lines

        typer.echo("\n".join(preset_lines()))
        raise typer.Exit


@app.command()
def extract(
    source: Annotated[Path, typer.Argument(help="Image, folder, index (CSV with image and mask) or study file.")],
    mask: Annotated[Path | None, typer.Argument(help="Mask, where SOURCE is one image.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Table to write: .csv or .parquet.")] = None,
    maps: Annotated[Path | None, typer.Option(help="Instead write a map of each feature into this folder.")] = None,
    radius: Annotated[
        int | None, typer.Option(help="With --maps: voxels to each side of the cube around a voxel; by default 1.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="What is measured: a name or a YAML file.")] = None,
    study: Annotated[Path | None, typer.Option(help="Measure what this study file says.")] = None,
    params: Annotated[Path | None, typer.Option(help="Measure what this PyRadiomics parameter file says.")] = None,
    label: Annotated[str | None, typer.Option(help="Label in the mask, or `any` above 0; by default 1.")] = None,
    modality: Annotated[str | None, typer.Option(help="ct, pt, mr …, where SOURCE does not say.")] = None,
    region: Annotated[str | None, typer.Option(help="Name of the region in the columns; by default roi.")] = None,
    data: Data = None,
    record: Annotated[Path | None, typer.Option(help="Also write what every imaging step left behind (CSV).")] = None,
    whole_image: Annotated[bool, typer.Option("--whole-image", help="With --record: of whole images too.")] = False,
    jobs: Jobs = CORES,
    memory: Annotated[float | None, typer.Option(help="Memory to use in GB; by default 80 % of what is free.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    list_presets: Annotated[
        bool, typer.Option("--list-presets", callback=_list_presets, is_eager=True, help="Name the presets and stop.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Measure features of images and their masks, and nothing else: no clinical table is needed."""
    from radici.study.extraction import Asked, extract_files

    target = _table_or_maps(out, maps, params is not None or record is not None)
    idle = {
        "--radius goes with --maps": radius is not None and maps is None,
        "--whole-image goes with --record": whole_image and record is None,
        "--memory says nothing to --maps": memory is not None and maps is not None,
    }
    if any(idle.values()):
        raise typer.BadParameter("; ".join(why for why, found in idle.items() if found) + ". Leave it out.")
    asked = Asked(
        source=source,
        out=target,
        mask=mask,
        preset=preset,
        study=study,
        params=params,
        data=data,
        label=label,
        modality=modality,
        region=region,
        record=record,
        whole_image=whole_image,
        jobs=jobs if jobs > 0 else CORES,
        memory_gb=memory,
        force=force,
    )
    if maps is not None:
        from radici.study.maps import write_maps

        with _progress(quiet or as_json) as progress:
            mapped = write_maps(asked, 1 if radius is None else radius, progress)
        _tell(quiet, as_json, mapped.facts, mapped.lines)
        return
    with _progress(quiet or as_json) as progress:
        done = extract_files(asked, progress)
    _tell(quiet, as_json, done.facts, done.lines)
    for line in done.complaints:
        typer.echo(line, err=True)
    if not done.rows:
        typer.echo("radici: Nothing could be measured.", err=True)
        raise typer.Exit(1)


def _table_or_maps(out: Path | None, maps: Path | None, only_tables: bool) -> Path:
    """Where results go: one of the two."""
    if out is not None and maps is None:
        return out
    if maps is None:
        raise typer.BadParameter("Name the table to write with --out, or a folder for maps with --maps.")
    if out is not None or only_tables:
        raise typer.BadParameter("--maps goes with none of --out, --params and --record: it writes no table.")
    return maps


def _list_scores(asked: bool) -> None:
    if asked:
        from radici.study.score import score_lines

        typer.echo("\n".join(score_lines()))
        raise typer.Exit


@app.command()
def score(
    table: Annotated[Path, typer.Argument(help="Table of patients (CSV), one row each.")],
    scores: Annotated[list[str], typer.Option("--score", help="Published score; several --score are allowed.")],
    out: Annotated[Path, typer.Option("--out", help="Write the scores into this CSV, one row per row.")],
    profile: Annotated[str | None, typer.Option(help="Columns and units of a known table: a name or a file.")] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="variable=COLUMN[unit], such as `albumin=Albumin[g/dL]`; `ldh.uln=250`; and what texts mean: "
            "`steroids=Cort{yes:ja,no:nein}`.",
        ),
    ] = None,
    patient: Annotated[
        str | None, typer.Option(help="Column with the patients' ids; by default the profile's.")
    ] = None,
    separator: Annotated[str | None, typer.Option(help="Between cells: a comma (the default), ; or tab.")] = None,
    decimal: Annotated[str, typer.Option(help="Decimal sign of the numbers: a point, or a comma.")] = ".",
    missing: Annotated[
        list[str] | None, typer.Option(help="Text that means missing, such as NA, in any column; may be repeated.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    list_scores: Annotated[
        bool, typer.Option("--list", callback=_list_scores, is_eager=True, help="Name the scores and stop.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Compute published scores of the patients in a table. Research use only."""
    from radici.study.score import AskedScores, score_table

    if separator not in (None, ",", ";", "tab") or decimal not in (".", ","):
        raise typer.BadParameter("--separator is a comma, ; or tab, and --decimal a point or a comma.")
    asked = AskedScores(
        table=table,
        scores=scores,
        out=out,
        profile=profile,
        map=maps or (),
        patient=patient,
        separator="\t" if separator == "tab" else separator,
        decimal=decimal,
        missing=tuple(missing or ()),
        force=force,
    )
    found = score_table(asked)
    _tell(quiet, as_json, found.facts if as_json else {}, found.lines)


def _list_criteria(asked: bool) -> None:
    if asked:
        from radici.study.respond import criteria_lines

        typer.echo("\n".join(criteria_lines()))
        raise typer.Exit


@app.command()
def respond(
    lesions: Annotated[
        Path, typer.Argument(help="Lesion table, a row per lesion and visit; an index of masks; or CDISC's TR domain.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for results.")],
    criteria: Annotated[str, typer.Option(help="Names, separated by commas; by default recist11,irecist.")] = "",
    follow_up: Annotated[
        Path | None, typer.Option(help="A row per patient: start, death, last_contact, new_therapy, site.")
    ] = None,
    tumours: Annotated[Path | None, typer.Option(help="CDISC's TU domain, where LESIONS is TR.")] = None,
    supplied: Annotated[Path | None, typer.Option(help="CDISC's RS domain, to compare with.")] = None,
    settings: Annotated[Path | None, typer.Option(help="YAML with `criteria:` and `rules:`, see above.")] = None,
    reader: Annotated[
        str | None, typer.Option(help="Whose measurements count, or `adjudicated`; by default each reader's own.")
    ] = None,
    dates: Annotated[str, typer.Option(help="How dates are written: iso, dmy or mdy.")] = "iso",
    accept_sizes: Annotated[
        list[str] | None, typer.Option(help="Patient whose tenfold change of size is true; may be repeated.")
    ] = None,
    separator: Annotated[str | None, typer.Option(help="Between cells: a comma (the default), ; or tab.")] = None,
    decimal: Annotated[str, typer.Option(help="Decimal sign of the measurements: a point, or a comma.")] = ".",
    force: Annotated[bool, typer.Option("--force", help="Replace the results of an earlier run.")] = False,
    list_criteria: Annotated[
        bool,
        typer.Option("--list-criteria", callback=_list_criteria, is_eager=True, help="Name the criteria and stop."),
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Lesions, measured or contoured, to response, endpoints and growth, with every reason. Research use only.

    Columns of LESIONS: patient, lesion, role (target, non-target, new), organ,
    visit, day or date, and longest_mm, short_axis_mm, state (or mask, label).

    --settings holds `criteria:`, a list of names or of `name: {settings}`, and
    `rules:` (best, confirmed, progression, benefit, growth); `response.yaml`,
    written with the results, spells out all of them. See docs/response.md.
    """
    from radici.study.respond import Asked, respond_files

    for name, given, known in (
        ("--dates", dates, ("iso", "dmy", "mdy")),
        ("--separator", separator, (None, ",", ";", "tab")),
        ("--decimal", decimal, (".", ",")),
    ):
        if given not in known:
            raise typer.BadParameter(f"{name} is one of {', '.join(filter(None, known))}; found '{given}'.")
    asked = Asked(
        lesions=lesions,
        out=out,
        follow_up=follow_up,
        tumours=tumours,
        supplied=supplied,
        criteria=tuple(name.strip() for name in criteria.split(",") if name.strip()),
        settings=settings,
        reader=reader,
        dates=dates,  # type: ignore[arg-type]
        accept_sizes=tuple(accept_sizes or ()),
        separator="\t" if separator == "tab" else separator,
        decimal=decimal,
        force=force,
    )
    with _progress(quiet or as_json) as progress:
        told = respond_files(asked, progress)
    _tell(quiet, as_json, told.facts, told.lines)
    for line in told.complaints:
        typer.echo(line, err=True)
    if not told.has_results:
        typer.echo("radici: No course could be read by any criterion.", err=True)
        raise typer.Exit(1)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    signal: Annotated[str, typer.Option(help="planted, clinical_and_volume or none.")] = "planted",
    patients: Annotated[int, typer.Option(help="Number of synthetic patients.")] = 90,
    seed: Annotated[int, typer.Option(help="Seed of the cohort.")] = 7,
    jobs: Jobs = CORES,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Write the built-in synthetic cohort into a folder and run its study. Only an earlier demo is written over."""
    from radici.core.errors import StudyError
    from radici.demo import write_cohort

    data, response = folder / "data", folder / "response"
    if response.is_dir() and any(response.iterdir()) and not (response / "response.yaml").is_file():
        raise StudyError(f"{response} holds other files than those of a demo. Name a new folder.")
    with _progress(quiet or as_json) as progress:
        write_cohort(data, patients=patients, signal=signal, seed=seed, progress=progress)  # type: ignore[arg-type]
    _run(data / "study.yaml", None, folder / "results", None, jobs, quiet, as_json)
    if not as_json:
        respond(data / "lesions.csv", response, follow_up=data / "follow_up.csv", force=True, quiet=quiet)


def _run(study: Path, data: Path | None, out: Path, table: Path | None, jobs: int, quiet: bool, as_json: bool) -> None:
    from radici.study.conduct import run as conduct

    with _progress(quiet or as_json) as progress:
        done = conduct(study, data, out, table=table, jobs=jobs, progress=progress)
    record = done.record
    numbers = [str(line) for found in (record.development, record.sealed) if found for line in found.verdict]
    facts = {
        "report": str(done.report),
        "verdict": numbers,
        "left_out": [vars(left) for left in record.left_out],
        "ledger": dict(record.ledger),
        "numbers": [row for e in (record.development, record.sealed) if e for row in e.frame().to_dict("records")],
    }
    _tell(quiet, as_json, facts, [*numbers, *_left_out(record), f"Report: {done.report}"])


def _left_out(record: Any) -> list[str]:
    """One line for each reason, with the patients it concerns."""
    from radici.core.errors import some
    from radici.reporting.flow import left_groups

    return [f"Left out ({len(g.patients)}): {some(list(g.patients))}: {g.reason}" for g in left_groups(record)]


def _tell(quiet: bool, as_json: bool, facts: dict[str, Any], lines: list[str]) -> None:
    if as_json:
        typer.echo(json.dumps(_finite(facts), indent=1, default=str))
    elif not quiet:
        for line in lines:
            typer.echo(line)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and (value != value or abs(value) == float("inf")) else value


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar with time left on a terminal, a line now and then elsewhere, nothing when quiet."""
    if quiet:
        yield lambda label, done, total: None
    elif sys.stderr.isatty():
        with _bar() as update:
            yield update
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, Any] = {}

        def update(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = shown.add_task(label, total=total)
            shown.update(tasks[label], completed=done, total=total)

        yield update


def _lines() -> Callable[[str, int, int], None]:
    import time

    begun: dict[str, float] = {}
    told: dict[str, float] = {}

    def update(label: str, done: int, total: int) -> None:
        now = time.monotonic()
        begun.setdefault(label, now)
        if now - told.get(label, begun[label]) >= 5:
            told[label] = now
            left = (now - begun[label]) / done * (total - done)
            typer.echo(f"{label}: {done} of {total}, about {left:.0f} s left", err=True)

    return update


def main() -> None:
    """Run a command; anything that a user can mend ends in one message, not a traceback."""
    from radici.core.errors import LeakFound, RadiciError

    try:
        stopped = app(standalone_mode=False)  # an exit code where a command was cut short, such as by Ctrl-C
        if stopped == 130:
            raise KeyboardInterrupt
        if stopped:
            raise SystemExit(stopped)
    except typer.Exit as stop:
        raise SystemExit(stop.exit_code) from None
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("Stopped. Run the same command again; what was kept on the way is not computed again.", err=True)
        raise SystemExit(130) from None
    except RadiciError as error:
        typer.echo(f"radici: {error}", err=True)
        raise SystemExit(3 if isinstance(error, LeakFound) else 1) from None
    except OSError as error:
        typer.echo(f"radici: {error.strerror or error}: {error.filename or ''}".rstrip(": "), err=True)
        raise SystemExit(1) from None
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        raise SystemExit(getattr(error, "exit_code", 2)) from None
