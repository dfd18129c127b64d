"""Models on the hub: the real huggingface_hub, in processes of its own, against a stand-in of the hub's file API."""

import json
import os
import re
import sys
import textwrap
from pathlib import Path

import pytest
from hub_processes import Processes
from hub_stand_in import Hub

import stancekit
from stancekit import InvalidInputError, MissingExtraError
from stancekit.storage import hub as addresses
from stancekit.storage import saving

pytest.importorskip("huggingface_hub", reason="needs the extra hub")

FILES = {"config.json", "weights.safetensors", "golden.json", "README.md"}
TEXT = "Lift the unjust embargo on this island, and trade again."
GUARD = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("a connection was asked for")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = refuse
"""


@pytest.fixture
def hub():
    hub = Hub()
    yield hub
    hub.close()


@pytest.fixture
def folder(tmp_path, models):
    return saving.save(models["both"], tmp_path / "model")


@pytest.fixture
def environment(hub, tmp_path):
    """What a process has to be told so that it asks the stand-in and keeps its own cache."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    # The stand-in speaks LFS and not Xet.
    told = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1"}
    return {**mine, **told}


@pytest.fixture(scope="module")
def processes():
    processes = Processes(Path(stancekit.__file__).parent.parent)
    yield processes
    processes.close()


DRIVER = """
import json, sys, stancekit
names = {"stancekit": stancekit}
try:
    exec(sys.argv[1], names)
    result = names["result"]
except stancekit.StancekitError as error:
    result = [type(error).__name__, str(error)]
print(json.dumps(result))
"""


@pytest.fixture
def client(environment, processes):
    """Run code in a process of its own; give what it calls `result`, or the name and text of its error."""

    def client(code, **more):
        done = processes.run(["-c", DRIVER, textwrap.dedent(code)], environment | more)
        assert done.returncode == 0, done.stderr
        client.stderr = done.stderr
        return json.loads(done.stdout)

    return client


def push(arguments, before=""):
    return f"{before}\nresult = stancekit.push_to_hub({arguments})"


def load(name, before="", after=f".predict({TEXT!r}).to_dict()"):
    return f"{before}\nresult = stancekit.load({name!r}){after}"


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def refused(answer, kind, *words):
    """Tell whether the answer is an error of that kind, in one line, that says these words."""
    assert isinstance(answer, list), answer
    assert answer[0] == kind, answer
    assert "\n" not in answer[1]
    for word in words:
        assert re.search(word, answer[1]), answer[1]
    return True


class TestRoundTrip:
    def test_a_folder(self, hub, client, folder, models):
        before = contents(folder)
        address = client(push(f"{str(folder)!r}, 'me/stances', token='writer'"))
        assert re.fullmatch("hf:me/stances@[0-9a-f]{40}", address)
        there = hub.files("me/stances", address.partition("@")[2])
        assert set(there) == FILES | {".gitattributes"}
        assert {name: there[name] for name in FILES - {"README.md"}} == {
            name: before[name] for name in FILES - {"README.md"}
        }
        assert b'stancekit.load("hf:me/stances")' in there["README.md"]
        assert b"path/to/this/folder" not in there["README.md"]
        assert contents(folder) == before
        assert hub.repositories["me/stances"].messages == ["Upload a stancekit model"]
        assert len([line for line in hub.log if "/commit/" in line]) == 1
        expected = models["both"].predict(TEXT).to_dict()
        assert client(load(address)) == client(load("hf:me/stances")) == expected
        assert client.stderr == ""

    def test_a_model_in_memory_with_all_that_can_be_said(self, hub, client):
        hub.add("me/stances", {"notes.txt": b"mine", "README.md": b"old"})
        code = push("stancekit.load(), 'hf:me/stances', revision='v2', token='writer', commit_message='Second one'")
        address = client(code)
        assert hub.files("me/stances")["README.md"] == b"old"
        assert hub.files("me/stances", "v2")["notes.txt"] == b"mine"
        assert hub.repositories["me/stances"].refs["v2"] == address.partition("@")[2]
        assert hub.repositories["me/stances"].messages == ["Second one"]

    def test_the_same_again_makes_no_commit(self, hub, client, folder):
        code = push(f"{str(folder)!r}, 'me/stances', token='writer'")
        assert client(code) == client(code)
        assert len(hub.repositories["me/stances"].messages) == 1

    def test_private(self, hub, client, folder):
        client(push(f"{str(folder)!r}, 'me/secret', private=True"), HF_TOKEN="writer")
        assert hub.repositories["me/secret"].private
        assert refused(client(load("hf:me/secret")), "HubError", "has no 'me/secret', or does not show it", "HF_TOKEN")
        assert client(load("hf:me/secret"), HF_TOKEN="reader")["text"] == TEXT

    def test_large_files_are_sent_without_the_token(self, hub, client, folder):
        client(push(f"{str(folder)!r}, 'me/secret', private=True, token='writer'"))
        client(load("hf:me/secret"), HF_TOKEN="reader")
        tokens = [token for line, token in hub.sent if line.startswith(("GET /lfs", "PUT /lfs"))]
        assert tokens == [None, None]


