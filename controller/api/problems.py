"""Errors as RFC 9457 problem details that name the field and the allowed values, and never echo what was sent.

In: exceptions of FastAPI and Starlette. Out: ``application/problem+json``. Registered by ``build_app``; ``door``
uses ``problem`` for what it turns away itself.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from controller.api.records import FieldProblem, Problem

MEDIA_TYPE = "application/problem+json"
SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_SAYS = {
    "missing": "is required",
    "extra_forbidden": "is not a field known here",
    "json_invalid": "is not valid JSON",
    "literal_error": "is not one of the allowed values",
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "string_type": "must be text",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "model_attributes_type": "must be a JSON object",
    "dict_type": "must be a JSON object",
    "string_unicode": "must be valid Unicode text",
}
_LIMITS = {
    "ge": "at least",
    "le": "at most",
    "min_length": "at least {} characters",
    "max_length": "at most {} characters",
}


class RefusedFieldError(Exception):
    """A request's field is well formed and still cannot be used; ``allowed`` says what can."""

    def __init__(self, field: str, message: str, allowed: str = "") -> None:
        super().__init__(f"{field} {message}")
        self.errors = (FieldProblem(field=field, message=message, allowed=allowed),)


def problem(
    status: int,
    detail: str,
    *,
    errors: Iterable[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem-details answer."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=tuple(errors))
    return Response(
        body.model_dump_json(),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**SECURITY_HEADERS, **(headers or {})},
    )


def register(app: FastAPI) -> None:
    """Give ``app`` its answers to everything that can go wrong."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(RefusedFieldError, _refused)
    app.add_exception_handler(Exception, _broken)
    app.openapi = _describe(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _http(request: Request, exc: Exception) -> Response:
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    said = exc.detail if isinstance(exc, HTTPException) else ""
    details = {
        400: "The request cannot be read.",
        404: said if said != HTTPStatus.NOT_FOUND.phrase else "There is nothing at this address.",
        405: f"This address does not take {request.method}." if request.method.isalpha() else "Unknown method.",
    }
    headers = exc.headers if isinstance(exc, HTTPException) else None
    return problem(status, details.get(status, said), headers=headers)


def _broken(request: Request, exc: Exception) -> Response:
    del request, exc  # the log has the traceback; the reader learns nothing about our inside
    return problem(500, "The controller could not answer this. Healing is not affected; its log has the cause.")


def _refused(request: Request, exc: Exception) -> Response:
    del request
    errors = exc.errors if isinstance(exc, RefusedFieldError) else ()
    return problem(422, "The request names something that cannot be used.", errors=errors)


def _invalid(request: Request, exc: Exception) -> Response:
    found = exc.errors() if isinstance(exc, RequestValidationError) else []
    known = _known_fields(request)
    errors = [_field_problem(error, known) for error in found]
    return problem(422, "The request does not fit; see errors.", errors=errors)


def _field_problem(error: Mapping[str, object], known: Iterable[str]) -> FieldProblem:
    kind = str(error.get("type", ""))
    where, context = error.get("loc"), error.get("ctx")
    names = [str(part) for part in where] if isinstance(where, tuple) else []
    if kind == "extra_forbidden":  # the name itself was sent by the client: not echoed
        return FieldProblem(field=".".join(names[:-1]), message="has a field not known here", allowed=", ".join(known))
    limits = _limits(context if isinstance(context, dict) else {})
    field = names[0] if kind == "json_invalid" else ".".join(names)
    return FieldProblem(field=field, message=_SAYS.get(kind, "does not fit"), allowed=limits)


def _limits(context: Mapping[str, object]) -> str:
    if "expected" in context:
        return str(context["expected"])
    said = []
    for key, words in _LIMITS.items():
        if key in context:
            said.append(words.format(context[key]) if "{}" in words else f"{words} {context[key]}")
    return ", ".join(said)


def _known_fields(request: Request) -> list[str]:
    """Return the names the asked address takes, as the OpenAPI description has them."""
    schema = request.app.openapi()
    path = next((path for path in schema["paths"] if compile_path(path)[0].match(request.url.path)), "")
    operation = schema["paths"].get(path, {}).get(request.method.lower(), {})
    names = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"]
    body = json.dumps(operation.get("requestBody", {}))
    for name, model in schema["components"]["schemas"].items():
        if f'"#/components/schemas/{name}"' in body:
            names.extend(model.get("properties", {}))
    return names


def _describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return ``app.openapi`` with every error described as what it is: problem details."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        schema = plain()
        for operation in (o for path in schema["paths"].values() for o in path.values()):
            for status, answer in operation["responses"].items():
                if status >= "400" and "application/json" in answer.get("content", {}):
                    answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        return schema

    return openapi
