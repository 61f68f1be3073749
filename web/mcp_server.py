"""Operations of the REST API as tools for assistants, over the Model Context Protocol on standard input."""

import inspect
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, cast, get_type_hints

import anyio
from fastapi.routing import APIRoute
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    CallToolResult,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
    jsonrpc_message_adapter,
)
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from starlette.responses import Response

from .. import __version__
from ..data.answers.parsing import expected_answer
from ..data.errors import AnswerError, Fault, FileError, InputError, OfferOddsError
from ..data.files import parse_json
from ..data.name_matching import nearest
from ..data.parser_errors import validation_faults
from ..model.offer_model import OfferModel
from .api import exchange, journal, outlook, predict, routers
from .remedies import TOOLS
from .settings import Settings
from .state import AppState
from .templating import without_folder

_INSTRUCTIONS = (
    "Estimates the chance of a job offer from the signs of an interview, and keeps the person's journal of "
    "interviews on this computer. It is for candidates, not for deciding whom to hire. Use only answers that "
    "the person gave; a sign that is left out never counts as a no. Report the range with the chance. "
    "Confirm company, role, date and outcome before you save them."
)
ENDPOINTS: tuple[Callable[..., Any], ...] = (
    predict.predict,
    journal.list_,
    journal.next_steps,
    journal.show,
    journal.add,
    journal.edit,
    journal.outcome,
    journal.event,
    exchange.undo,
    outlook.outlook,
)
_READ_ONLY_POST = ("predict",)
_CHANGE_ENTRIES = ("edit_interview", "undo_change")  # other tools only read or add
_ID_DIGITS = 18  # of the id of a request; Python converts at most 4,300
_DEFAULTS = {"save_anyway": False, "size": 5}  # where a tool differs from the REST API
_Schema = dict[str, Any]


class Operation:
    """An operation of the REST API as a tool.

    Parameters
    ----------
    endpoint : callable
        The function of its route, which states name, description and types.

    Attributes
    ----------
    arguments : type of BaseModel
        The parameters of path and query and the fields of the body, side by side.
    """

    def __init__(self, endpoint: Callable[..., Any]) -> None:
        routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
        (self._route,) = (route for route in routes if route.endpoint is endpoint)
        hints = get_type_hints(endpoint, include_extras=True)
        self._parameters = inspect.signature(endpoint).parameters
        self._body = {name: hints[name] for name in self._parameters if _is_model(hints[name])}
        fields: dict[str, Any] = {
            name: (hints[name], ... if parameter.default is parameter.empty else parameter.default)
            for name, parameter in self._parameters.items()
            if name not in {"state", "response", *self._body}
        }
        base = next(iter(self._body.values()), _NoBody)
        self.arguments = create_model(self.name, __base__=base, **fields)

    @property
    def name(self) -> str:
        """Name of the tool: the id of the operation."""
        return str(self._route.operation_id)

    @cached_property
    def _defaults(self) -> Mapping[str, Any]:
        return {name: value for name, value in _DEFAULTS.items() if name in self.arguments.model_fields}

    def describe(self, answers: _Schema) -> Tool:
        """Describe the tool.

        Parameters
        ----------
        answers : dict
            Properties of the schema of answers, by sign.
        """
        schema = self.arguments.model_json_schema()
        properties = schema.get("properties", {})
        for name, value in self._defaults.items():
            properties[name]["default"] = value
        if "answers" in properties:
            properties["answers"]["properties"] = answers
        return Tool(
            name=self.name,
            title=self._route.summary,
            description=" ".join(str(inspect.getdoc(self._route.endpoint)).split("\n\n", 1)),
            input_schema=schema,
            output_schema=self._route.response_model.model_json_schema(mode="serialization"),
            annotations=ToolAnnotations(
                read_only_hint=self._route.methods == {"GET"} or self.name in _READ_ONLY_POST,
                destructive_hint=self.name in _CHANGE_ENTRIES,
                open_world_hint=False,
            ),
        )

    async def call(self, state: AppState, given: Mapping[str, Any]) -> _Schema:
        """Check the arguments and run the operation, as a request would.

        Raises
        ------
        InputError
            Invalid arguments or answers, or a journal that cannot be used; every fault is listed.
        """
        try:
            checked = self.arguments.model_validate({**self._defaults, **given}, strict=True)
        except ValidationError as error:
            names = [field.alias or name for name, field in self.arguments.model_fields.items()]
            raise AnswerError(validation_faults(error, given, names)) from None
        available = {"state": state, "response": Response(), **dict(checked)}
        for name, body in self._body.items():
            available[name] = body.model_validate(
                checked.model_dump(include={*body.model_fields}, exclude_unset=True)
            )
        result = self._route.endpoint(**{name: available[name] for name in self._parameters})
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, Response):
            return cast(_Schema, json.loads(bytes(result.body)))
        typed = self._route.response_model.model_validate(result)
        unset = self._route.response_model_exclude_unset
        return cast(_Schema, typed.model_dump(mode="json", by_alias=True, exclude_unset=unset))