class TestRefusedPushes:
    @pytest.mark.parametrize(
        ("token", "words"),
        [
            (None, "needs a token with leave to write; make one .* and set HF_TOKEN or run: hf auth login"),
            ("nobody", "does not accept the token; make a new one"),
            ("reader", "the token may not do that; take one that may write"),
        ],
    )
    def test_tokens(self, hub, client, folder, token, words):
        answer = client(push(f"{str(folder)!r}, 'me/stances'"), **({} if token is None else {"HF_TOKEN": token}))
        assert refused(answer, "HubError", words)
        assert token is None or token not in answer[1]
        assert hub.repositories == {}

    def test_a_public_one_that_should_be_private(self, hub, client, folder):
        hub.add("me/stances")
        answer = client(push(f"{str(folder)!r}, 'me/stances', private=True, token='writer'"))
        assert refused(answer, "HubError", "'me/stances' is public on the hub, and private=True was asked for; change")
        assert set(hub.files("me/stances")) == {".gitattributes"}

    def test_something_else_of_that_name(self, hub, client, folder):
        files = {"config.json": b'{"model_type": "bert"}', "model.safetensors": b"x"}
        hub.add("me/bert", files)
        answer = client(push(f"{str(folder)!r}, 'me/bert', token='writer'"))
        assert refused(answer, "InvalidInputError", "'me/bert' holds the config.json of something else")
        assert hub.files("me/bert") == {".gitattributes": b"", **files}

    def test_somebody_who_pushes_at_the_same_time(self, hub, client, folder):
        repository = hub.add("me/stances")
        hub.before_commit = lambda: repository.commit("main", {"theirs.txt": b"first"})
        answer = client(push(f"{str(folder)!r}, 'me/stances', token='writer'"))
        assert refused(answer, "HubError", "somebody else has just changed it on the hub")
        assert set(hub.files("me/stances")) == {".gitattributes", "theirs.txt"}

    @pytest.mark.parametrize(("where", "status"), [("PUT /lfs", 400), ("/commit/", 507), ("objects/batch", 403)])
    def test_failing_on_the_way_leaves_what_was_there(self, hub, client, folder, where, status):
        hub.add("me/stances", {"README.md": b"old"})
        hub.failures[where] = status
        before = contents(folder)
        assert refused(client(push(f"{str(folder)!r}, 'me/stances', token='writer'")), "HubError", "'?me/stances|me/st")
        assert hub.files("me/stances") == {".gitattributes": b"", "README.md": b"old"}
        assert contents(folder) == before

    def test_a_damaged_model_is_not_sent(self, hub, client, folder):
        (folder / "weights.safetensors").write_bytes(b"cut")
        answer = client(push(f"{str(folder)!r}, 'me/stances', token='writer'"))
        assert refused(answer, "ModelFormatError", "has 3 bytes, expected")
        assert hub.log == []

    def test_out_of_reach(self, hub, client, folder):
        code = push(f"{str(folder)!r}, 'me/stances', token='writer'")
        assert refused(client(code, HF_HUB_OFFLINE="1"), "HubError", "HF_HUB_OFFLINE is set; unset it to push")
        assert hub.log == []
        hub.close()
        assert refused(client(code), "HubError", r"the hub cannot be reached \(ConnectError: .*; see to the connection")

    def test_what_is_no_model(self, hub, client):
        answer = client(push("stancekit.StanceClassifier(), 'me/stances', token='writer'"))
        assert refused(answer, "InvalidInputError", "expected a StanceModel, got StanceClassifier; pass a .* model_")
        assert refused(
            client(push("'liner', 'me/stances', token='writer'")), "InvalidInputError", "unknown model 'liner'"
        )
        assert hub.log == []

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"repository": "stances"}, "expected 'org/name' or 'org/name@revision', .* got 'stances'"),
            ({"revision": "0" * 40}, "is a commit, which cannot change; name a branch"),
            ({"revision": "../main"}, "revision '../main' is none; expected the name of a branch or tag"),
            ({"commit_message": " "}, "commit_message must be some text, got ' '"),
            ({"token": " "}, "token must be the text of a token, or None"),
            ({"token": True}, "token must be the text of a token, or None"),
        ],
    )
    def test_arguments(self, arguments, words):
        with pytest.raises(InvalidInputError, match=words):
            stancekit.push_to_hub("linear", **{"repository": "me/stances"} | arguments)


