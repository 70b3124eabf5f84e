"""The contract itself: well-formed, complete, and one with the server's own table of errors."""

import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from support import contract
from support.contract import ROOT


def test_openapi_is_valid():
    validate(contract.openapi())


def test_every_operation_is_described():
    seen = set()
    for path, item in contract.openapi()["paths"].items():
        for method, operation in item.items():
            if method == "servers":
                continue
            assert operation["summary"] and operation["description"] and operation["tags"], (method, path)
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])


def test_requests_are_strict_and_answers_open():
    schemas = contract.openapi()["components"]["schemas"]
    for name, schema in schemas.items():
        if schema.get("type") == "object" and name != "Health":
            assert (schema.get("additionalProperties") is False) == name.endswith("Request"), name


def test_examples_of_requests_fit():
    for item in contract.openapi()["paths"].values():
        for operation in (o for m, o in item.items() if m != "servers" and "requestBody" in o):
            for media in operation["requestBody"]["content"].values():
                reference = "urn:openapi" + media["schema"]["$ref"]
                assert contract._complain(reference, media["example"]) is None, operation["operationId"]


@pytest.mark.parametrize("name", contract.asyncapi()["components"]["messages"])
def test_examples_of_frames_fit(name):
    for example in contract.asyncapi()["components"]["messages"][name]["examples"]:
        reference = f"urn:asyncapi#/components/schemas/{name}"
        assert contract._complain(reference, example["payload"]) is None


def test_commands_are_strict_and_pushes_open():
    schemas = contract.asyncapi()["components"]["schemas"]
    commands = {r["$ref"].rsplit("/", 1)[1] for r in schemas["ClientCommand"]["oneOf"]}
    pushes = {r["$ref"].rsplit("/", 1)[1] for r in schemas["ServerPush"]["oneOf"]}
    assert all(schemas[name]["additionalProperties"] is False for name in commands)
    assert not [name for name in pushes if "additionalProperties" in schemas[name]]


def test_what_both_documents_name_alike_is_alike():
    rest, frames = contract.openapi()["components"]["schemas"], contract.asyncapi()["components"]["schemas"]
    shared = set(rest) & set(frames)
    assert {"Id", "Seq", "Room", "User", "ErrorCode", "MessageContent", "MessageKey"} <= shared
    assert {name: rest[name] for name in shared} == {name: frames[name] for name in shared}


def test_every_schema_is_a_schema():
    for document in (contract.openapi(), contract.asyncapi()):
        for schema in document["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)


def test_the_codes_are_those_of_the_servers_table():
    table = (ROOT / "server/core/error.cpp").read_text(encoding="utf-8")
    rows = dict(re.findall(r'ErrorKind\{Code::\w+,\s*"(\w+)",\s*(\d+)', table))
    documented = contract.status_of_code()
    assert {code: int(status) for code, status in rows.items()} == documented
    assert list(documented) == contract.openapi()["components"]["schemas"]["ErrorCode"]["enum"]


def test_the_codes_are_those_of_the_guide():
    guide = (ROOT / "docs/PROTOCOL.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d{3})", guide, re.M))
    assert {code: int(status) for code, status in rows.items()} == contract.status_of_code()
