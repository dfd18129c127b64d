"""How long it takes to split and label the whole debate: ``python -m experiments.debate.speed``.

Two processes split speeches and label their statements by the default model, while a third one reads them. Seconds are
of one machine and one run: they say whether a laptop can do it, not how much faster it is than something else.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from joblib import Parallel, delayed

from experiments.debate.labelling import N_PROCESSES, batches, judge_speeches

RESULTS = Path(__file__).parent / "speed.json"
COMMAND = "python -m experiments.debate.speed"


def measure() -> dict[str, float]:
    """Split and label everything; what the workers give back is counted and dropped."""
    began = time.perf_counter()
    parallel = Parallel(n_jobs=N_PROCESSES, return_as="generator", pre_dispatch=2 * N_PROCESSES, batch_size=1)
    n_statements = sum(parallel(delayed(count_statements)([text for _, text in batch]) for batch in batches()))
    seconds = time.perf_counter() - began
    # The workers live until the pool ends; their largest is known once they have been waited for.
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)
    largest = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "n_statements": n_statements,
        "n_processes": N_PROCESSES,
        "seconds": round(seconds, 1),
        "reader_mib": round(largest[0]),
        "worker_mib": round(largest[1]),
    }


def count_statements(texts: list[str]) -> int:
    """Split and label speeches, and count their statements."""
    return len(judge_speeches(texts).judged)


def main() -> int:
    """Measure, and write what was found."""
    RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
