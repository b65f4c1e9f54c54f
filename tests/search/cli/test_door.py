"""The command line asks a running service: the same answer, byte for byte, and no library of its own."""

import contextlib
import json
import re
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.cli import door
from search.cli.asked import Asked
from search.cli.door import Kind, door_of, is_private, message
from search.cli.main import main
from search.cli.screen import Terminal
from search.filters.filters import Filters
from search.service import command_door as service_side
from search.service.command_door import command_door
from search.service.served_library import ServedLibrary

COMMANDS = (
    "atorvastatin sertraline prescribing",
    "atorvastatin sertraline prescribing --limit 3 --offset 2",
    "prescribing --json --limit 2",
    "prescribing --json --offset 25 --limit 50",
    "malaria AND vaccine --explain",
    "malaria AND vaccine --no-mapping --explain --json",
    "malaria[ti] OR vaccine[tiab] --sort newest",
    "prescribing --sort oldest --limit 1",
    "prescribing --recency 5",
    "prescribing --ris --limit 2",
    "prescribing --csv --all",
    "prescribing --jsonl --all",
    "prescribing --bibtex --years 2015-",
    "prescribing --nbib --limit 1",
    "prescribing --apa --limit 3",
    "prescribing --years 1900-1901 --whole",
    "prescribing --dates 2019/03: --author Okafor --type Review --language eng",
    "prescribing --has-abstract --retracted hide --species humans --age adult --sex female",
    "prescribing --pmid {first} --pmid {second}",
    "cancer[xy]",
    "cancer[xy] --json",
    "(malaria AND",
    "prescribing --mesh Nothing",
    "sertralin",
    "+sertralin",
    "prescribing --whole --offset 40",
    "\u00fc\u202e\u0000 \udce4",
    "similar {first}",
    "similar {first} {second} --explain --limit 3",
    "similar {first} --unlike {second} --json --offset 3",
    "similar {first} --ris --limit 2",
    "similar {first} --unlike {first}",
    "similar 900099999",
    "similar {first} --years 1900-1901",
)


@pytest.fixture
def runtime(monkeypatch) -> Iterator[Path]:
    # Not in pytest's own folder: a socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.fixture
def place(small_library, runtime, monkeypatch):
    monkeypatch.setenv("PUBMED_LIBRARY", str(small_library.path))
    return small_library


@pytest.fixture
def served(place):
    with ServedLibrary.open(place.path) as library, command_door(library, place):
        yield library


@pytest.fixture
def nothing_is_loaded(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the library was loaded")

    monkeypatch.setattr("search.searcher.Searcher.open", refuse)


def outcome(arguments: list[str], streams: pytest.CaptureFixture) -> tuple[int, bytes, bytes]:
    status = main(arguments)
    out, err = streams.readouterr()
    return status, re.sub(rb"[\d,]+\s+ms", b"N ms", out), err


def words(command: str, pmids: list[int]) -> list[str]:
    return command.format(first=pmids[0], second=pmids[1]).split(" ")


def test_every_answer_is_the_same_byte_for_byte_whichever_way(served, capfdbinary, monkeypatch):
    pmids = list(served.pmids("malaria", whole=True))
    alone = {}
    # One library for all of them: what is compared is the way that an answer takes, not the loading.
    with monkeypatch.context() as patched:
        patched.setattr("search.searcher.Searcher.open", lambda *_, **__: contextlib.nullcontext(served))
        for command in COMMANDS:
            alone[command] = outcome([*words(command, pmids), "--no-server"], capfdbinary)
    monkeypatch.setattr("search.searcher.Searcher.open", lambda *_, **__: pytest.fail("the library was loaded"))
    monkeypatch.setattr("search.cli.similar._check_articles", lambda *_: pytest.fail("the library was read"))
    for command in COMMANDS:
        assert outcome(words(command, pmids), capfdbinary) == alone[command], command
    assert {status for status, _, _ in alone.values()} == {0, 1}
    assert len({out for _, out, _ in alone.values()}) > len(COMMANDS) - 8


def test_with_a_terminal_of_its_own_width_and_colours(served):
    asked = Asked("prescribing", Filters(), 2, terminal=Terminal(60, colour=True))
    [shown] = door.ask_service(None, asked)
    assert "\x1b[1m" in shown
    assert max(len(re.sub(r"\x1b\[\d+m", "", line)) for line in shown.splitlines()) <= 60


def test_what_is_asked_goes_over_the_wire_whole():
    filters = Filters(
        years=(None, 2021), dates=("2019/03", None), types=("Review",), pmids=(900000001,), age=("adult",)
    )
    asked = Asked(
        "\udce4", filters, None, (900000001,), (900000002,), 3, "newest", 2.5, mapping=False, whole=True, format="ris",
        as_json=True, explained=True, terminal=Terminal(99, colour=True),
    )  # fmt: skip
    assert Asked.from_json(json.loads(json.dumps(asked.to_json()))) == asked


def test_a_file_of_pmids_is_read_where_the_command_runs(served, nothing_is_loaded, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    [pmid, *_] = served.pmids("malaria", whole=True)
    Path("mine.txt").write_text(f"{pmid}\n")
    assert main(["malaria", "--pmid-file", "mine.txt", "--json", "--whole"]) == 0
    out, err = capfd.readouterr()
    assert [hit["pmid"] for hit in json.loads(out)["hits"]] == [pmid]
    assert err.startswith("pmids       ")


@pytest.mark.parametrize("options", [["--no-server"], ["--rerank", "x"], ["--record", "here"]])
def test_what_a_service_cannot_do_is_done_here(served, monkeypatch, tmp_path, options):
    monkeypatch.chdir(tmp_path)
    opened = []
    monkeypatch.setattr(
        "search.searcher.Searcher.open", lambda *_, **__: opened.append(1) or contextlib.nullcontext(served)
    )
    assert main(["malaria", *options]) == 0
    assert opened


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("program_stamp", lambda: "another program"),
        ("read_pointer", lambda _: (Path("another-build"), "")),
        ("door_of", lambda _: Path("/nothing/here.socket")),
        ("is_private", lambda _: False),
        ("MOST_BYTES", 10),
    ],
)
def test_another_program_build_or_user_and_nonsense_are_no_service(served, monkeypatch, name, value):
    assert list(door.ask_service(None, Asked("malaria", Filters(), 1)))
    monkeypatch.setattr(door, name, value)
    assert door.ask_service(None, Asked("malaria", Filters(), 1)) is None