class TestLoading:
    @pytest.fixture
    def pushed(self, hub, folder):
        """A model on the hub, among files that are none of its own."""
        others = {"evil.py": b"1/0", "model.pkl": b"\x80", "old/config.json": b"{}", "old/weights.safetensors": b"x"}
        repository = hub.add("me/stances", {**contents(folder), **others})
        repository.refs["v1.0"] = repository.refs["refs/pr/1"] = repository.refs["main"]
        return repository

    def test_nothing_but_its_own_files_is_fetched(self, hub, pushed, client):
        cache = "import huggingface_hub.constants as c, os\n"
        listing = (
            "result = sorted(f for _, _, fs in os.walk(c.HF_HUB_CACHE + '/models--me--stances/snapshots') for f in fs)"
        )
        assert client(f"{cache}stancekit.load('hf:me/stances')\n{listing}") == sorted(FILES)
        assert not [line for line in hub.log if re.search(r"evil|pkl|old/", line)]

    @pytest.mark.parametrize("revision", ["v1.0", "refs/pr/1", "main"])
    def test_revisions(self, pushed, client, revision):
        code = f"result = len(stancekit.load('hf:me/stances', revision={revision!r}).labels)"
        assert client(code) == client(load(f"hf:me/stances@{revision}", after=".labels.__len__()")) == 3

    def test_a_commit_in_the_cache_needs_no_hub(self, hub, pushed, client):
        address = f"hf:me/stances@{pushed.refs['main']}"
        first = client(load(address))
        hub.log.clear()
        assert client(load(address, before=GUARD)) == first
        assert client(load(address, before=GUARD), HF_HUB_OFFLINE="1") == first
        assert hub.log == []

    def test_offline(self, hub, pushed, client):
        first = client(load("hf:me/stances"))
        hub.log.clear()
        assert client(load("hf:me/stances", before=GUARD), HF_HUB_OFFLINE="1") == first
        answer = client(load("hf:me/stances@v1.0", before=GUARD), HF_HUB_OFFLINE="1")
        assert refused(
            answer, "HubError", "HF_HUB_OFFLINE is set, and hf:me/stances@v1.0 is not in the cache; unset it"
        )
        assert hub.log == []

    def test_a_branch_is_asked_for_anew(self, hub, pushed, client, models, tmp_path):
        client(load("hf:me/stances"))
        other = contents(saving.save(models["exclusive"], tmp_path / "other"))
        pushed.commit("main", other)
        assert client(load("hf:me/stances"))["scores"].keys() == set(models["exclusive"].labels)
        assert client(load("hf:me/stances@v1.0"))["scores"].keys() == set(models["both"].labels)

    def test_a_hub_that_cannot_be_reached(self, hub, pushed, client):
        first = client(load("hf:me/stances"))
        hub.close()
        assert client(load("hf:me/stances")) == first
        answer = client(load("hf:me/other"))
        assert refused(
            answer, "HubError", r"the hub cannot be reached \(", "hf:me/other is not in the cache; see to the"
        )

    def test_what_the_hub_does_not_have(self, hub, pushed, client):
        hub.add("me/gated", gated=True)
        hub.add("me/broken")
        hub.failures["me/broken"] = 501
        code = """
            result = []
            for name in ("hf:me/stances@v9", "hf:me/nothing", "hf:me/gated", "hf:me/broken"):
                try:
                    stancekit.load(name)
                except stancekit.HubError as error:
                    result.append(["HubError", str(error)])
        """
        revision, name, gated, broken = client(code)
        assert refused(revision, "HubError", "'me/stances' has no revision 'v9' on the hub; name a branch, a tag")
        assert refused(name, "HubError", "the hub has no 'me/nothing', or does not show it to you; check the name")
        assert refused(gated, "HubError", "access to 'me/gated' is restricted; ask for it")
        assert refused(broken, "HubError", "me/broken", "501|cannot be reached")

    @pytest.mark.parametrize("files", [{}, {"config.json": b'{"model_type": "bert"}', "weights.safetensors": b"large"}])
    def test_a_repository_of_something_else(self, hub, client, files):
        hub.add("me/bert", files)
        answer = client(load("hf:me/bert"))
        assert refused(answer, "ModelFormatError", "hf:me/bert holds no stancekit model; expected a repository into")
        assert client.stderr == ""
        assert not [line for line in hub.log if "weights" in line]

    def test_damage(self, hub, folder, client, tmp_path):
        hub.add("me/stances", contents(folder) | {"weights.safetensors": b"other"})
        answer = client(load("hf:me/stances"))
        cache = re.escape(str(tmp_path / "home" / "hub" / "models--me--stances"))
        assert refused(
            answer, "ModelFormatError", "^hf:me/stances: .* has 5 bytes", f"delete '{cache}' and load it again"
        )

    def test_a_download_that_was_cut_short_is_made_whole(self, hub, pushed, client):
        address = f"hf:me/stances@{pushed.refs['main']}"
        hub.failures["weights.safetensors"] = 404
        assert client(load(address))[0] == "HubError"
        hub.failures.clear()
        assert client(load(address))["text"] == TEXT

    def test_its_golden_scores(self, pushed, client):
        code = """
            from stancekit.storage.loading import check_golden
            result = check_golden(stancekit.load("hf:me/stances"), "hf:me/stances").max_difference
        """
        assert client(code) == 0


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "repository", "revision"),
        [
            ("hf:org/name", "org/name", None),
            ("org/name", "org/name", None),
            ("hf:o/n.a_m-e@v1.0", "o/n.a_m-e", "v1.0"),
            ("hf:o/n@refs/pr/1", "o/n", "refs/pr/1"),
        ],
    )
    def test_read(self, text, repository, revision):
        address = addresses.read_address(text)
        assert (address.repository, address.revision) == (repository, revision)
        assert addresses.read_address(str(address)) == address

    @pytest.mark.parametrize(
        "text",
        ["hf:", "hf:name", "hf:a/b/c", "hf:../x", "hf:a/..", "hf:a/b--c", "hf:a/-b", "hf:a/b.git", "hf:ä/b", "hf:a/b@",
         "hf:a/" + "b" * 96, "hf:a/b\n", 7],
    )  # fmt: skip
    def test_refused(self, text):
        with pytest.raises(InvalidInputError, match=r"expected 'org/name' or 'org/name@revision', .* got "):
            addresses.read_address(text)

    @pytest.mark.parametrize("revision", ["../../etc", "a..b", "/main", "-x", "a b", "", "v1\n", 3])
    def test_refused_revisions(self, revision):
        with pytest.raises(InvalidInputError, match="is none; expected the name of a branch or tag, or a commit"):
            stancekit.load("hf:a/b", revision=revision)

    def test_two_revisions(self):
        with pytest.raises(InvalidInputError, match="names a revision already; leave out revision='v2'"):
            stancekit.load("hf:a/b@v1", revision="v2")


