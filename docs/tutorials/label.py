# %% [markdown]
# # Label by hand
#
# A model of your own labels begins with statements that people have labelled. `stancekit label` shows them one by one,
# takes an answer by keys, and keeps each answer before it shows the next. Here two coders label sentences of invented
# speeches on tariffs, and what they agree on trains a model.
#
# ## The codebook

# %%
import csv
import subprocess
import sys
from pathlib import Path

import stancekit

Path("tariffs.yaml").write_text(
    """\
name: tariffs
stances:
  - label: protection
    definition: The voice wants tariffs raised or kept.
  - label: free trade
    definition: The voice wants tariffs cut or abolished.
""",
    encoding="utf-8",
)
pool = stancekit.read_pool("tariffs.csv", group="speech")
codebook = stancekit.Codebook.read("tariffs.yaml")
print(len(pool), "statements to label")

# %% [markdown]
# ## A session
#
# In a terminal the command opens a screen. Without one, as here, an answer stands on a line: `1` or `2` for the labels,
# `12` for both, `0` for none of them, `c` for "cannot say", `u` takes back, `q` quits.

# %%
command = (
    "label tariffs.csv --group speech --codebook tariffs.yaml "
    "--state ann.jsonl --coder ann --audit 0.5 --plain"
)
begun = subprocess.run(
    [sys.executable, "-m", "stancekit", *command.split()],
    input="1\nu\n0\nx\nq\n",
    capture_output=True,
    text=True,
    check=True,
)
print(begun.stdout)
print(begun.stderr)

# %% [markdown]
# What was not understood kept nothing, and the answer that was taken back is asked for again. `ann.jsonl` holds every
# answer and outlives a kill; the same command goes on from there. Half of the turns (`--audit 0.5`) belong to a random
# sample, which alone can tell shares; of a table with more than a hundred statements the first lines say how surely.
#
# ## Two coders
#
# Each coder has a file of their own and sees nothing of the other's. `LabellingSession` is what the screen stands on. Here
# it plays two coders who answer as the table says, but for the second, who is stricter: no label where tariffs are not
# named.

# %%
with Path("tariffs.csv").open(encoding="utf-8", newline="") as file:
    answers = {
        str(row): one["labels"].split("|") if one["labels"] else []
        for row, one in enumerate(csv.DictReader(file))
    }


def strict(name: str) -> list[str]:
    """Answer as the table does where the statement names tariffs or duties."""
    words = pool.text(name).lower()
    return answers[name] if "tariff" in words or "dut" in words else []


for coder, answer in {"ann": answers.__getitem__, "ben": strict}.items():
    with stancekit.LabellingSession(
        f"{coder}.jsonl", pool, codebook, coder=coder, audit=0.5, retrain_every=0
    ) as session:
        while item := session.next():
            session.decide(item.id, answer(item.id))
        print(coder, session.progress().per_label)

# %% [markdown]
# ## How far they agree

# %%
both = stancekit.read_labellings(["ann.jsonl", "ben.jsonl"], pool)
found = both.codings().agreement(n_bootstrap=500)
for label, one in found.per_label.items():
    print(
        f"{label}: agreement {one.agreement.value:.2f}, "
        f"alpha {one.alpha.value:.2f} [{one.alpha.low:.2f}, {one.alpha.high:.2f}]"
    )

# %% [markdown]
# Where alpha is low, talk about the statements on which you differ, sharpen the definitions, and begin again with new
# statements. `stancekit label ... --status --also ben.jsonl` shows the same as it grows.
#
# ## Out, and into a model
#
# The export has one column a label, blank where the coders differ, and one column a coder. Training leaves blanks out.

# %%
written = stancekit.write_labellings(both, "labels.csv")
print(written.n, "statements;", *written.notes)
data = stancekit.read_labelled("labels.csv", codebook, group="speech")
trained = stancekit.train(data, codebook, n_bootstrap=500)
for label, figures in trained.evaluation.per_label.items():
    print(
        f"{label}: F1 {figures.f1.value:.2f} [{figures.f1.low:.2f}, {figures.f1.high:.2f}]"
    )

# %% [markdown]
# ## The same from a terminal
#
# The first line asks you, as a third coder, in a file of your own; the others go on with what `ann` and `ben` have said.
#
# ```sh
# stancekit label tariffs.csv --group speech --codebook tariffs.yaml --state cleo.jsonl --coder cleo --audit 0.5
# stancekit label tariffs.csv --group speech --state ann.jsonl --also ben.jsonl --export both.csv
# stancekit agreement both.csv --coders ann,ben --group speech --codebook tariffs.yaml
# stancekit train both.csv --group speech --codebook tariffs.yaml --output tariffs
# ```
#
# [Labelling](../labelling.md) says what else there is: a model that chooses what to ask next, labels that are doubted, other
# programs' files. [Train on your own codebook](retrain.md) goes on from here.
