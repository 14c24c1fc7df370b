#!/bin/sh
# Runs pinger with the right to open raw sockets, where the container has it; ICMP alone needs none.
main="$(dirname "$(readlink -f "$0")")/../../dist/cli/main.js"
umask 0077
if node-raw --version >/dev/null 2>&1; then
  exec node-raw "$main" "$@"
fi
exec node "$main" "$@"