@pytest.mark.parametrize(
    ("call", "purpose"),
    [
        (lambda: stancekit.load("hf:org/stance"), r"load\('hf:…'\)"),
        (lambda: stancekit.push_to_hub("linear", "org/stance"), "push_to_hub"),
    ],
)
def test_without_the_extra(monkeypatch, call, purpose):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(
        MissingExtraError, match=rf"{purpose} needs the package .*; run: pip install 'stancekit\[hub\]'"
    ):
        call()


def test_the_recipe(hub, client):
    page = (Path(__file__).parent.parent / "docs" / "recipes.md").read_text()
    code = re.search(r"<!-- run by tests/test_hub.py -->\n```python\n(.*?)```", page, flags=re.S)[1]
    code += "\nresult = [address] + [one.predict('We met.').to_dict() for one in (model, latest, tagged)]"
    address, *predictions = client(code, HF_TOKEN="writer")
    assert hub.repositories["me/my-stances"].private
    assert address.startswith("hf:me/my-stances@")
    assert predictions == [stancekit.predict("We met.").to_dict()] * 3


class TestCommandLine:
    @pytest.fixture
    def command(self, environment, processes):
        return lambda *arguments, **more: processes.run(["-m", "stancekit", *arguments], environment | more)

    def test_push_and_use(self, hub, command, folder, tmp_path):
        done = command("push", str(folder), "me/stances", "--private", "--message", "Mine", HF_TOKEN="writer")
        assert done.returncode == 0, done.stderr
        address = done.stdout.removesuffix("\n")
        assert address == f"hf:me/stances@{hub.repositories['me/stances'].refs['main']}"
        assert done.stderr == f"pushed {folder}; the address below always leads to these files\n"
        assert hub.repositories["me/stances"].messages == ["Mine"]
        done = command("predict", "--model", address, "--json", TEXT, HF_TOKEN="reader")
        assert json.loads(done.stdout)["text"] == TEXT
        table = tmp_path / "in.csv"
        table.write_text(f'text,labels\n"{TEXT}",lift\n')
        done = command("evaluate", str(table), "--model", address, "--against", address, "--json", "--bootstrap", "0")
        assert done.returncode == 0, done.stderr

    def test_errors_are_one_line(self, hub, command, folder):
        for arguments in (["push", str(folder), "me/stances"], ["predict", "--model", "hf:me/nothing", TEXT]):
            done = command(*arguments)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.startswith("stancekit: ")
            assert done.stderr.count("\n") == 1
