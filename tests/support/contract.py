"""The contract: openapi.yaml and asyncapi.yaml, and whether an answer or a frame keeps to it."""

import functools
import json
import re
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "server/api/openapi.yaml"
ASYNCAPI = ROOT / "server/api/asyncapi.yaml"
API = "/api/v1"
# Statuses that the edge may answer on any path, documented there or not.
ANYWHERE = {400, 404, 405, 408, 413, 414, 429, 431, 500, 503}


class BrokenContract(AssertionError):
    """The server said something that the contract does not allow."""


def _load(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


@functools.cache
def openapi():
    return _load(OPENAPI)


@functools.cache
def asyncapi():
    return _load(ASYNCAPI)


@functools.cache
def _registry():
    documents = {"urn:openapi": openapi(), "urn:asyncapi": asyncapi()}
    return Registry().with_resources(
        (uri, Resource.from_contents(content, default_specification=DRAFT202012)) for uri, content in documents.items()
    )


@functools.cache
def _validator(reference):
    return Draft202012Validator({"$ref": reference}, registry=_registry())


def _complain(reference, value):
    """The deepest reason why value does not fit, or None."""
    error = next(iter(_validator(reference).iter_errors(value)), None)
    if error is None:
        return None
    where = "/".join(str(part) for part in error.absolute_path) or "(top)"
    return f"{where}: {error.message}"


def _escape(part):
    return part.replace("~", "~0").replace("/", "~1")


@functools.cache
def _templates():
    """(pattern, template) of each path, those without parameters first."""
    templates = []
    for template, item in openapi()["paths"].items():
        at_root = "servers" in item
        full = template if at_root else API + template
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(full))
        templates.append((re.compile(pattern + "$"), template))
    return sorted(templates, key=lambda pair: "{" in pair[1])


def operation(method, path):
    """The template and the operation that (method, path) belong to; (None, None) where the contract has none."""
    for pattern, template in _templates():
        if pattern.match(path):
            return template, openapi()["paths"][template].get(method.lower())
    return None, None


@functools.cache
def status_of_code():
    """The table in the description of ErrorCode: code -> status."""
    text = openapi()["components"]["schemas"]["ErrorCode"]["description"]
    return {code: int(status) for code, status in re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.M)}


def check_problem(status, headers, body):
    media = headers.get("content-type", "").split(";")[0]
    if media != "application/problem+json":
        raise BrokenContract(f"{status} with content type {media!r}: {body[:300]!r}")
    problem = json.loads(body)
    if reason := _complain("urn:openapi#/components/schemas/Problem", problem):
        raise BrokenContract(f"problem: {reason}: {problem}")
    if problem["status"] != status:
        raise BrokenContract(f"status {status} on the line, {problem['status']} in the body")
    if status_of_code()[problem["code"]] != status:
        raise BrokenContract(f"{problem['code']} has status {status_of_code()[problem['code']]}, not {status}")
    if problem["code"] == "unknown_field" and "field" not in problem:
        raise BrokenContract(f"unknown_field without a field: {problem}")
    if headers.get("x-request-id") != problem["request_id"]:
        raise BrokenContract("X-Request-Id differs from request_id")
    if status == 429 and not headers.get("retry-after", "").isdigit():
        raise BrokenContract("429 without Retry-After in seconds")
    return problem


def check_response(method, path, status, headers, body):
    """Raises BrokenContract unless the answer to method on path is one that openapi.yaml documents."""
    what = f"{method} {path} -> {status}"
    template, found = operation(method, path)
    if method == "OPTIONS" and template and status == 204:
        return  # of CORS, on every path; has tests of its own
    try:
        if found is None or str(status) not in found["responses"]:
            if status not in ANYWHERE or (status == 405 and found):
                raise BrokenContract("not documented")
            check_problem(status, headers, body)
            return
        if headers.get("x-content-type-options") != "nosniff":
            raise BrokenContract("no X-Content-Type-Options: nosniff")
        if path.startswith(API) and not path.endswith(".yaml") and "no-store" not in headers.get("cache-control", ""):
            raise BrokenContract("no Cache-Control: no-store")
        if status >= 400 and not template.endswith("z"):
            check_problem(status, headers, body)
            return
        content = found["responses"][str(status)].get("content")
        if content is None:
            if body:
                raise BrokenContract(f"a body where there is none: {body[:200]!r}")
            return
        media = headers.get("content-type", "").split(";")[0]
        if media not in content:
            raise BrokenContract(f"content type {media!r}")
        if media == "application/json":
            pointer = "/".join(
                _escape(p)
                for p in ("paths", template, method.lower(), "responses", str(status), "content", media, "schema")
            )
            if reason := _complain(f"urn:openapi#/{pointer}", json.loads(body)):
                raise BrokenContract(f"{reason}: {body[:500]!r}")
    except BrokenContract as broken:
        raise BrokenContract(f"{what}: {broken}") from None


def check_accepted(method, path, body):
    """A JSON body that the server has accepted must be one that the contract accepts."""
    template, found = operation(method, path)
    if not found or "requestBody" not in found:
        return
    pointer = "/".join(
        _escape(p) for p in ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
    )
    if reason := _complain(f"urn:openapi#/{pointer}", body):
        raise BrokenContract(f"{method} {path} accepted what the contract refuses: {reason}: {body!r}")


@functools.cache
def _frames():
    """Schema names of what the server sends, by `type`; message and user's stream differ in type, so one each."""
    names = [ref["$ref"].rsplit("/", 1)[1] for ref in asyncapi()["components"]["schemas"]["ServerPush"]["oneOf"]]
    schemas = asyncapi()["components"]["schemas"]
    return {schemas[name]["properties"]["type"]["const"]: name for name in names}


def check_frame(text):
    """Parses a frame of the server's; raises BrokenContract unless asyncapi.yaml has it."""
    frame = json.loads(text)
    name = _frames().get(frame.get("type"))
    if name is None:
        raise BrokenContract(f"a frame of unknown type: {text[:300]}")
    if reason := _complain(f"urn:asyncapi#/components/schemas/{name}", frame):
        raise BrokenContract(f"{name}: {reason}: {text[:500]}")
    return frame
