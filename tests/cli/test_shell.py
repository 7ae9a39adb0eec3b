"""The command: exit codes, what is printed where, and what a start costs."""

import json
import os
import re
import resource
import subprocess
import sys

import pytest

import radici
from radici import cli
from radici.core.errors import LeakFound
from radici.demo import write_cohort
from radici.response.respond import Rules

HEAVY = ("numba", "sklearn", "pandas", "SimpleITK", "torch", "matplotlib", "scipy", "joblib")
COMMANDS = ("new", "check", "run", "predict", "demo")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo")
    write_cohort(path, patients=20, sites=("north",))
    text = (path / "study.yaml").read_text()
    light = text.replace("folds: 5, repeats: 5, permutations: 100", "folds: 2, repeats: 1, permutations: 0")
    (path / "study.yaml").write_text(light.replace("sealed: {", "# sealed: {"))
    return path


def test_help_names_every_command(call, capsys):
    assert call("--help") == 0
    told = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in told] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(call, capsys, command):
    assert call(command, "--help") == 0
    assert "--quiet" in capsys.readouterr().out


def told_by_help(call, capsys, command):
    """What `--help` prints, without frames and line breaks."""
    call(command, "--help")
    return " ".join(re.sub("[│╭╮╰╯─]", " ", capsys.readouterr().out).split())


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("check", "Study file (YAML)."),
        ("new", "Folder with images"),
        ("predict", "Model folder, as `radici run` writes it"),
        ("predict", "MODEL is a folder that `radici run` writes"),
        ("predict", "NEW is a folder of scans and tables"),
        ("respond", "Lesion table, a row per lesion and visit"),
        ("respond", "Columns of LESIONS: patient, lesion, role (target, non-target, new), organ, visit, day or date"),
        ("respond", "--settings holds `criteria:`"),
        ("respond", "`rules:` (best, confirmed, progression, benefit, growth)"),
    ],
)
def test_help_says_what_is_given(call, capsys, command, said):
    assert said in told_by_help(call, capsys, command)


def test_help_of_respond_names_the_rules_that_a_settings_file_may_hold(call, capsys):
    assert f"({', '.join(Rules.model_fields)})" in told_by_help(call, capsys, "respond")


def test_version_is_printed(call, capsys):
    assert call("--version") == 0
    assert capsys.readouterr().out == f"radici {radici.__version__}\n"


