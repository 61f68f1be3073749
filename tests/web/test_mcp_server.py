"""Tools for assistants: what the REST API does, through the client of the official SDK."""

import asyncio
import json
import os
import sys
from subprocess import PIPE, Popen

import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from helpers import CATALOGUE
from offerodds import AnswerError, Journal, OfferModel
from offerodds.web.api.predict import predict
from offerodds.web.app import create_app
from offerodds.web.mcp_server import ENDPOINTS, Operation, Requests, create_server, refuse_message
from offerodds.web.remedies import TOOLS
from offerodds.web.settings import Settings
from offerodds.web.state import AppState

FORM = {"rapport": 4, "timeline_given": "specific", "stage": "final"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def use(path):
    """Return a function that calls a tool; a result is JSON that fits its schema, an error is its text."""
    server = create_server(AppState(Settings(journal=path, model="default"), TOOLS))

    async def called(name, arguments):
        async with Client(server) as client:
            return await client.call_tool(name, arguments)

    def use(tool, **arguments):
        result = asyncio.run(called(tool, arguments))
        (text,) = (content.text for content in result.content)
        if result.is_error:
            return text
        assert json.loads(text) == result.structured_content
        Draft202012Validator(TOOL_SCHEMAS[tool]).validate(result.structured_content)
        return result.structured_content

    return use


TOOL_SCHEMAS = {each.name: each.describe({}).output_schema for each in map(Operation, ENDPOINTS)}


def list_tools(path):
    async def listed():
        async with Client(create_server(AppState(Settings(journal=path, model="default"), TOOLS))) as client:
            return (await client.list_tools()).tools

    return {tool.name: tool for tool in asyncio.run(listed())}


def test_tools_and_their_arguments_are_typed(path):
    tools = list_tools(path)
    assert {
        "predict",
        "add_interview",
        "list_interviews",
        "record_outcome",
        "show_outlook",
        "list_next_steps",
    } <= {*tools}
    for tool in tools.values():
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
        assert tool.description.endswith(".")
        assert tool.input_schema["additionalProperties"] is False
    answers = tools["predict"].input_schema["properties"]["answers"]["properties"]
    assert answers.keys() == {name for name, each in CATALOGUE.questions.items() if each.kind != "ratio"}
    assert answers["timeline_given"]["enum"] == ["refused", "vague", "not_mentioned", "specific", None]
    assert tools["show_interview"].input_schema["required"] == ["id"]


def test_only_tools_that_change_the_journal_say_so(path, use):
    tools = list_tools(path)
    reading = {name for name, tool in tools.items() if tool.annotations.read_only_hint}
    use("add_interview", answers=FORM)
    before = path.read_bytes()
    needed = {"predict": {"answers": FORM}, "show_interview": {"id": 1}}
    for name in reading:
        assert isinstance(use(name, **needed.get(name, {})), dict)
    assert path.read_bytes() == before
    assert tools.keys() - reading == {
        "add_interview", "edit_interview", "record_outcome", "record_news", "undo_change"
    }  # fmt: skip


def test_predict_is_that_of_the_model_and_saves_nothing(path, use):
    found = use("predict", answers=FORM, what_if=[{"met_team": "yes"}])
    assert found["probability"] == pytest.approx(OfferModel.default().predict(FORM).probability)
    assert found["what_if"][0]["if"] == "met team = yes"
    assert not path.exists()


def test_a_search_from_the_first_interview_to_the_outcome(path, use):
    added = use("add_interview", answers=FORM, company="Ärzte & Co", date="yesterday")
    assert added["id"] == 1
    assert use("list_next_steps")["due"][0]["next_step"]["kind"] == "thank"
    use("record_news", id=1, kind="thanked")
    changed = use("edit_interview", id=1, answers={"rapport": None, "met_team": "yes"}, role="Chef")
    assert "rapport" not in changed["answers"]
    assert use("list_interviews")["interviews"][0]["role"] == "Chef"
    assert use("show_outlook")["n"] == 1
    assert use("record_outcome", id=1, kind="offer")["remarks"][0] == "Congratulations!"
    assert use("record_outcome", id=1, kind="offer")["remarks"] == ["Already recorded."]
    assert use("undo_change")["change"] == "event"
    assert use("show_interview", id=1)["status"] == "pending"
    with Journal(path) as book:
        (interview,) = book.interviews()
    assert (interview.company, interview.role, interview.status) == ("Ärzte & Co", "Chef", "pending")


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("predict", {"answers": {"raport": 4, "met_team": 3}}, "raport: unknown field; did you mean"),
        ("predict", {"answers": {"raport": 4, "met_team": "perhaps"}}, "seen 'perhaps', expected yes or no"),
        ("predict", {}, "answers: missing"),
        ("predict", {"answers": {}, "leve": 0.8}, "leve: unknown key; did you mean `level`?"),
        ("show_interview", {"id": 7}, "no such interview; seen 7; `list_interviews` lists the numbers"),
        ("show_interview", {"id": 0}, "id: not understood; seen 0, expected greater than or equal to 1"),
        ("edit_interview", {"id": 1}, "nothing to change"),
        ("record_outcome", {"id": 1, "kind": "maybe"}, "kind: not understood; seen 'maybe'"),
        ("record_outcome", {"id": 1, "kind": "offer", "date": "2026-01-01"}, "before the interview"),
        ("record_news", {"id": 1, "kind": "offer"}, "'next-round', 'thanked' or 'followed-up'"),
        ("add_interview", {}, "Nothing is answered, and company and role are blank; send `save_anyway`"),
        ("add_interview", {"company": "Acme", "date": "2026-01-20"}, "Interview 1 has the same company"),
        ("add_interview", {"company": "Acme", "date": "05/06/2026"}, "day or month first?"),
        ("list_interviews", {"sort": "size"}, "sort: no such order"),
        ("delete_interview", {"id": 1}, "no such tool"),
        ("show_interview", {"id": True}, "id: not understood; seen True, expected a whole number"),
        ("list_interviews", {"size": True}, "size: not understood; seen True, expected a whole number"),
        ("show_interview", {"id": 1, "level": "0.9"}, "level: not understood; seen '0.9', expected a number"),
        ("add_interview", {"save_anyway": "yes"}, "seen 'yes', expected true or false"),
    ],
)  # fmt: skip
def test_refusals_are_the_sentences_of_the_product_and_change_nothing(path, use, tool, arguments, message):
    with Journal(path) as book:
        book.add({"rapport": 4}, company="Acme", date="2026-01-20")
    before = path.read_bytes()
    assert message in use(tool, **arguments)
    assert path.read_bytes() == before


