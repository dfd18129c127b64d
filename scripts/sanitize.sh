#!/usr/bin/env bash
# Run the tests of the compiled engine under AddressSanitizer and UndefinedBehaviorSanitizer (gcc, Linux).
# Needs the environment that scripts/check.sh makes; works on a copy, so that the build in place stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-$PWD/.venv/bin/python}"
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
cd "$copy"
CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g -O1" \
  "$python" setup.py --quiet build_ext --inplace
# CPython itself keeps memory to the end, so leaks are not looked for.
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
  ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc PYTHONPATH="$copy" \
  "$python" -m pytest -q -p no:cacheprovider tests/features/test_ngrams.py tests/features/test_network.py tests/text tests/test_model.py "$@"
