#!/usr/bin/env bash
# Tests the containers with a real engine. One that this script has to start ends with it; where
# none is to be had, it says so and leaves it at that.
set -euo pipefail
cd "$(dirname "$0")/.."
# Starts an engine and stands in for the public images where no registry is reached.
LOCAL_IMAGES=../shared/tools/local-images.sh

engine() { docker version >/dev/null 2>&1; }
compose() { docker compose version >/dev/null 2>&1; }
stop() { "$LOCAL_IMAGES" stop >/dev/null 2>&1 || true; }

if ! engine || ! compose; then
  if [ -x "$LOCAL_IMAGES" ]; then
    engine || trap stop EXIT
    "$LOCAL_IMAGES" >/dev/null 2>&1 || true
  fi
  if ! engine || ! compose; then
    echo "compose-test: skipped, no Docker engine with Compose is to be had here"
    exit 0
  fi
fi
.venv/bin/python -m pytest tests/compose -m docker -rP