def test_a_blank_day_is_unknown_and_an_absent_one_today(use):
    added = [
        use("add_interview", company="Acme", answers=FORM, save_anyway=True, **day)
        for day in ({}, {"date": ""})
    ]
    assert [each["date"] is None for each in added] == [False, True]
    for day, is_unknown in (
        ({}, False),
        ({"date": None}, False),
        ({"date": ""}, True),
        ({"date": "-"}, True),
    ):
        event = use("record_outcome", id=1, kind="rejected", **day)["events"][-1]
        assert (event["date"] is None) == is_unknown


def test_an_argument_is_not_suggested_by_a_name_that_no_client_knows(use):
    assert use("show_interview", number=1).endswith("id: missing\n  number: unknown key")


def test_a_number_that_is_none_is_refused(path):
    state = AppState(Settings(journal=path, model="default"), TOOLS)
    with pytest.raises(AnswerError, match="expected a text, a number, true, false or null"):
        asyncio.run(Operation(predict).call(state, {"answers": {"rapport": float("nan")}}))


def test_doubtful_interviews_are_saved_on_request(use):
    use("add_interview", company="Acme", date="2026-01-20", answers={"rapport": 4})
    again = use("add_interview", company="Acme", date="2026-01-20", save_anyway=True)
    assert again["remarks"][0].endswith("if they are the same interview, ask the person to delete 2")


