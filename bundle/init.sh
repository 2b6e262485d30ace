#!/bin/bash
# Puts the Node that the bundle ships on the driver, then lets the program check itself and its configuration. A cluster
# init script: it runs as root before Spark starts, and where it fails the cluster does not start. It may run again.
set -euo pipefail

die() {
  echo "init.sh: $*" >&2
  exit 1
}

[ "${DB_IS_DRIVER:-TRUE}" = TRUE ] || exit 0 # only the driver runs the program

: "${VISMA_BUNDLE:?init.sh: it must be in spark_env_vars: the folder that the bundle was deployed to}"
: "${NODE_SHA256:?init.sh: it must be in spark_env_vars: the hash of the binary that the bundle ships}"
archive="$VISMA_BUNDLE/dist/node-linux-x64.gz"
program="$VISMA_BUNDLE/dist/visma-databricks.mjs"
home="${NODE_HOME:-/opt/visma-node}"
node="$home/bin/node"

[ "$(uname -m)" = x86_64 ] || die "the bundle ships Node for x86_64, and this is $(uname -m): change node_type_id"

matches() {
  [ -x "$1" ] && echo "$NODE_SHA256  $1" | sha256sum --check --status
}

if ! matches "$node"; then
  [ -r "$archive" ] || die "cannot read $archive: was the bundle deployed with its build?"
  mkdir -p "$home/bin"
  part="$node.$$"
  trap 'rm -f "$part"' EXIT
  gunzip -c "$archive" > "$part" || die "$archive is not a whole gzip file; deploy it again"
  chmod 755 "$part"
  matches "$part" ||
    die "the binary in $archive has the hash $(sha256sum < "$part" | cut -c1-64), not node_sha256, $NODE_SHA256"
  mv -f "$part" "$node"
fi

[ -r "$program" ] || die "cannot read $program: was the bundle deployed with its build?"
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$home/compiled}" # what is compiled now, the task need not compile
words() { # in one line, without the events
  echo "$said" | grep -v '^{' | tr -s '\n ' ' '
}
said="$("$node" "$program" check --offline --config "$VISMA_BUNDLE/bundle/visma.yml" 2>&1)" ||
  die "the program refuses to run: $(words)"
echo "init.sh: Node $("$node" --version) in $node after ${SECONDS} s; $(words)"