class _NoBody(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def create_server(state: AppState) -> Server[Any]:
    """Create a server with a tool for each operation.

    Parameters
    ----------
    state : AppState
        The journal and the model.
    """
    operations = {operation.name: operation for operation in map(Operation, ENDPOINTS)}

    async def list_tools(*_: Any) -> ListToolsResult:
        answers = _answer_schemas(state.active_model().model)
        return ListToolsResult(tools=[each.describe(answers) for each in operations.values()])

    async def call_tool(_: Any, call: Any) -> CallToolResult:
        try:
            if call.name not in operations:
                fault = Fault("no such tool", seen=call.name, nearest=nearest(call.name, operations))
                raise AnswerError([fault])
            result = await operations[call.name].call(state, call.arguments or {})
        except OfferOddsError as error:
            return _text(_without_folders(error).worded(TOOLS), is_error=True)
        return _text(json.dumps(result, ensure_ascii=False), structured_content=result)

    return Server(
        "offerodds",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _answer_schemas(model: OfferModel) -> dict[str, _Schema]:
    """Describe the answers by sign; null removes one that is saved."""
    described: dict[str, _Schema] = {}
    for name, question in model.catalogue.questions.items():
        words = ["yes", "no"] if question.kind == "yes_no" else question.levels
        if question.kind in ("yes_no", "choice"):
            described[name] = {"enum": [*words, None], "description": question.question}
        elif question.kind != "ratio":  # computed from two other answers
            text = f"{question.question} {expected_answer(question)}"
            described[name] = {"type": ["number", "string", "null"], "description": text}
    return described


def _text(text: str, **more: Any) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], **more)


def _without_folders(error: OfferOddsError) -> OfferOddsError:
    """Name files without their folders: an assistant passes on what it reads."""
    if not isinstance(error, InputError):
        return error
    return type(error)(map(without_folder, error.faults), error.count, error.remedy)


class Requests(anyio.AsyncFile[str]):
    """Lines of standard input; the SDK drops what is no message, so that a client would wait for ever."""

    def __init__(self) -> None:
        number = sys.stdin.fileno()
        super().__init__(open(number, encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115 (not ours)
        self.replies: Any = None

    async def readline(self) -> str:
        """Read the next message, and answer those before it that are none."""
        while refusal := refuse_message(line := await super().readline()):
            await self.replies.send(SessionMessage(refusal))
        return line


def refuse_message(line: str) -> JSONRPCError | None:
    """Create the answer to a line that is no message, with the id of its request if that can be read.

    Examples
    --------
    >>> refuse_message('{"jsonrpc": "2.0", "id": 3, "id": 4, "method": "ping"}').error.message
    "not JSON; seen the key 'id' occurs twice in one object"
    """
    if not line.strip():
        return None
    fault = ErrorData(code=INVALID_REQUEST, message="not a message of JSON-RPC 2.0")
    try:
        message = parse_json(line, "")
        read = jsonrpc_message_adapter.validate_json(line, by_name=False)
        if not (isinstance(read, JSONRPCNotification) and "id" in message):  # with an id of another type
            return None
    except FileError as error:
        fault = ErrorData(code=PARSE_ERROR, message=str(error))
    except ValidationError:
        pass
    return JSONRPCError(jsonrpc="2.0", id=_request_id(line), error=fault)


def _request_id(line: str) -> int | str | None:
    """Read the id of a request that may be invalid otherwise; None if there is none."""
    try:
        message = json.loads(line, parse_int=lambda digits: int(digits[:_ID_DIGITS]))
        number = message.get("id")
        json.dumps(number, ensure_ascii=False).encode()  # raises for half of a character
    except (ValueError, AttributeError, RecursionError):
        return None
    return number if isinstance(number, int | str) and not isinstance(number, bool) else None


def serve_tools(settings: Settings) -> None:
    """Serve an assistant on standard input and output until it closes them.

    Parameters
    ----------
    settings : Settings
        Of the journal and the model.

    Raises
    ------
    InputError
        The model or the journal cannot be used.
    """
    state = AppState(settings, TOOLS)
    state.open_journal().close()  # so that faults of model or journal appear now
    server = create_server(state)

    async def run() -> None:
        requests = Requests()
        async with stdio_server(requests) as (received, sent):
            requests.replies = sent
            await server.run(received, sent, server.create_initialization_options())

    with suppress(KeyboardInterrupt):
        try:
            anyio.run(run)
        except* BrokenPipeError:  # the assistant has gone
            pass
