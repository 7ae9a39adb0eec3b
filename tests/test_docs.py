"""The tutorial runs as it stands, and the documents name what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_tutorial_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in BLOCK.findall((ROOT / "docs/tutorial.md").read_text()):
        exec(compile(block, "docs/tutorial.md", "exec"), names)
    assert (tmp_path / "results/report.html").is_file()


def test_the_page_on_response_runs(capsys):
    names: dict[str, object] = {}
    for block in BLOCK.findall((ROOT / "docs/response.md").read_text()):
        exec(compile(block, "docs/response.md", "exec"), names)
    assert "from baseline" in capsys.readouterr().out


def test_endpoints_and_settings_on_the_page_on_response_are_read():
    from radici.core.settings import build, build_named
    from radici.response import ENDPOINTS
    from radici.study.respond import ResponseSettings
    from radici.study.spelling import read_yaml

    settings, endpoints = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/response.md").read_text(), re.DOTALL)
    build(ResponseSettings, read_yaml(settings, "settings"), "settings")
    for name, spelled in read_yaml(endpoints, "study")["endpoints"].items():
        build_named(ENDPOINTS, spelled, name)


@pytest.mark.parametrize(
    "page",
    [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md", ROOT / "ARCHITECTURE.md"],
    ids=lambda page: page.name,
)
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_architecture_names_every_folder():
    folders = {path.name for path in (ROOT / "src/radici").iterdir() if path.is_dir() and path.name != "__pycache__"}
    text = (ROOT / "ARCHITECTURE.md").read_text()
    assert {name for name in folders if f"`{name}`" not in text} == set()


def test_the_example_study_reads_and_round_trips():
    from radici.study import Study

    study = Study.read(ROOT / "examples/nsclc-ct/study.yaml")
    assert Study.parse(study.text()) == study