def test_no_folder_of_this_computer_leaves_it(path, use):
    path.write_text("no journal", encoding="utf-8")
    message = use("list_interviews")
    assert message.startswith("journal.db: not a journal")
    assert str(path.parent) not in message


def test_the_rest_api_refuses_doubtful_interviews_on_request(path):
    from starlette.testclient import TestClient

    settings = Settings(host="testserver", port=80, journal=path, model="default", secret="s")
    client = TestClient(create_app(settings), headers={"X-Offerodds-Secret": "s"})
    refused = client.post("/api/journal", json={"save_anyway": False})
    assert refused.status_code == 409
    assert "Nothing is answered" in refused.json()["faults"][0]["problem"]
    assert client.post("/api/journal", json={"save_anyway": False, "company": "Acme"}).status_code == 409
    assert client.post("/api/journal", json={}).status_code == 201


@pytest.mark.parametrize(
    ("line", "number", "code"),
    [
        ('{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"a": ' + "9" * 5000 + "}}", 7, -32700),
        ('{"jsonrpc": "2.0", "id": "a", "method": "ping", "params": {"a": "\\ud800"}}', "a", -32700),
        ('{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": {"a": 4, "a": 1}}', 7, -32700),
        ('{"jsonrpc": "1.0", "id": 7, "method": "ping"}', 7, -32600),
        ('{"jsonrpc": "2.0", "id": true, "method": "ping"}', None, -32600),
        ('{"jsonrpc": "2.0", "id": "\\ud800", "method": "ping"}', None, -32700),
        ("{", None, -32700),
        ("[" * 100_000, None, -32700),
        ("[]", None, -32600),
        ("null", None, -32600),
    ],
)
def test_a_line_that_is_no_message_is_answered(line, number, code):
    refused = refuse_message(line)
    assert (refused.id, refused.error.code) == (number, code)
    assert refused.model_dump_json()


def test_messages_pass_and_other_lines_are_answered(tmp_path, monkeypatch):
    ping = '{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n'
    (tmp_path / "in").write_text(f"null\n{ping}[]\n", encoding="utf-8")
    replies = []

    async def read_all(requests):
        requests.replies = type("Sent", (), {"send": staticmethod(record)})
        return [line async for line in requests]

    async def record(message):
        replies.append(message.message.error.code)

    with (tmp_path / "in").open(encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert asyncio.run(read_all(Requests())) == [ping]
    assert replies == [-32600, -32600]


def test_a_process_writes_nothing_but_the_protocol(path):
    arguments = ["-m", "offerodds", "mcp", "--journal", str(path), "--model", "default"]
    server = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))
    received = []

    async def record(message):
        received.append(message)

    async def add():
        async with Client(stdio_client(server), message_handler=record) as client:
            return await client.call_tool("add_interview", {"company": "Ärzte", "answers": FORM})

    assert asyncio.run(add()).structured_content["company"] == "Ärzte"
    assert received == []  # what cannot be parsed would be an exception


def test_an_assistant_that_goes_away_is_no_error(path):
    arguments = ["-m", "offerodds", "mcp", "--journal", str(path), "--model", "default"]
    start = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    request = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": start}
    with Popen([sys.executable, *arguments], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) as child:
        print(json.dumps(request), file=child.stdin, flush=True)
        assert json.loads(child.stdout.readline())["id"] == 0
        child.stdout.close()
        print(json.dumps(request | {"id": 1}), file=child.stdin, flush=True)
        child.stdin.close()
        assert child.stderr.read() == ""
    assert child.returncode == 0


def test_a_missing_extra_is_reported_with_its_install_command(offerodds, monkeypatch):
    monkeypatch.setitem(sys.modules, "offerodds.web.mcp_server", None)
    ran = offerodds("mcp")
    assert ran.code == 1
    assert "pip install 'offerodds[mcp]'" in ran.err
    assert ran.out == ""


def test_a_journal_that_cannot_be_used_is_reported_before_serving(offerodds, path):
    path.write_text("no journal", encoding="utf-8")
    ran = offerodds("mcp", "--journal", path)
    assert ran.code == 2
    assert "not a journal, or damaged" in ran.err
    assert ran.out == ""
