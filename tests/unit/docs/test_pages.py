"""What the pages promise is there: links, commands, make targets, settings, tables of the database."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.main import get_command

from p20w.cli import app
from p20w.settings import PROJECT, Settings

PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
IMAGES = sorted(PROJECT.glob("docs/images/*"))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(page))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_commands_exist_with_their_options(page: Path) -> None:
    command = get_command(app)
    for line in re.findall(r"(?:^|`|\s)p20w ([a-z][^`\n#|]*)", text_of(page)):
        words = line.split()
        found = command.commands.get(words[0])
        if found is None:  # prose that begins with the name
            assert not re.search(rf"`p20w {re.escape(words[0])}", text_of(page)), f"p20w {words[0]}"
            continue
        inner = getattr(found, "commands", {})
        if inner and len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]):
            assert words[1] in inner, f"p20w {words[0]} {words[1]}"
            found = inner[words[1]]
        known = {name for parameter in found.params for name in parameter.opts}
        assert {word.strip(",.;:)") for word in words if word.startswith("--")} <= known | {"--help"}, line


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(PROJECT / "Makefile"), re.M))
    named = {name for page in PAGES for name in re.findall(r"(?:`|^)make ([a-z]+)", text_of(page), re.M)}
    assert named
    assert named <= targets


def test_settings_that_are_named_exist() -> None:
    named = {name for page in PAGES for name in re.findall(r"P20W_([A-Z_]+)", text_of(page))}
    assert named
    compose = set(re.findall(r"\$\{P20W_([A-Z_]+)", text_of(PROJECT / "docker-compose.yml")))
    assert {name.lower() for name in named - compose} - {"failpoint"} <= set(Settings.model_fields)


def test_every_decision_is_in_the_list() -> None:
    folder = PROJECT / "docs" / "decisions"
    listed = text_of(folder / "README.md")
    assert [page.name for page in folder.glob("*.md") if page.name not in listed and page.name != "README.md"] == []


def test_a_decision_has_its_four_parts() -> None:
    for page in (PROJECT / "docs" / "decisions").glob("*.md"):
        if page.name != "README.md":
            parts = ("**Context", "**Decision", "**Because", "**We gave up")
            assert all(part in text_of(page) for part in parts), page.name


def test_pictures_are_small_and_told_in_words() -> None:
    assert IMAGES
    assert all(image.stat().st_size < 300_000 for image in IMAGES)
    for image in IMAGES:
        used = [page for page in PAGES if image.name in text_of(page)]
        assert used, f"{image.name} is on no page"
        assert re.search(rf"!\[[^\]]{{20,}}\]\([^)]*{re.escape(image.name)}\)", text_of(used[0]))
        if image.suffix == ".svg":
            names = [child.tag.split("}")[1] for child in ElementTree.parse(image).getroot()]  # noqa: S314 (our own)
            assert names[:2] == ["title", "desc"]
