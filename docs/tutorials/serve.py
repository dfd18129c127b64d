# needs: fastapi uvicorn httptools orjson
# %% [markdown]
# # Ask the service
#
# What is not written in Python asks over HTTP. `stancekit serve` (extra `serve`) is one command; here a script starts it on a
# free port, asks it with the standard library alone, and stops it. `stancekit serve` by itself listens on port 8000,
# and shows a page for people at `http://127.0.0.1:8000/`.

# %%
import subprocess
import sys

command = [sys.executable, "-m", "stancekit", "serve", "--port", "0"]
service = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
line = service.stderr.readline()  # it says so once it listens
address = next(word for word in line.split() if word.startswith("http://"))
print(line.replace(address, "http://127.0.0.1:PORT").strip())

# %% [markdown]
# Everything is JSON. One statement gives one prediction: the asserted labels, a calibrated score for every label, and the
# labels on which the model will not say.

# %%
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def ask(path: str, content: object, media: str = "application/json") -> str:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    request = Request(address + path, body, {"Content-Type": media})
    with urlopen(request, timeout=30) as answer:
        return answer.read().decode()


found = json.loads(
    ask("/v1/predict", {"text": "The embargo must be lifted at once."})
)
for name in ("labels", "abstained", "unfamiliar"):
    print(f"{name}: {found[name]}")
for label, score in found["scores"].items():
    print(f"{score:.2f}  {label}")

# %% [markdown]
# A list gives a list, in the same order. Of many statements, JSON lines are better: there may be any number, and answers
# come while the rest is still on its way. An `id` comes back with each.

# %%
statements = [
    {"id": "a1", "text": "We will build every turbine with our own hands."},
    {"id": "a2", "text": "Let our two nations work together on medicine."},
    {"id": "a3", "text": "The committee met on Tuesday."},
]
lines = "".join(json.dumps(one) + "\n" for one in statements).encode()
for line in ask("/v1/predict", lines, "application/x-ndjson").splitlines():
    found = json.loads(line)
    print(found["id"], found["labels"])

# %% [markdown]
# An article is split into statements, and each is given to whoever says it. `/v1/analyze?format=html` gives the same as a page
# that needs no network.

# %%
article = (
    "“We will lift the embargo at once,” Foreign Minister Ann Smith said on "
    "Monday. The hall was full."
)
for one in json.loads(ask("/v1/analyze", {"text": article}))["statements"]:
    print(f"{one['speaker'] or '–'}: {one['statement']} {one['labels']}")

# %% [markdown]
# What is wrong is told by a status and in words, with the row and the field where there are any; rows of a list count from 0.

# %%
try:
    ask("/v1/predict", {"text": ["We met.", None]})
except HTTPError as error:
    problem = json.load(error)
    print(error.code, problem["title"])
    print(f"row {problem['row']}, field {problem['field']}: {problem['detail']}")
    error.close()

# %% [markdown]
# Told to end, by Ctrl-C or as here, it finishes what has begun, and no request is lost.

# %%
service.terminate()
print("exit code", service.wait(timeout=60))
service.stderr.close()

# %% [markdown]
# [The service](../service.md) has all addresses, limits and errors, and how to put it behind a proxy.
