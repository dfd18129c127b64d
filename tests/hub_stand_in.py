"""A stand-in for the hub's file API on loopback, good enough for the real huggingface_hub to push and load through it.

It knows repositories with branches and tags, tokens that may read or write, small files in commits and large ones
by the LFS protocol. Of what it is asked it keeps a log, and it can be told to fail.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

LARGE = ".safetensors"  # what files end with that go by LFS


@dataclass
class Repository:
    private: bool = False
    gated: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)

    def commit(self, branch: str, files: dict[str, bytes]) -> str:
        """Put `files` on top of a branch and give the new commit."""
        whole = {**self.commits.get(self.refs.get(branch, ""), {}), **files}
        parts = [str(len(self.commits)), *(f"{name} {hashlib.sha1(whole[name]).hexdigest()}" for name in sorted(whole))]
        commit = hashlib.sha1("\n".join(parts).encode()).hexdigest()
        self.commits[commit] = whole
        self.refs[branch] = commit
        return commit

    def resolve(self, revision: str) -> str | None:
        return revision if revision in self.commits else self.refs.get(revision)


class Refused(Exception):
    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        self.status, self.code, self.message = status, code, message


class Hub:
    """The stand-in: `repositories`, `tokens` by what they may do, `log` of requests, `failures` to answer with."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.tokens = {"reader": "read", "writer": "write"}
        self.large: dict[str, bytes] = {}
        self.log: list[str] = []
        self.sent: list[tuple[str, str | None]] = []  # the log, with the token of each request
        self.failures: dict[str, int] = {}
        self.before_commit = lambda: None
        handler = type("Handler", (_Handler,), {"hub": self})
        # Large files lie on another host, to which the client must not send its token.
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
        self.url, self.store = (f"http://127.0.0.1:{server.server_port}" for server in self.servers)
        for server in self.servers:
            server.daemon_threads = True
            Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def add(self, name: str, files: dict[str, bytes] | None = None, **how: bool) -> Repository:
        repository = self.repositories[name] = Repository(**how)
        repository.commit("main", {".gitattributes": b"", **(files or {})})
        return repository

    def files(self, name: str, revision: str = "main") -> dict[str, bytes]:
        repository = self.repositories[name]
        return repository.commits[repository.refs.get(revision, revision)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub
    ROUTES = (
        ("POST", r"/api/repos/create", "create"),
        ("POST", r"/api/validate-yaml", "validate"),
        ("GET", r"/api/models/(?P<name>[^/]+/[^/]+)", "info"),
        ("GET", r"/api/models/(?P<name>[^/]+/[^/]+)/revision/(?P<revision>[^/]+)", "info"),
        ("GET", r"/api/models/(?P<name>[^/]+/[^/]+)/tree/(?P<revision>[^/]+)", "tree"),
        ("POST", r"/api/models/(?P<name>[^/]+/[^/]+)/branch/(?P<branch>[^/]+)", "branch"),
        ("POST", r"/api/models/(?P<name>[^/]+/[^/]+)/preupload/(?P<revision>[^/]+)", "preupload"),
        ("POST", r"/api/models/(?P<name>[^/]+/[^/]+)/commit/(?P<revision>[^/]+)", "commit"),
        ("POST", r"/(?P<name>[^/]+/[^/]+)\.git/info/lfs/objects/batch", "batch"),
        ("PUT", r"/lfs/(?P<oid>[0-9a-f]{64})", "receive"),
        ("POST", r"/lfs/verify", "verify"),
        ("GET", r"/lfs/(?P<oid>[0-9a-f]{64})", "send"),
        ("GET", r"/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)", "resolve"),
    )

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.answer("GET")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self.answer("POST")

    def do_PUT(self) -> None:
        self.answer("PUT")

    def answer(self, method: str) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        self.hub.log.append(f"{self.command} {unquote(path)}")
        self.hub.sent.append((self.hub.log[-1], self.headers.get("Authorization")))
        try:
            for pattern, status in self.hub.failures.items():
                if re.search(pattern, self.hub.log[-1]):
                    raise Refused(status, "", "told to fail")
            for verb, pattern, name in self.ROUTES:
                if verb == method and (match := re.fullmatch(pattern, path)):
                    getattr(self, name)(**{key: unquote(value) for key, value in match.groupdict().items()})
                    return
            raise Refused(404)
        except Refused as refused:
            headers = {"X-Error-Code": refused.code} if refused.code else {}
            if refused.message:
                headers["X-Error-Message"] = refused.message
            self.give(json.dumps({"error": refused.message or refused.code}).encode(), refused.status, headers)

    def give(self, content: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    @property
    def leave(self) -> str | None:
        """What the request's token may do; None without a token."""
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not given:
            return None
        if given not in self.hub.tokens:
            raise Refused(401, "", "Invalid credentials in Authorization header")
        return self.hub.tokens[given]

    def need_to_write(self) -> None:
        if self.leave != "write":
            raise Refused(403, "", "no leave to write")

    def open(self, name: str, revision: str = "main") -> tuple[Repository, str]:
        repository = self.hub.repositories.get(name)
        if repository is None or (repository.private and self.leave is None):
            raise Refused(404 if self.leave else 401, "RepoNotFound")
        if repository.gated:
            raise Refused(403, "GatedRepo")
        commit = repository.resolve(revision)
        if commit is None:
            raise Refused(404, "RevisionNotFound")
        return repository, commit

    def create(self) -> None:
        self.need_to_write()
        asked = json.loads(self.body)
        private = asked.get("private") is True or asked.get("visibility") == "private"
        name = f"{asked['organization']}/{asked['name']}"
        if name in self.hub.repositories:
            raise Refused(409)
        self.hub.add(name, private=private)
        self.give({"url": f"{self.hub.url}/{name}", "name": name})

    def validate(self) -> None:
        self.give({"errors": [], "warnings": []})

    def info(self, name: str, revision: str = "main") -> None:
        repository, commit = self.open(name, revision)
        siblings = [{"rfilename": path} for path in repository.commits[commit]]
        self.give({"id": name, "sha": commit, "private": repository.private, "tags": [], "siblings": siblings})

    def tree(self, name: str, revision: str) -> None:
        repository, commit = self.open(name, revision)
        self.give([self.entry(path, content) for path, content in repository.commits[commit].items()])

    def entry(self, path: str, content: bytes) -> dict[str, object]:
        entry: dict[str, object] = {"type": "file", "path": path, "size": len(content), "oid": git_hash(content)}
        if path.endswith(LARGE):
            entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
        return entry

    def resolve(self, name: str, revision: str, path: str) -> None:
        repository, commit = self.open(name, revision)
        content = repository.commits[commit].get(path)
        if content is None:
            raise Refused(404, "EntryNotFound")
        headers = {"X-Repo-Commit": commit, "ETag": f'"{git_hash(content)}"'}
        if not path.endswith(LARGE):
            self.give(content, headers=headers)
            return
        oid = hashlib.sha256(content).hexdigest()
        self.hub.large[oid] = content
        linked = {
            "X-Linked-Etag": f'"{oid}"',
            "X-Linked-Size": str(len(content)),
            "Location": f"{self.hub.store}/lfs/{oid}",
        }
        self.give(b"", 302, headers | linked)

    def send(self, oid: str) -> None:
        self.give(self.hub.large[oid], headers={"ETag": f'"{oid}"'})

    def branch(self, name: str, branch: str) -> None:
        self.need_to_write()
        repository, commit = self.open(name)
        if branch in repository.refs:
            raise Refused(409)
        repository.refs[branch] = commit
        self.give({})

    def preupload(self, name: str, revision: str) -> None:
        self.need_to_write()
        repository, commit = self.open(name, revision)
        files = []
        for asked in json.loads(self.body)["files"]:
            there = repository.commits[commit].get(asked["path"])
            mode = "lfs" if asked["path"].endswith(LARGE) else "regular"
            oid = None if there is None else hashlib.sha256(there).hexdigest() if mode == "lfs" else git_hash(there)
            files.append({"path": asked["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        self.give({"files": files})

    def batch(self, name: str) -> None:
        self.need_to_write()
        objects = []
        for asked in json.loads(self.body)["objects"]:
            actions = {
                "upload": {"href": f"{self.hub.store}/lfs/{asked['oid']}"},
                "verify": {"href": f"{self.hub.store}/lfs/verify"},
            }
            there = asked["oid"] in self.hub.large
            objects.append({**asked} if there else {**asked, "actions": actions})
        self.give({"transfer": "basic", "objects": objects})

    def receive(self, oid: str) -> None:
        if hashlib.sha256(self.body).hexdigest() != oid:
            raise Refused(400, "", "the content is not what was announced")
        self.hub.large[oid] = self.body
        self.give({})

    def verify(self) -> None:
        asked = json.loads(self.body)
        if len(self.hub.large[asked["oid"]]) != asked["size"]:
            raise Refused(400)
        self.give({})

    def commit(self, name: str, revision: str) -> None:
        self.need_to_write()
        self.hub.before_commit()
        repository, head = self.open(name, revision)
        files = {}
        for line in self.body.splitlines():
            operation = json.loads(line)
            value = operation["value"]
            if operation["key"] == "header" and value.get("parentCommit", head) != head:
                raise Refused(412, "", "the branch has moved on")
            if operation["key"] == "header":
                message = value["summary"]
            if operation["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            if operation["key"] == "lfsFile":
                files[value["path"]] = self.hub.large[value["oid"]]
        repository.messages.append(message)
        commit = repository.commit(revision, files)
        self.give({"success": True, "commitOid": commit, "commitUrl": f"{self.hub.url}/{name}/commit/{commit}"})


def git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
