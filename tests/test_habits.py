"""What stands around the code: CI, the form for an outlet that changed, dependabot, pre-commit; and what holds the changelog."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # apprise needs it

ROOT = Path(__file__).parents[1]
SCHEMAS = {  # of SchemaStore, as check-jsonschema has them
    ".github/workflows/ci.yml": "vendor.github-workflows",
    ".github/dependabot.yml": "vendor.dependabot",
    ".github/ISSUE_TEMPLATE/outlet-changed.yml": "vendor.github-issue-forms",
    ".github/ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
}


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_file_is_valid_by_its_schema(name: str) -> None:
    pytest.importorskip("check_jsonschema", reason="schemas of GitHub's files: pip install check-jsonschema")
    command = ["check-jsonschema", "--builtin-schema", SCHEMAS[name], str(ROOT / name)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_ci_runs_what_every_machine_runs() -> None:
    jobs = loaded(".github/workflows/ci.yml")["jobs"]
    commands = [step["run"].split()[0] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert ".ci/run" in commands
    assert ".ci/changelog" in commands
    assert all((ROOT / command).stat().st_mode & 0o111 for command in commands if command.startswith(".ci/"))


def test_hooks_need_nothing_but_the_environment() -> None:
    (repository,) = loaded(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    assert {hook["entry"].split()[0] for hook in repository["hooks"]} == {".venv/bin/ruff", ".venv/bin/scrapy"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose first commit has the check of the changelog."""
    for command in (("init", "-q", "-b", "main"), ("config", "user.email", "you@example.org"), ("config", "user.name", "You")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "changelog").write_bytes((ROOT / ".ci" / "changelog").read_bytes())
    (tmp_path / ".ci" / "changelog").chmod(0o755)
    commit(tmp_path, "CHANGELOG.md", "docs/x.md")
    subprocess.run(["git", "branch", "before"], cwd=tmp_path, check=True)
    return tmp_path


def commit(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        with (folder / name).open("a") as file:
            file.write("x\n")
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "x"], cwd=folder, check=True)


@pytest.mark.parametrize(
    ("names", "code"),
    [(["crawler/x.py"], 1), (["pipelines/x.sql"], 1), (["crawler/x.py", "CHANGELOG.md"], 0), (["tests/x.py", "docs/x.md"], 0)],
)
def test_what_people_notice_has_to_be_in_the_changelog(names: list[str], code: int, repository: Path) -> None:
    commit(repository, *names)
    done = subprocess.run([".ci/changelog", "before"], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert ("say in CHANGELOG.md" in done.stderr and names[0] in done.stderr) is bool(code)