def test_a_service_with_enough_to_do_declines(served, monkeypatch):
    turn, search = threading.Event(), served.search
    monkeypatch.setattr(served, "search", lambda *a, **k: turn.wait(20) and search(*a, **k))
    asked = Asked("malaria", Filters(), 1)
    answers: list[object] = []
    people = [
        threading.Thread(target=lambda: answers.append("".join(door.ask_service(None, asked) or [])))
        for _ in range(service_side.AT_ONCE + 3)
    ]
    for person in people:
        person.start()
    for person in people[:3]:
        person.join(0.5)
    turn.set()
    for person in people:
        person.join(20)
    assert answers.count("") == 3
    assert len(answers) == service_side.AT_ONCE + 3
    assert list(door.ask_service(None, asked))


@pytest.mark.fault("S1")
def test_only_this_user_can_enter_and_nothing_is_left_behind(place, runtime):
    path = door_of(place)
    with ServedLibrary.open(place.path) as library:
        with command_door(library, place):
            assert is_private(path.parent)
            assert path.stat().st_mode & 0o777 == 0o600
            assert list(path.parent.iterdir()) == [path]
        assert list(path.parent.iterdir()) == []
        path.parent.chmod(0o755)
        with command_door(library, place):
            assert list(path.parent.iterdir()) == []


def test_a_door_left_over_is_replaced_and_one_in_use_is_left_alone(place, caplog):
    path = door_of(place)
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    assert door.ask_service(None, Asked("malaria", Filters(), 1)) is None
    with ServedLibrary.open(place.path) as library, command_door(library, place):
        inode = path.stat().st_ino
        with command_door(library, place):
            assert "another pubmed-serve answers it" in caplog.text
            assert path.stat().st_ino == inode
        assert list(door.ask_service(None, Asked("malaria", Filters(), 1)))


@pytest.mark.fault("S7")
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        message(Kind.QUESTION, b"{"),
        message(Kind.QUESTION, b"[]"),
        message(Kind.QUESTION, b"{}"),
        message(Kind.QUESTION, b"x" * 1_000_000),
        message(Kind.DONE),
        b"?\xff\xff\xff\xff",
    ],
    ids=range(8),
)
def test_whoever_says_nonsense_or_leaves_stops_nothing(served, place, sent):
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(door_of(place)))
        with contextlib.suppress(OSError):
            caller.sendall(sent)
    assert list(door.ask_service(None, Asked("malaria", Filters(), 1)))


def test_a_service_that_dies_half_way_is_said(place, capfd):
    path = door_of(place)
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dying:
        dying.bind(str(path))
        dying.listen()

        def answer_half() -> None:
            connection, _ = dying.accept()
            with connection:
                connection.recv(1 << 20)
                connection.sendall(message(Kind.BYTES, b"TY  - JOUR\r\n") + message(Kind.BYTES, b"lost")[:7])

        thread = threading.Thread(target=answer_half)
        thread.start()
        assert main(["malaria", "--ris"]) == 1
        thread.join()
    out, err = capfd.readouterr()
    assert out == "TY  - JOUR\r\n"
    assert "pubmed-serve stopped while it answered" in err


def test_articles_that_are_not_there_are_said_before_a_model_is_loaded(place, nothing_is_loaded, capsys):
    assert main(["similar", "900099999"]) == 1
    assert "The library does not hold PMID 900099999." in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["similar"]])
def test_a_shell_gets_what_completes_the_options(capsys, command):
    with pytest.raises(SystemExit) as exit_:
        main([*command, "--print-completion", "bash"])
    assert exit_.value.code == 0
    script = capsys.readouterr().out
    assert "--no-server" in script
    assert "--free-full-text" in script
    if not command:
        shell = f"{script}\nCOMP_WORDS=(pubmed-search ev); COMP_CWORD=1; _shtab_pubmed_search; echo ${{COMPREPLY[@]}}"
        proposed = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
        assert proposed.stdout.split() == ["evaluate"]
