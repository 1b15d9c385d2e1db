#!/usr/bin/env bash
# Tests the containers with a real engine; where none is to be had, says so and leaves it at that.
#   compose_test.sh         builds the images and tests them
#   compose_test.sh build   builds them only, beside other tests: the test finds their layers made
#   compose_test.sh end     ends the engine that `build` had to start
set -euo pipefail
cd "$(dirname "$0")/.."
# Starts an engine and stands in for the public images where no registry is reached.
LOCAL_IMAGES=../shared/tools/local-images.sh
STARTED=.stamps/engine # is there while an engine runs that we have started

engine() { docker version >/dev/null 2>&1; }
compose() { docker compose version >/dev/null 2>&1; }

start() {
  if [ -x "$LOCAL_IMAGES" ] && ! { engine && compose; }; then
    if ! engine; then mkdir -p .stamps && touch "$STARTED"; fi
    "$LOCAL_IMAGES" >/dev/null 2>&1 || true
  fi
  engine && compose
}

end() {
  [ ! -e "$STARTED" ] || { "$LOCAL_IMAGES" stop >/dev/null 2>&1 || true; }
  rm -f "$STARTED"
}

# The builder takes images that only this machine has, as in tests/compose/conftest.py.
build() {
  for target in io browser; do DOCKER_BUILDKIT=0 docker build -q --target "$target" .; done
}

if [ "${1:-}" = end ]; then
  end
elif ! start; then
  echo "compose-test: skipped, no Docker engine with Compose is to be had here"
elif [ "${1:-}" = build ]; then
  build
else
  trap end EXIT
  .venv/bin/python -m pytest tests/compose -m docker -rP
fi