@pytest.mark.parametrize("arguments", [["fly"], ["run"], ["check", "a.yaml", "--no-such-option"], ["run", "a.yaml"]])
def test_wrong_usage_ends_with_2(call, capsys, arguments):
    assert call(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err


def test_input_that_can_be_mended_ends_with_1(call, capsys, tmp_path):
    assert call("check", tmp_path / "none.yaml") == 1
    told = capsys.readouterr()
    assert (told.out, told.err.startswith("radici: There is no study file")) == ("", True)


def test_check_ends_with_0_and_prints_the_plan(call, capsys, demo):
    assert call("check", demo / "study.yaml") == 0
    assert "Development: " in capsys.readouterr().out


def test_quiet_prints_nothing(call, capsys, demo):
    assert call("check", demo / "study.yaml", "--quiet") == 0
    assert tuple(capsys.readouterr()) == ("", "")


def test_quiet_still_prints_errors(call, capsys, tmp_path):
    assert call("check", tmp_path / "none.yaml", "--quiet") == 1
    assert capsys.readouterr().err


def test_json_of_check_is_one_object(call, capsys, demo):
    assert call("check", demo / "study.yaml", "--json") == 0
    assert json.loads(capsys.readouterr().out)["development"] > 0


def test_json_of_new_names_the_file(call, capsys, demo, tmp_path):
    assert call("new", demo, "--out", tmp_path / "fresh.yaml", "--json") == 0
    assert json.loads(capsys.readouterr().out)["study"] == str(tmp_path / "fresh.yaml")


def test_json_writes_undefined_numbers_as_null():
    # NaN and infinity are no JSON (RFC 8259, section 6)
    assert cli._finite({"a": [float("nan"), (1.5, float("inf"))]}) == {"a": [None, [1.5, None]]}


def test_new_tells_how_to_go_on(call, capsys, demo, tmp_path):
    assert call("new", demo, "--out", tmp_path / "fresh.yaml") == 0
    assert f"radici check {tmp_path / 'fresh.yaml'} --data {demo}" in capsys.readouterr().out


@pytest.fixture
def no_run(monkeypatch):
    """Demonstrations write their files, and compute nothing."""
    monkeypatch.setattr(cli, "_run", lambda *arguments: None)
    monkeypatch.setattr(cli, "respond", lambda *arguments, **options: None)


def test_a_demo_is_written_again(call, tmp_path, no_run):
    assert [call("demo", tmp_path, "--patients", 12, "--quiet") for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("place", ["data/clinical.csv", "data/README.txt", "response/patients.csv"])
def test_a_demo_refuses_a_folder_with_other_files(call, capsys, tmp_path, no_run, place):
    (tmp_path / place).parent.mkdir()
    (tmp_path / place).write_text("mine\n")
    assert call("demo", tmp_path, "--patients", 12) == 1
    assert "holds other files than" in capsys.readouterr().err


def test_a_demo_leaves_a_file_of_the_users_as_it_is(call, tmp_path, no_run):
    mine = tmp_path / "data" / "clinical.csv"
    mine.parent.mkdir()
    mine.write_text("mine\n")
    call("demo", tmp_path, "--patients", 12)
    assert [path.name for path in mine.parent.iterdir()] == ["clinical.csv"]
    assert mine.read_text() == "mine\n"


def test_check_says_what_the_endpoint_is(call, capsys, demo):
    call("check", demo / "study.yaml")
    first = capsys.readouterr().out.splitlines()[0]
    assert first.endswith("endpoint 'response', category of column best_response: yes CR, PR; no SD, PD; unknown NE")


def test_stopping_by_hand_ends_with_130_and_says_how_to_go_on(call, capsys, monkeypatch):
    def stopped(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", stopped)
    assert call("run", "study.yaml", "--out", "out") == 130
    told = capsys.readouterr().err
    assert "Stopped." in told
    assert "same command again" in told
    assert "Traceback" not in told


def test_leak_ends_with_3(call, capsys, monkeypatch):
    def leaky(*arguments):
        raise LeakFound("The canary died.")

    monkeypatch.setattr(cli, "_run", leaky)
    assert call("run", "study.yaml", "--out", "out") == 3
    assert capsys.readouterr().err == "radici: The canary died.\n"


class Clock:
    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    import time

    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    return clock


def test_progress_is_silent_in_the_first_seconds(clock, capsys):
    update = cli._lines()
    for done in range(1, 5):
        clock.now += 1.0
        update("permutations", done, 100)
    assert capsys.readouterr().err == ""


def test_progress_tells_a_line_with_the_time_left_after_seconds(clock, capsys):
    update = cli._lines()
    update("permutations", 0, 100)
    clock.now += 10.0
    update("permutations", 20, 100)
    assert capsys.readouterr().err == "permutations: 20 of 100, about 40 s left\n"


def test_progress_goes_to_standard_error_only(clock, capsys):
    update = cli._lines()
    update("permutations", 0, 100)
    clock.now += 10.0
    update("permutations", 20, 100)
    assert capsys.readouterr().out == ""


def loaded_by(statements):
    """Names of heavy modules that a fresh process loads."""
    code = f"import sys\n{statements}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.splitlines()[-1].split()


def test_import_loads_nothing_heavy():
    assert loaded_by("import radici") == []


def test_help_loads_nothing_heavy():
    code = (
        "sys.argv = ['radici', '--help']\nfrom radici.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    )
    assert loaded_by(code) == []


def cpu_seconds(*command):
    """User and system time of a process; the smallest of three, for the machine may be busy."""
    found = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], capture_output=True, check=True, timeout=60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


@pytest.mark.skipif(os.name != "posix", reason="CPU time of children is read the POSIX way")
def test_import_costs_less_than_0_3_seconds():
    assert cpu_seconds("-c", "import radici") < 0.3


@pytest.mark.skipif(os.name != "posix", reason="CPU time of children is read the POSIX way")
def test_help_costs_less_than_0_5_seconds():
    assert cpu_seconds("-m", "radici", "--help") < 0.5
