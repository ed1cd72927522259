"""Every JSON document keeps its contract, and every contract is one that is given and can be broken."""

from __future__ import annotations

import copy
import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from every_command import CALLS, answer, command_of, list_commands, make_box, make_part
from jsonschema import Draft202012Validator

from sanwu_cli import console
from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.schemas import list_schemas, load_documents, make_schema, shorten_name

PACKAGE = Path(__file__).parents[1] / "sanwu_cli"
# Written into a file, or to stderr, and not to stdout.
ELSEWHERE = {"run", "error", "backup"}
# Enumerations of the program, not of the field: no Chinese words belong to them.
WITHOUT_WORDS = {"ExitStatus", "EntryKind"}
GIVES_A_SCHEMA = "schema score-year"


@pytest.fixture(scope="module")
def validators():
    return {name: Draft202012Validator(make_schema(name)) for name in load_documents()}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return make_part(tmp_path_factory.mktemp("格式") / "清河")


@pytest.fixture(scope="module")
def answers(city):
    box = make_box(city.parent / "箱")
    try:
        return [answer(city, box, call, "--format", "json") for call in CALLS]
    finally:
        console.configure()


@pytest.fixture(scope="module")
def record(answers, city):
    """The record of the month end among the calls."""
    assert answers
    return json.loads((city / "out/2026-02/run.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def documents(answers):
    """What each call printed, by call."""
    return {one.call: json.loads(one.out) for one in answers if one.call != GIVES_A_SCHEMA}


def test_every_command_is_called_here():
    commands = list_commands()
    missing = commands - {command_of(call, commands) for call in CALLS}
    assert not missing, f"give these an example in tests/every_command.py: {sorted(missing)}"


def test_every_command_answers_json_on_the_sample_city(answers):
    for one in answers:
        assert one.status in (ExitStatus.CLEAN, ExitStatus.FINDINGS, ExitStatus.PARTIAL), (one.call, one.err)
        assert one.out.startswith("{"), f"{one.call} gives no JSON: {one.out[:80]}"


def test_every_answer_keeps_its_schema(documents, validators):
    faults = []
    for call, document in documents.items():
        name = shorten_name(document["schema"])
        assert name in validators, f"{call}: {document['schema']} has no schema in sanwu_cli/schemas"
        faults += [
            f"{call}: {list(e.absolute_path)} {e.message[:200]}"
            for e in validators[name].iter_errors(document)
        ]
    assert not faults, "\n".join(faults[:20])


def test_every_schema_is_seen_in_an_answer(documents):
    seen = {shorten_name(document["schema"]) for document in documents.values()}
    assert set(load_documents()) - seen == ELSEWHERE


def test_names_in_the_code_and_schemas_are_the_same():
    raised = Counter()
    for path in PACKAGE.rglob("*.py"):
        if "schemas" not in path.relative_to(PACKAGE).parts:
            raised.update(re.findall(r'"(sanwu/[a-z0-9-]+/[0-9]+)"', path.read_text("utf-8")))
    assert set(raised) == {name for name, _ in list_schemas()}


def test_the_record_of_a_month_end_keeps_its_schema(record, validators):
    validators["run"].validate(record)
    assert record["outputs"]
    assert record["ledger"]["sheets"]


def test_what_a_backup_says_of_itself_keeps_its_schema(answers, city, validators):
    assert answers
    paths = [*city.parent.rglob("sanwu-*.zip")]
    assert len(paths) >= 3  # by hand, by the month end, before the restoring
    for path in paths:
        with zipfile.ZipFile(path) as package:
            validators["backup"].validate(json.loads(package.read("manifest.json")))


def test_the_error_line_keeps_its_schema(city, validators):
    for words in ("incidents show 没有", "score year", "sheet show 没有", "incidents nix"):
        said = answer(city, city, words, "--format", "json")
        assert said.out == ""
        line = json.loads(said.err.splitlines()[-1])
        validators["error"].validate(line)
        assert line["exit"] == said.status
    console.configure()


@pytest.mark.parametrize("name", load_documents())
def test_a_schema_is_valid_and_decided(name):
    schema = make_schema(name)
    Draft202012Validator.check_schema(schema)
    assert re.fullmatch(rf"sanwu/{name}/[1-9]", schema["title"])
    assert schema["properties"]["schema"]["enum"] == [schema["title"]]
    for part in (schema, *schema.get("$defs", {}).values()):
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert re.search(r"[\u4e00-\u9fff]", part["description"]), part["title"]
        elif part["title"] not in WITHOUT_WORDS:
            assert re.search(r"[\u4e00-\u9fff]", part["description"]), f"no words for {part['title']}"


def _list_places(value, path=()):
    """List where the document can be broken: keys and values, of a list the first element only."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _list_places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from _list_places(value[0], (*path, 0))


def _open_at(schema, path):
    """Say whether a place stands in a map with keys of its own, or in one that holds anything."""
    part = schema
    for step in path:
        while "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
        options = [part, *part.get("anyOf", [])]
        options = [schema["$defs"][o["$ref"].rpartition("/")[2]] if "$ref" in o else o for o in options]
        if isinstance(step, int):
            part = next(o["prefixItems"][step] if "prefixItems" in o else o["items"] for o in options)
            continue
        found = next((o for o in options if step in o.get("properties", {})), None)
        if found is None:
            return True
        is_optional = step not in found["required"]
        part = found["properties"][step]
        if is_optional and step == path[-1]:
            return True
    return False


def test_a_broken_document_fails(documents, record, validators):
    broken = set()
    for document in (*documents.values(), record):
        name = shorten_name(document["schema"])
        schema, validator = make_schema(name), validators[name]
        small = _cut(document)
        assert validator.is_valid(small), name
        assert not validator.is_valid({**small, "extra": 1})
        for path in _list_places(small):
            if (name, path) in broken or _open_at(schema, path):
                continue
            for change in (_drop, _replace):
                wrong = copy.deepcopy(small)
                change(wrong, path)
                assert not validator.is_valid(wrong), (name, path, change.__name__)
            broken.add((name, path))
    assert len(broken) > 1_000


def _cut(value):
    """Keep the first element of every list of parts, so that breaking a document everywhere stays quick."""
    if isinstance(value, dict):
        return {key: _cut(inner) for key, inner in value.items()}
    if isinstance(value, list) and value:
        return [_cut(value[0])] if isinstance(value[0], (dict, list)) else value
    return value


def _drop(document, path):
    for step in path[:-1]:
        document = document[step]
    del document[path[-1]]


def _replace(document, path):
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = [[1]]  # nothing in any document is a list of lists of numbers


def test_schemas_are_listed_and_printed(capsys):
    assert run(["schema", "--format", "json"]) == ExitStatus.CLEAN
    listed = json.loads(capsys.readouterr().out)["schemas"]
    assert [one["name"] for one in listed] == [name for name, _ in list_schemas()]
    assert run(["schema", "sanwu/run/1"]) == ExitStatus.USAGE
    assert "您是不是想写“run”？" in capsys.readouterr().err
    for spelling in ("due", "sanwu/due/1"):
        assert run(["schema", spelling]) == ExitStatus.CLEAN
        assert json.loads(capsys.readouterr().out) == make_schema("due")
    assert run(["schema", "score-yera"]) == ExitStatus.USAGE
    assert "您是不是想写“score-year”？" in capsys.readouterr().err
